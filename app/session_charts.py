"""Charts of what sessions did: functions from frames to Altair charts, as those of `app.charts`."""

from typing import Any

import altair as alt
import polars as pl

from app import charts
from app.charts import Look

HEIGHT = 200
MEASURES = {"active_hours": "Active hours", "output_tokens": "Tokens written", "landed_lines": "Lines landed"}
"""What can be drawn over time, and what it is called."""


def over_time(series: pl.DataFrame, measure: str, look: Look) -> Any:
    """Stacked bars of a measure per period, a colour per tool."""
    placed = series.with_columns(
        start=pl.col("period").map_elements(lambda period: charts.span(period)[0], return_dtype=pl.Date),
        end=pl.col("period").map_elements(lambda period: charts.span(period)[1], return_dtype=pl.Date),
        name=pl.col("tool").map_elements(look.name, return_dtype=pl.String),
        color=pl.col("tool").map_elements(look.color, return_dtype=pl.String),
    ).sort("period", "tool")
    bars = (
        alt.Chart(placed)
        .mark_bar(stroke=None)
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                scale=alt.Scale(type="utc", nice=False),
                axis=charts.axis(
                    look, format="%-d %b %y", grid=False, tickCount=alt.ExprRef("max(2, floor(width / 110))")
                ),
            ),
            x2="end:T",
            y=alt.Y(f"sum({measure}):Q", title=None, stack="zero", axis=charts.axis(look, tickCount=4)),
            color=alt.Color("color:N", scale=None),
            order=alt.Order("tool:N"),
            tooltip=[
                alt.Tooltip("name:N", title="tool"),
                alt.Tooltip("period:N"),
                alt.Tooltip(f"sum({measure}):Q", title=MEASURES[measure].lower(), format=",.1f"),
                alt.Tooltip("sessions:Q"),
            ],
        )
    )
    return charts.finished(bars, look, HEIGHT)
