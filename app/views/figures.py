"""How every page writes a figure: percentages, points, names, the row of large figures, the CSV of a frame."""

from dataclasses import dataclass
from html import escape

import polars as pl
import streamlit as st


@dataclass(frozen=True, slots=True)
class Figure:
    """A large figure with what it is and how to read it."""

    label: str
    value: str
    words: str
    is_first: bool = False


STYLE = """
.bg-figures{display:grid;grid-template-columns:1.35fr 1fr 1fr 1.1fr;gap:1.1rem 2rem;margin:.35rem 0 .4rem}
.bg-figures .label{font-size:.78rem;letter-spacing:.04em;text-transform:uppercase;opacity:.66}
.bg-figures .value{font-size:1.95rem;font-weight:650;line-height:1.25;overflow-wrap:anywhere}
.bg-figures .first .value{font-size:2.9rem;line-height:1.1}
.bg-figures .words{font-size:.86rem;opacity:.78;line-height:1.4}
.bg-heading{font-size:1.45rem;font-weight:650;margin:0;padding:.2rem 0;overflow-wrap:anywhere}
.bg-line{overflow-wrap:anywhere}.bg-quiet{font-size:.86rem;opacity:.72}
.bg-legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.84rem;opacity:.9}
.bg-legend i{display:inline-block;width:.7rem;height:.7rem;margin-right:.35rem;border-radius:2px;
box-shadow:0 0 0 1px rgba(128,128,128,.35)}
@media (max-width:760px){.bg-figures{grid-template-columns:1fr 1fr;gap:1rem 1.2rem}.bg-figures .first{grid-column:1/-1}
.bg-figures .value{font-size:1.5rem}}
"""
"""The rules that the page needs once for all that is drawn here."""


def row(figures: list[Figure]) -> None:
    """The figures side by side, the first one largest; below each other where there is no room."""
    st.html(f'<div class="bg-figures">{"".join(_cell(figure) for figure in figures)}</div>')


def _cell(figure: Figure) -> str:
    kind = ' class="first"' if figure.is_first else ""
    return (
        f'<div{kind}><div class="label">{escape(figure.label)}</div><div class="value">{escape(figure.value)}</div>'
        f'<div class="words">{escape(figure.words)}</div></div>'
    )


def legend(about: str, entries: list[tuple[str, str, str]]) -> None:
    """What the figures are about, then small squares of colour with a name and a figure each."""
    cells = "".join(
        f'<span><i style="background:{escape(color)}"></i>{escape(name)} {escape(figure)}</span>'
        for color, name, figure in entries
    )
    st.html(f'<div class="bg-legend"><span>{escape(about)}</span>{cells}</div>')


def percent(share: float | None) -> str:
    """A share as people read it: `69%`, `0.4%`, `–` where there is none. Never 0 or 100 that isn't."""
    if share is None:
        return "–"
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{min(max(share, 0.0001), 0.9999):.2%}" if share < 0.001 or share > 0.999 else f"{share:.1%}"
    return f"{share:.0%}"


def points(difference: float) -> str:
    """A difference of shares: `+3 points`, `no change`."""
    rounded = round(100 * difference)
    if rounded == 0:
        return "no change"
    return f"{rounded:+d} point{'' if abs(rounded) == 1 else 's'}".replace("-", "−")


def repository_name(repo: str) -> str:
    """A repository's id without the host: what people call it."""
    named = repo.split("@", maxsplit=1)[0]
    return named.split("/", 1)[-1]


def heading(words: str) -> None:
    """A heading of words that a history may have put together: shown as they are, never as Markdown or an icon."""
    st.html(f"<h2 class='bg-heading'>{escape(words)}</h2>")


def line(words: str, *, strong: str = "", is_quiet: bool = False) -> None:
    """A line of such words, after some strong ones."""
    kind = "bg-line bg-quiet" if is_quiet else "bg-line"
    st.html(f"<div class='{kind}'>{f'<b>{escape(strong)}</b>' if strong else ''}{escape(words)}</div>")


def download(label: str, frame: pl.DataFrame, name: str) -> None:
    """A button that saves exactly this frame as CSV."""
    st.download_button(
        label,
        frame.write_csv(),
        f"barograph-{name}.csv",
        "text/csv",
        key=f"csv_{name}",
        on_click="ignore",
        type="tertiary",
    )
