"""What the person looking has chosen. It lives in the address, so that every view is a link.

The address is the one truth: widgets are set from it before they are drawn, and write to it when they change. Only
when another page is opened, which empties the address, does the choice come from the session.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast, get_args
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from analysis.answers import Filters, Period, Weight
from collector.records import Trust

WEIGHT_NAMES: dict[Weight, str] = {
    "commits": "Commits",
    "changed": "Changed lines",
    "added": "Added lines",
    "merges": "Merges",
}
PERIOD_NAMES: dict[Period, str] = {"month": "Month", "week": "Week"}
ANY_TRUST = "any"
TRUST_NAMES: dict[str, str] = {
    ANY_TRUST: "any proof",
    "declared": "declared or better",
    "recorded": "recorded or better",
    "witnessed": "witnessed only",
}
DEFAULT_WEIGHT: Weight = "commits"
"""The one weight that every kind of evidence can prove; most commits only carry a word, not their lines."""

KEYS = ("repo", "tool", "since", "until", "trust", "weight", "by")


@dataclass(frozen=True, slots=True)
class Choice:
    """The part of the store, the weight and the period that the person looks at."""

    filters: Filters = field(default_factory=Filters)
    weight: Weight = DEFAULT_WEIGHT
    by: Period = "month"

    @property
    def is_of_lines(self) -> bool:
        """Whether the weight counts lines, which few kinds of evidence prove one by one."""
        return self.weight in ("changed", "added")


def parse(params: Mapping[str, Sequence[str]]) -> tuple[Choice, tuple[str, ...]]:
    """The choice that an address names, and the keys whose values mean nothing and are left out."""
    ignored: list[str] = []

    def one(key: str, allowed: Iterable[str | None]) -> str | None:
        value = params[key][-1] if params.get(key) else None
        if value is not None and value not in set(allowed):
            ignored.append(key)
            return None
        return value

    filters = Filters(
        repos=tuple(params.get("repo", ())),
        since=_day(params, "since", ignored),
        until=_day(params, "until", ignored),
        tools=tuple(params.get("tool", ())),
        trust=one("trust", get_args(Trust)),
    )
    weight = cast(Weight, one("weight", WEIGHT_NAMES) or DEFAULT_WEIGHT)
    by = cast(Period, one("by", PERIOD_NAMES) or "month")
    return Choice(filters, weight, by), tuple(ignored)


def _day(params: Mapping[str, Sequence[str]], key: str, ignored: list[str]) -> date | None:
    if not params.get(key):
        return None
    try:
        return date.fromisoformat(params[key][-1])
    except ValueError:
        ignored.append(key)
        return None


def as_params(choice: Choice) -> dict[str, list[str]]:
    """The address of a choice; what is as it is by default is left out."""
    filters = choice.filters
    params: dict[str, list[str]] = {
        "repo": list(filters.repos),
        "tool": list(filters.tools),
        "since": [filters.since.isoformat()] if filters.since else [],
        "until": [filters.until.isoformat()] if filters.until else [],
        "trust": [filters.trust] if filters.trust else [],
        "weight": [choice.weight] if choice.weight != DEFAULT_WEIGHT else [],
        "by": [choice.by] if choice.by != "month" else [],
    }
    return {key: values for key, values in params.items() if values}


def link(page: str, choice: Choice, **more: str | Sequence[str] | None) -> str:
    """The address of a page for a choice, with parameters that replace or add to it (None takes one away)."""
    params: dict[str, Any] = {**as_params(choice), **more}
    given = {key: value for key, value in params.items() if value}
    query = urlencode(given, doseq=True)
    return f"{page}?{query}" if query else page


def current(page: str) -> Choice:
    """The choice of the page that is being drawn. Says what in the address it could not use."""
    state = st.session_state
    params = {key: st.query_params.get_all(key) for key in KEYS}
    given = {key: values for key, values in params.items() if values}
    is_opened = state.get("shown_page") != page
    state["shown_page"] = page
    if is_opened and not given and "choice" in state:
        choice, ignored = cast(Choice, state["choice"]), tuple[str, ...]()
        st.query_params.update(as_params(choice))
    else:
        choice, ignored = parse(given)
    state["choice"] = choice
    if ignored:
        st.warning(f"Left out of the address, since it means nothing here: {', '.join(ignored)}")
    return choice


def bar(choice: Choice, repositories: pl.DataFrame, tools: pl.DataFrame, *, has_weight: bool = True) -> None:
    """The row of switches and the drawer of filters; a change goes to the address and draws the page again."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        if has_weight:
            _switch("weight", WEIGHT_NAMES, choice.weight, "Share of")
            _switch("by", PERIOD_NAMES, choice.by, "Per")
        with st.popover(_drawer_label(choice.filters)):
            _drawer(choice.filters, repositories, tools)


def describe(filters: Filters, names: Mapping[str, str]) -> str:
    """The filters in force in words, or nothing."""
    parts = [
        ", ".join(names.get(tool, tool) for tool in filters.tools),
        f"since {day_name(filters.since)}" if filters.since else "",
        f"until {day_name(filters.until)}" if filters.until else "",
        TRUST_NAMES.get(filters.trust, "any proof") if filters.trust else "",
    ]
    return " · ".join(part for part in parts if part)


def day_name(day: date) -> str:
    """A day as pages write it: `3 Mar 2026`."""
    return f"{day.day} {day:%b %Y}"


def set_params(**values: str | Sequence[str] | None) -> None:
    """Change parts of the address; nothing takes a part away."""
    for key, value in values.items():
        if value:
            st.query_params[key] = value if isinstance(value, str) else list(value)
        elif key in st.query_params:
            del st.query_params[key]


def _switch(key: str, names: Mapping[Any, str], value: str, label: str) -> None:
    widget = f"choose_{key}"
    st.session_state[widget] = value
    st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        key=widget,
        required=True,
        label_visibility="collapsed",
        on_change=_take_over,
    )


def _drawer(filters: Filters, repositories: pl.DataFrame, tools: pl.DataFrame) -> None:
    named = dict(zip(tools["tool"], tools["name"], strict=True))
    used = tools.filter(pl.col("commits") > 0)["tool"].to_list()
    state = st.session_state
    state["choose_repo"] = list(filters.repos)
    state["choose_tool"] = list(filters.tools)
    state["choose_since"] = filters.since
    state["choose_until"] = filters.until
    state["choose_trust"] = filters.trust if filters.trust in TRUST_NAMES else ANY_TRUST
    known = repositories["repo"].to_list()
    st.multiselect(
        "Repositories", _with(known, filters.repos), key="choose_repo", placeholder="all", on_change=_take_over
    )
    st.multiselect(
        "Tools",
        _with(used, filters.tools),
        format_func=lambda tool: named.get(tool, tool),
        key="choose_tool",
        placeholder="all",
        on_change=_take_over,
    )
    first, last = date(1970, 1, 1), date(2200, 1, 1)
    for key, label in (("since", "From"), ("until", "To")):
        st.date_input(
            label,
            value=None,
            min_value=first,
            max_value=last,
            format="YYYY-MM-DD",
            key=f"choose_{key}",
            on_change=_take_over,
        )
    st.selectbox(
        "Counts as proven",
        list(TRUST_NAMES),
        format_func=TRUST_NAMES.__getitem__,
        key="choose_trust",
        on_change=_take_over,
    )
    st.button("Clear filters", on_click=_clear, disabled=filters == Filters())


def _with(known: list[str], chosen: tuple[str, ...]) -> list[str]:
    """The options of a list, with what an address names though the store doesn't know it (and shows as empty)."""
    return known + [name for name in chosen if name not in known]


def _drawer_label(filters: Filters) -> str:
    chosen = (filters.repos, filters.tools, filters.since or filters.until, filters.trust)
    count = sum(1 for part in chosen if part)
    return f"Filters ({count})" if count else "Filters"


def _take_over() -> None:
    """Write what the widgets say to the address; those that the page doesn't draw keep what is there."""
    state = st.session_state
    for key in KEYS:
        widget = f"choose_{key}"
        if widget in state:
            value = state[widget]
            set_params(**{key: value.isoformat() if isinstance(value, date) else value})
    set_params(page=None)
    for key, default in {"weight": DEFAULT_WEIGHT, "by": "month", "trust": ANY_TRUST}.items():
        if st.query_params.get(key) == default:
            del st.query_params[key]


def _clear() -> None:
    set_params(repo=None, tool=None, since=None, until=None, trust=None, page=None)


def within(filters: Filters, since: date | None, until: date | None) -> Filters:
    """The same filters for a part of their time."""
    return replace(filters, since=since or filters.since, until=until or filters.until)
