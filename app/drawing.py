"""How figures look in text: percentages, bars, sparks, days. Pure functions on numbers."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SPARKS = "▁▂▃▄▅▆▇█"

WEIGHT_WORDS = {"commits": "commits", "added": "added lines", "changed": "changed lines", "merges": "merges"}
"""What a person calls a weight."""


def percent(share: float | None) -> str:
    """A share as people read it; what is not quite all or nothing is not called so."""
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{share * 100:.0f} %"


def bar(share: float | None, width: int) -> str:
    """A bar of `width` characters that is filled to `share`, in steps of an eighth of a character."""
    eighths = round((share or 0.0) * width * 8)
    if share and eighths == 0:
        eighths = 1
    whole, rest = divmod(eighths, 8)
    filled = "█" * whole + (_EIGHTHS[rest] if rest else "")
    return filled + "░" * (width - len(filled))


def spark(share: float | None) -> str:
    """One character as high as the share; a dot where there was no work."""
    return "·" if share is None else _SPARKS[min(int(share * 8), 7)]


def day(value: date | None) -> str:
    """`27 Jan 2026`."""
    return "–" if value is None else f"{value.day} {calendar.month_abbr[value.month]} {value.year}"


def span(first: date | None, last: date | None) -> str:
    """Two days, the year once if it is the same."""
    if first is None or last is None:
        return "no time"
    if first == last:
        return day(first)
    start = day(first) if first.year != last.year else f"{first.day} {calendar.month_abbr[first.month]}"
    return f"{start} – {day(last)}"


def moment(value: datetime | None) -> str:
    """`2026-03-14 09:26 UTC`."""
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def amount(number: float) -> str:
    """A volume: whole where it is whole, else with one decimal (a commit of two tools is half of each)."""
    return f"{number:,.0f}" if abs(number - round(number)) < 0.05 or number >= 100 else f"{number:,.1f}"


def count(number: float, what: str) -> str:
    """`1 commit`, `2,774 commits`, `1 repository`: the word is given in the plural."""
    return f"{number:,.0f} {_singular(what) if number == 1 else what}"


def _singular(what: str) -> str:
    return f"{what.removesuffix('ies')}y" if what.endswith("ies") else what.removesuffix("s")


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = (), gap: str = "   ") -> list[str]:
    """Rows of cells as lines with aligned columns; those in `right` are flush right, the last one is never padded."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(gap.join(cells).rstrip())
    return lines


def ending(text: str, width: int) -> str:
    """The end of a text that fits, for a path: what it ends with says more than what it begins with."""
    whole = clipped(text, len(text))
    return whole if len(whole) <= width else f"…{whole[len(whole) - width + 1 :]}"


def clipped(text: str, width: int) -> str:
    """The text, or as much of it as fits, on one line and without control characters."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain if len(plain) <= width else plain[: max(width - 1, 0)] + "…"
