"""Charts of what sessions did: functions from frames to Altair charts, as those of `app.charts`."""

from typing import Any

import altair as alt
import polars as pl

from app import charts
from app.charts import Look

HEIGHT = 220
MEASURES = {"active_hours": "Active hours", "output_tokens": "Tokens written", "landed_lines": "Lines landed"}
"""What can be drawn over time, and what it is called."""


def over_time(series: pl.DataFrame, measure: str, look: Look) -> Any:
    """Stacked bars of a measure per period, a colour per tool."""
    placed = series.with_columns(
        start=pl.col("period").map_elements(lambda period: charts.span(period)[0], return_dtype=pl.Date),
        end=pl.col("period").map_elements(lambda period: charts.span(period)[1], return_dtype=pl.Date),
        name=pl.col("tool").map_elements(look.name, return_dtype=pl.String),
    )
    tools = placed["tool"].unique().sort().to_list()
    return (
        alt.Chart(placed)
        .mark_bar()
        .encode(
            x=alt.X("start:T", title=None),
            x2="end:T",
            y=alt.Y(f"sum({measure}):Q", title=MEASURES[measure], stack="zero"),
            color=alt.Color(
                "name:N",
                title=None,
                scale=alt.Scale(domain=[look.name(tool) for tool in tools], range=[look.color(tool) for tool in tools]),
            ),
            tooltip=[
                alt.Tooltip("name:N", title="tool"),
                alt.Tooltip("period:N"),
                alt.Tooltip(f"{measure}:Q", title=MEASURES[measure].lower(), format=",.1f"),
                alt.Tooltip("sessions:Q"),
            ],
        )
        .properties(height=HEIGHT, width="container", background="transparent")
        .configure_view(strokeWidth=0)
        .configure(font=charts.FONT)
    )
