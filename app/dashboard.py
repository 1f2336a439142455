"""The dashboard's entry: opens the newest snapshot and draws the page that the address names.

Started by `app.serve` with the store's folder as its argument. Not named app.py, which would shadow the package.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from analysis import queries
from app import filters, theme
from app.charts import Look
from app.filters import Choice
from app.reading import Reader, reader
from app.views import commits, empty, figures, health, overview, sessions, tools
from collector.errors import StoreError

Page = Callable[[Reader, Choice, Look], None]
PAGES: dict[str, Page] = {
    "Overview": overview.show,
    "Tools": tools.show,
    "Sessions": sessions.show,
    "Commits": commits.show,
    "Health": health.show,
}
_LAYOUT = """
.stMainBlockContainer{padding-top:3.6rem;max-width:1240px}
@media (max-width:760px){.stMainBlockContainer{padding-left:1rem;padding-right:1rem}
h1{font-size:1.5rem!important}}
"""


def main(store: Path) -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="barograph", layout="wide", initial_sidebar_state="collapsed")
    pages = [
        st.Page(partial(_draw, store, name, show), title=name, url_path=name.lower(), default=name == "Overview")
        for name, show in PAGES.items()
    ]
    page = st.navigation(pages, position="top")
    st.html(f"<style>{_LAYOUT}{figures.STYLE}</style>")
    page.run()


def _draw(store: Path, name: str, show: Page) -> None:
    try:
        newest = reader(store)
        if newest is None:
            empty.show(store)
            return
        known = newest.ask(queries.tools)
        repositories = newest.ask(queries.repositories)
    except StoreError as error:
        empty.show_unusable(str(error))
        return
    if repositories["commits"].sum() == 0 and name != "Health":
        empty.show_without_commits(store)
        return
    choice = filters.current(name)
    look = Look(
        choice=choice,
        colors=theme.palette(st.context.theme.type),
        names=dict(zip(known["tool"], known["name"], strict=True)),
        tool_colors=dict(zip(known["tool"], known["color"], strict=True)),
        collected_at=repositories["collected_at"].max(),  # type: ignore[arg-type]
    )
    show(newest, choice, look)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
