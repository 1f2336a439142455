"""The first page: how much, how sure, by which tools, and how it came about."""

import polars as pl
import streamlit as st

from analysis import queries
from analysis.answers import Overview, Triple, Window
from app import charts, filters
from app.charts import Look
from app.filters import WEIGHT_NAMES, Choice, day_name
from app.reading import Reader
from app.views import figures
from app.views.figures import percent

UNITS = {
    "commits": "commits",
    "changed": "changed lines",
    "added": "added lines",
    "merges": "merges",
}
MOST_NAMED = 7
MOST_EVENTS = 3
"""Dotted lines on the chart; all changes stand in the list below it."""


def show(reader: Reader, choice: Choice, look: Look) -> None:
    """Draw the page."""
    answer = reader.ask(queries.overview, choice.filters, choice.weight)
    st.title("How much of the engineering is done by AI?", anchor=False)
    figures.line(_measured(answer, look))
    filters.bar(choice, reader.ask(queries.repositories), reader.ask(queries.tools))
    if answer.commits == 0:
        st.info("No commit of this store is in the selection. Clear the filters, or choose other dates.")
        return
    figures.row(_figures(reader, answer, choice, look))
    _charts(reader, answer, choice, look)


def _measured(answer: Overview, look: Look) -> str:
    """What exactly the figures are about, in one line."""
    names = [figures.repository_name(repo) for repo in answer.repositories]
    repos = ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"
    whole = answer.whole
    period = f"{day_name(whole.since)} – {day_name(whole.until)}" if whole.since and whole.until else "no work"
    parts = [
        repos or "no repository",
        f"{UNITS[answer.weight]} that landed on the default branch",
        period,
        filters.describe(answer.filters, look.names),
    ]
    return " · ".join(part for part in parts if part)


def _figures(reader: Reader, answer: Overview, choice: Choice, look: Look) -> list[figures.Figure]:
    recent = answer.recent if answer.recent.triple.low is not None else answer.whole
    when = "last 3 months" if recent is answer.recent else "whole time"
    triple = recent.triple
    return [
        _proven(recent, answer.before, when, choice),
        _best(triple),
        figures.Figure(
            "Still unknown",
            percent(1 - triple.coverage) if triple.coverage is not None else "–",
            "no proof line by line; not “human”" if choice.is_of_lines else "no evidence either way; not “human”",
        ),
        _most_used(reader, recent, choice, look),
    ]


def _proven(recent: Window, before: Window, when: str, choice: Choice) -> figures.Figure:
    low, earlier = recent.triple.low, before.triple.low
    words = ["at least this much"]
    if choice.is_of_lines and recent.triple.in_ai_commits is not None:
        words = [f"line by line; {percent(recent.triple.in_ai_commits)} lie in commits that AI worked on"]
    interval = recent.interval
    if interval.low is not None and interval.high is not None:
        words.append(f"95 % interval {percent(interval.low)}–{percent(interval.high)}, by {interval.method}")
    if low is not None and earlier is not None:
        words.append(f"{figures.points(low - earlier)} on the three months before")
    return figures.Figure(f"Proven, {when}", percent(low), "; ".join(words), is_first=True)


def _best(triple: Triple) -> figures.Figure:
    bounds = f"between {percent(triple.low)} and {percent(triple.high)}"
    if triple.best is None:
        return figures.Figure("Best estimate", "none", f"no estimate: nothing supports one; {bounds}")
    return figures.Figure("Best estimate", percent(triple.best), bounds)


def _most_used(reader: Reader, recent: Window, choice: Choice, look: Look) -> figures.Figure:
    chosen = filters.within(choice.filters, recent.since, recent.until)
    used = reader.ask(queries.breakdown, chosen, "tool", choice.weight).filter(
        (pl.col("class") == "ai") & (pl.col("commits") > 0)
    )
    if used.is_empty():
        return figures.Figure("Most used", "none", "no tool left evidence in this time")
    first = used.row(0, named=True)
    others = [f"{name}" for name in used["name"].to_list()[1:3]]
    then = f"then {' and '.join(others)}" if others else "no other tool left evidence"
    return figures.Figure("Most used", first["name"], f"{first['commits']:,} commits; {then}")


def _charts(reader: Reader, answer: Overview, choice: Choice, look: Look) -> None:
    shares = reader.ask(queries.shares, choice.filters, choice.by, choice.weight)
    series = reader.ask(queries.series_by_tool, choice.filters, choice.by, choice.weight)
    events = reader.ask(queries.instruments, choice.filters)
    shares, series, left_out = charts.drawable(shares, series, look.collected_at)
    chart = charts.share_chart(shares, series, look, recent=answer.recent, events=_shown_events(events, series, answer))
    st.altair_chart(chart, theme=None, key="share", alt="AI share over time, as a stacked band of tools")
    _legend(answer, look)
    st.caption(_how_to_read(answer, choice, left_out))
    st.markdown(f"{WEIGHT_NAMES[choice.weight]} a {choice.by}", help="The work itself: a share of little is little.")
    st.altair_chart(
        charts.volume_chart(series, shares, look), theme=None, key="volume", alt="Work over time, in absolute figures"
    )
    with st.container(horizontal=True):
        bounds = shares.select("period", "low", "best", "high", "coverage", "total")
        both = series.join(bounds, on="period", how="left", maintain_order="left")
        figures.download("Download CSV: share", both, "share")
        figures.download("Download CSV: volume", shares, "volume")
    _instrument_list(events)


def _shown_events(events: pl.DataFrame, series: pl.DataFrame, answer: Overview) -> pl.DataFrame:
    """The changes of the tools that are used most here; others would be lines that nobody can connect to a band."""
    present = [use.tool for use in answer.tools if use.commits > 0][:3]
    return events.filter(pl.col("tool").is_in(present)).tail(MOST_EVENTS)


def _legend(answer: Overview, look: Look) -> None:
    used = [use for use in answer.tools if use.commits > 0][:MOST_NAMED]
    entries = [(look.color(use.tool), use.name, percent(use.share)) for use in used]
    whole = answer.whole.volume
    base = whole.total - whole.automation
    entries += [
        (look.color(name), name, percent(amount / base))
        for name, amount in (("unknown", whole.unknown), ("human", whole.human))
        if amount > 0 and base > 0
    ]
    figures.legend("Whole time:", entries)


def _how_to_read(answer: Overview, choice: Choice, left_out: int) -> str:
    has_interval = answer.recent.interval.low is not None
    parts = [
        "Solid line: proven.",
        "Thin line: all lines in commits that AI worked on; the pale bands are theirs." if choice.is_of_lines else "",
        "Dashed line: best estimate." if answer.whole.triple.best is not None else "",
        "Shaded between thin lines: 95 % interval of the last three months." if has_interval else "",
        "Dotted: what can be seen of a tool changed.",
        "Automation (bots that no model drives) is left out of the share.",
        f"{left_out:,} periods of odd or very old dates are not drawn; choose dates to see them." if left_out else "",
        "Click a band to see its commits.",
    ]
    return " ".join(part for part in parts if part)


def _instrument_list(events: pl.DataFrame) -> None:
    if events.is_empty():
        return
    with st.expander(f"Changes of the instrument in this time ({events.height})"):
        st.caption("A default that a tool switched on or off changes what can be seen, not what was done.")
        st.dataframe(
            events.select("changed_on", "name", "what", "source"),
            hide_index=True,
            column_config={
                "changed_on": st.column_config.DateColumn("on", width="small"),
                "name": st.column_config.TextColumn("tool", width="small"),
                "source": st.column_config.LinkColumn("source"),
            },
        )
