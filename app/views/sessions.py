"""What agents' sessions did: time, tokens and cost, and what of it reached the default branch."""

import polars as pl
import streamlit as st

from analysis import queries
from app import filters, session_charts
from app.charts import Look
from app.filters import Choice
from app.reading import Reader
from app.sessions import duration, short
from app.views import figures
from app.views.figures import Figure

LISTED = 200
"""Sessions in the table."""


def show(reader: Reader, choice: Choice, look: Look) -> None:
    """Draw the page."""
    st.title("What did the sessions do?", anchor=False)
    filters.bar(choice, reader.ask(queries.repositories), reader.ask(queries.tools))
    by_tool = reader.ask(queries.session_work, choice.filters, "tool")
    if by_tool.is_empty():
        st.info(
            "No session of a coding agent is known in the selection. `barograph collect` reads the logs that agents "
            "keep below your home folder; `barograph doctor` says where it looked."
        )
        return
    _sums(by_tool)
    _over_time(reader, choice, look)
    _by_tool(by_tool, look)
    _latest(reader, choice, look)
    st.caption(
        "Active time: gaps of up to ten minutes, without what passes before a prompt. Cost: list prices of the day."
    )


def _sums(by_tool: pl.DataFrame) -> None:
    cost = None if by_tool["cost_usd"].null_count() else by_tool["cost_usd"].sum()
    known = by_tool["cost_usd"].sum()
    figures.row(
        [
            Figure(
                "Sessions", f"{by_tool['sessions'].sum():,}", f"{by_tool['prompts'].sum():,} prompts", is_first=True
            ),
            Figure("Active time", duration(float(by_tool["active_seconds"].sum())), "gaps of up to ten minutes count"),
            Figure("Tokens written", short(int(by_tool["output_tokens"].sum())), "by models, reasoning included"),
            Figure(
                "Cost",
                f"${known:,.2f}" if cost is not None else "–",
                "at list prices of the day" if cost is not None else "a model's price is not known",
            ),
        ]
    )


def _over_time(reader: Reader, choice: Choice, look: Look) -> None:
    series = reader.ask(queries.session_series, choice.filters, choice.by)
    st.subheader("Over time", anchor=False)
    tools = series["tool"].unique().sort().to_list()
    figures.legend("By tool:", [(look.color(tool), look.name(tool), "") for tool in tools])
    for measure in ("active_hours", "landed_lines"):
        st.caption(session_charts.MEASURES[measure])
        chart = session_charts.over_time(series, measure, look)
        alt = f"{session_charts.MEASURES[measure]} of sessions over time, by tool"
        st.altair_chart(chart, theme=None, key=f"sessions_{measure}", alt=alt)
    figures.download("Download CSV: sessions over time", series, "sessions-over-time")


def _by_tool(by_tool: pl.DataFrame, look: Look) -> None:
    st.subheader("By tool", anchor=False)
    named = by_tool.with_columns(pl.col("key").map_elements(look.name, return_dtype=pl.String))
    st.dataframe(named.rename({"key": "tool"}), hide_index=True, column_config=_COLUMNS)
    figures.download("Download CSV: sessions by tool", by_tool, "sessions-by-tool")


def _latest(reader: Reader, choice: Choice, look: Look) -> None:
    latest = reader.ask(queries.latest_sessions, choice.filters, LISTED)
    st.subheader("Latest sessions", anchor=False)
    shown = latest.drop("parent_session").with_columns(
        pl.col("tool").map_elements(look.name, return_dtype=pl.String),
        pl.col("repo").map_elements(figures.repository_name, return_dtype=pl.String),
    )
    st.dataframe(shown, hide_index=True, height=min(36 * (shown.height + 1), 720), column_config=_COLUMNS)
    if latest.height == LISTED:
        st.caption(f"The latest {LISTED}. All of them: `barograph export sessions`.")
    figures.download("Download CSV: latest sessions", latest, "sessions")


_COLUMNS = {
    "started_at": st.column_config.DatetimeColumn("started (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
    "active_seconds": st.column_config.NumberColumn("active s", format="%d"),
    "cost_usd": st.column_config.NumberColumn("cost", format="$%.2f"),
    "input_tokens": st.column_config.NumberColumn("tokens in", format="compact"),
    "cache_write_tokens": st.column_config.NumberColumn("cache written", format="compact"),
    "cache_read_tokens": st.column_config.NumberColumn("cache read", format="compact"),
    "output_tokens": st.column_config.NumberColumn("tokens out", format="compact"),
    "landed_lines": st.column_config.NumberColumn("lines landed", format="%d"),
}
