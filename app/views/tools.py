"""Which tools took part: how much, since when, with which models, and how we know."""

from html import escape

import polars as pl
import streamlit as st

from analysis import queries
from analysis.answers import Overview, ToolUse
from app import charts, filters
from app.charts import Look
from app.filters import WEIGHT_NAMES, Choice
from app.reading import Reader
from app.views import figures
from app.views.figures import percent

MOST_CHARTS = 12
"""Tools with charts of their own; the table has them all."""


def show(reader: Reader, choice: Choice, look: Look) -> None:
    """Draw the page."""
    st.title("Which tools, and how do we know?", anchor=False)
    filters.bar(choice, reader.ask(queries.repositories), reader.ask(queries.tools))
    answer = reader.ask(queries.overview, choice.filters, choice.weight)
    used = [use for use in answer.tools if use.commits > 0]
    if not used:
        st.info("No tool left evidence in the selection. That means unknown, not that none was used.")
        return
    _table(used, choice)
    _over_time(reader, used, choice, look)
    _models(reader, choice)
    _how_known(answer)


def _table(used: list[ToolUse], choice: Choice) -> None:
    frame = pl.DataFrame(
        [
            {
                "tool": use.name,
                "share": use.share,
                "work": use.value,
                "commits": use.commits,
                "how we know": " · ".join(f"{trust} {commits:,}" for trust, commits in use.known_by),
                "since": use.since,
            }
            for use in used
        ]
    )
    st.dataframe(
        frame.with_columns(share=pl.col("share") * 100),
        hide_index=True,
        column_config={
            "share": st.column_config.NumberColumn("proven share", format="%.1f %%"),
            "work": st.column_config.NumberColumn(f"proven {WEIGHT_NAMES[choice.weight].lower()}", format="%.0f"),
            "commits": st.column_config.NumberColumn("commits it took part in", format="%d"),
            "since": st.column_config.DateColumn("since", format="YYYY-MM-DD"),
        },
    )
    figures.download("Download CSV: tools", frame, "tools")


def _over_time(reader: Reader, used: list[ToolUse], choice: Choice, look: Look) -> None:
    shares = reader.ask(queries.shares, choice.filters, choice.by, choice.weight)
    series = reader.ask(queries.series_by_tool, choice.filters, choice.by, choice.weight)
    shares, series, _ = charts.drawable(shares, series, look.collected_at)
    unit = WEIGHT_NAMES[choice.weight].lower()
    st.subheader("Over time", anchor=False)
    st.caption(f"Left: share of all {unit}. Right: {unit} a {choice.by}. Click a bar to see its commits.")
    for use in used[:MOST_CHARTS]:
        color = look.color(use.tool)
        st.html(f'<b><span style="color:{escape(color)}">■</span> {escape(use.name)}</b>')
        left, right = st.columns(2, gap="medium")
        for column, measure in ((left, "share"), (right, "volume")):
            chart = charts.small_multiple(series, shares, use.tool, look, measure)
            alt = f"{use.name}: {measure} over time"
            column.altair_chart(chart, theme=None, key=f"{measure}_{use.tool}", alt=alt)
    figures.download("Download CSV: tools over time", series, "tools-over-time")


def _models(reader: Reader, choice: Choice) -> None:
    frame = reader.ask(queries.breakdown, choice.filters, "model", choice.weight)
    models = frame.filter(pl.col("class") == "ai").select(
        "name", pl.col("key").alias("model"), "commits", "value", "share", "first_seen", "last_seen"
    )
    if models.is_empty():
        return
    st.subheader("Models", anchor=False)
    st.dataframe(
        models.with_columns(pl.col("model").fill_null("not said"), share=pl.col("share") * 100),
        hide_index=True,
        column_config={
            "name": "tool",
            "share": st.column_config.NumberColumn("proven share", format="%.1f %%"),
            "value": st.column_config.NumberColumn(f"proven {WEIGHT_NAMES[choice.weight].lower()}", format="%.0f"),
            "first_seen": st.column_config.DateColumn("since", format="YYYY-MM-DD"),
            "last_seen": st.column_config.DateColumn("until", format="YYYY-MM-DD"),
        },
    )
    figures.download("Download CSV: models", models, "models")


def _how_known(answer: Overview) -> None:
    unknown = answer.whole.triple.coverage
    with st.expander("What the words mean"):
        st.markdown(
            "- **witnessed**: lines that a log of the tool wrote are the commit's lines.\n"
            "- **recorded**: a note or a database of the tool says so.\n"
            "- **declared**: the commit says so, in a trailer, an identity or a footer.\n"
            "- **hinted** evidence (a branch's name, prose) proves nothing and is not in this table.\n\n"
            f"{percent(1 - unknown) if unknown is not None else 'Some'} of the work carries no proof of any kind: "
            "a tool that leaves no trace is in there."
        )
