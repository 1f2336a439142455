"""The way down: from a list of commits to one commit, and from its verdict to every piece of evidence."""

from dataclasses import dataclass
from typing import cast, get_args

import polars as pl
import streamlit as st

from analysis import queries
from analysis.answers import Class
from app import filters
from app.charts import Look
from app.filters import Choice
from app.reading import Reader
from app.views import commit, figures

PAGE = 50
EVERY = "all classes"


@dataclass(frozen=True, slots=True)
class Search:
    """What the address says beside the choice that all pages share."""

    class_: Class | None
    author: str | None
    words: str | None
    page: int
    sha: str | None


def show(reader: Reader, choice: Choice, look: Look) -> None:
    """Draw the list, or the commit that the address names."""
    search = _search()
    if search.sha:
        commit.show(reader, search.sha, look)
        return
    st.title("Commits", anchor=False)
    filters.bar(choice, reader.ask(queries.repositories), reader.ask(queries.tools), has_weight=False)
    _search_bar(search)
    found = reader.ask(
        queries.commits_page,
        choice.filters,
        class_=search.class_,
        author=search.author,
        search=search.words,
        limit=PAGE + 1,
        offset=PAGE * (search.page - 1),
    )
    if found.is_empty():
        st.info("No commit is like that. Take something out of the search or the filters.")
        return
    _table(found.head(PAGE), look)
    _pages(search, has_more=found.height > PAGE)
    figures.download("Download CSV: this page", found.head(PAGE), "commits")


def _search() -> Search:
    params = st.query_params
    class_ = params.get("class")
    page = params.get("page", "")
    return Search(
        class_=cast(Class, class_) if class_ in get_args(Class) else None,
        author=params.get("author") or None,
        words=params.get("q") or None,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
        sha=params.get("sha") or None,
    )


def _search_bar(search: Search) -> None:
    state = st.session_state
    state["find_class"] = search.class_ or EVERY
    state["find_author"] = search.author or ""
    state["find_q"] = search.words or ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Class", [EVERY, *get_args(Class)], key="find_class", on_change=_take_over, width=150)
        st.text_input(
            "Search", key="find_q", placeholder="words of the subject, or a SHA", on_change=_take_over, width=320
        )
        st.text_input("Author", key="find_author", placeholder="exactly as listed", on_change=_take_over, width=240)


def _take_over() -> None:
    state = st.session_state
    class_ = state["find_class"] if state["find_class"] != EVERY else None
    found = {"class": class_, "q": state["find_q"].strip(), "author": state["find_author"].strip()}
    filters.set_params(**found, page=None)


def _table(found: pl.DataFrame, look: Look) -> None:
    shown = found.select(
        pl.col("committed_at").dt.strftime("%Y-%m-%d").alias("date"),
        "class",
        pl.col("tools").map_elements(lambda tools: _tool_names(tools, look), return_dtype=pl.String),
        "subject",
        "author",
        pl.col("trust", "level").fill_null(""),
        "lines_added",
        "lines_deleted",
        pl.col("repo").map_elements(figures.repository_name, return_dtype=pl.String),
        pl.col("sha").str.head(10),
    )
    st.caption("Choose a row to see why it is judged as it is.")
    state = st.dataframe(
        shown,
        hide_index=True,
        height=min(36 * (shown.height + 1), 900),
        key="commits",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "date": st.column_config.TextColumn(width=92),
            "class": st.column_config.TextColumn(width=84),
            "tools": st.column_config.TextColumn(width=130),
            "trust": st.column_config.TextColumn(width=84),
            "level": st.column_config.TextColumn(width=92),
            "lines_added": st.column_config.NumberColumn("+", format="%d", width=62),
            "lines_deleted": st.column_config.NumberColumn("−", format="%d", width=62),
            "subject": st.column_config.TextColumn(width=360),
            "author": st.column_config.TextColumn(width=170),
        },
    )
    rows = state["selection"]["rows"]
    if rows:
        st.query_params["sha"] = found["sha"][rows[0]]
        st.rerun()


def _tool_names(tools: str, look: Look) -> str:
    return ", ".join(look.name(tool) for tool in tools.split(";") if tool)


def _pages(search: Search, *, has_more: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        newer = st.button("Newer", disabled=search.page == 1)
        st.markdown(f"page {search.page}", width="content")
        older = st.button("Older", disabled=not has_more)
    if newer or older:
        page = search.page + (1 if older else -1)
        filters.set_params(page=str(page) if page > 1 else None)
        st.rerun()
