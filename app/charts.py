"""Every chart of the dashboard: functions from frames to Altair charts, each with the frame that it draws.

A period is drawn from its first day to the day after its last, so that steps and bars are as wide as the time they
stand for and events lie at their own day. What a chart shows is in its frame; what is added here is where it lies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import altair as alt
import polars as pl

from analysis.answers import Window
from app.filters import Choice, day_name, link
from app.theme import Palette, band_color

MOST_POINTS = 5_000
LONGEST_GAP = timedelta(days=5 * 365)
MOST_PERIODS = 520
"""Ten years of weeks: about the most that still has a pixel for each."""
HEIGHT = 360
VOLUME_HEIGHT = 130
AXIS_WIDTH = 46
"""Charts that lie upon each other share one time axis, so their left edges must be the same."""
LABEL_PIXELS = 7.2
"""About the width of a letter of a label."""
USUAL_WIDTH = 950
"""Of a plot on a desk, to choose where words go; whether they fit is asked again where they are drawn."""
EVENT_LINE = 15
SHORT_MILLISECONDS = 150 * 86_400_000
"""Below five months ticks stand closer than a month, so they name days."""
MOST_LETTERS = 84

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
"""What Streamlit serves for the rest of the page, so nothing has to be fetched."""

BACKGROUND = ("unknown", "other tools", "human", "automation")
"""From the bottom to the top, above the tools: so the proven share ends where unknown begins, and the high bound
where the work that is proven not to be meant begins."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart needs to know besides its figures."""

    choice: Choice
    colors: Palette
    names: Mapping[str, str]
    tool_colors: Mapping[str, str | None]
    collected_at: datetime | None

    def color(self, key: str) -> str:
        """The colour of a tool's or class's band."""
        return band_color(key, self.tool_colors.get(key), self.colors)

    def name(self, key: str) -> str:
        """A tool's or class's name in words."""
        return self.names.get(key, key)


def span(period: str) -> tuple[date, date]:
    """The first day of `2026-03`, `2026-W11` or `2026-03-14`, and the day after its last."""
    if "W" in period:
        year, week = period.split("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        return monday, monday + timedelta(days=7)
    if period.count("-") == 1:
        first = date.fromisoformat(f"{period}-01")
        return first, (first + timedelta(days=31)).replace(day=1)
    day = date.fromisoformat(period)
    return day, day + timedelta(days=1)


def drawable(
    shares: pl.DataFrame, series: pl.DataFrame, collected_at: datetime | None
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """The periods of both frames that a chart can show, and how many it leaves out.

    Left out are periods after the collection and those before years without any work, which commits with a wrong date
    make, and the oldest of more periods than there is room for.
    """
    periods = list(zip(shares["period"], shares["total"], strict=True))
    today = _day_of(collected_at) if collected_at else date.max
    past = [(period, total) for period, total in periods if span(period)[0] <= today] or periods
    kinds = max(1, series["tool"].n_unique())
    kept = _since_the_last_gap(past)[-min(MOST_PERIODS, MOST_POINTS // (2 * kinds)) :]
    return (
        shares.filter(pl.col("period").is_in(kept)),
        series.filter(pl.col("period").is_in(kept)),
        shares.height - len(kept),
    )


def _since_the_last_gap(periods: Sequence[tuple[str, float]]) -> list[str]:
    kept: list[str] = []
    latest: date | None = None
    for period, total in reversed(periods):
        start, end = span(period)
        if total > 0:
            if latest is not None and latest - end > LONGEST_GAP:
                break
            latest = start
        kept.append(period)
    worked = {period for period, total in periods if total > 0}
    while len(kept) > 1 and kept[-1] not in worked:
        kept.pop()
    return kept[::-1]


def share_chart(
    shares: pl.DataFrame, series: pl.DataFrame, look: Look, *, recent: Window, events: pl.DataFrame
) -> alt.LayerChart:
    """The share over time: a stacked band of tools, unknown and human, with the proven line and its interval."""
    bands = stacked(series, look, is_share=True)
    lines = _lines(shares)
    y = alt.Y(
        "bottom:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=axis(look, format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    x = alt.X("start:T", title=None, scale=_time_scale(lines), axis=_time_axis(look, lines))
    layers = [
        _band_marks(bands, x, y, look),
        *_interval_marks(recent, look),
        *_line_marks(lines, look),
        _labels(bands, lines, look),
        *_event_marks(events, lines, look),
        *_unfinished_marks(lines, look),
    ]
    return finished(alt.layer(*layers), look, HEIGHT)


def volume_chart(series: pl.DataFrame, shares: pl.DataFrame, look: Look, height: int = VOLUME_HEIGHT) -> alt.LayerChart:
    """The work itself on the same time axis, in units of the weight, so that a small month is seen to be small."""
    automation = shares.select(
        "period", tool=pl.lit("automation"), value="automation", share=pl.lit(0.0), in_commits="automation",
        in_share=pl.lit(0.0),
    )  # fmt: skip
    bands = stacked(pl.concat([series, automation.select(series.columns)]), look, is_share=False)
    lines = _lines(shares)
    y = alt.Y("bottom:Q", title=None, axis=axis(look, format="~s", tickCount=3), scale=alt.Scale(nice=True))
    x = alt.X("start:T", title=None, scale=_time_scale(lines), axis=_time_axis(look, lines))
    return finished(alt.layer(_band_marks(bands, x, y, look)), look, height)


def small_multiple(series: pl.DataFrame, shares: pl.DataFrame, tool: str, look: Look, measure: str) -> alt.LayerChart:
    """One tool over time: its share, or its volume."""
    one = series.filter(pl.col("tool") == tool)
    bands = stacked(one, look, is_share=measure == "share")
    lines = _lines(shares)
    top = max(float(bands["top"].max() or 0), 0.01 if measure == "share" else 1)  # type: ignore[arg-type]
    y = alt.Y(
        "bottom:Q",
        title=None,
        scale=alt.Scale(domain=[0, top], nice=True),
        axis=axis(look, format=".0%" if measure == "share" else "~s", tickCount=2),
    )
    x = alt.X("start:T", title=None, scale=_time_scale(lines), axis=_time_axis(look, lines))
    return finished(alt.layer(_band_marks(bands, x, y, look)), look, 84)


def stacked(series: pl.DataFrame, look: Look, *, is_share: bool) -> pl.DataFrame:
    """Where each part of each period lies: key, part, bottom, top, and what a reader sees when pointing at it.

    A weight of lines has two parts for each tool: the lines that are proven, and the rest of its commits.
    """
    whole, wide = ("share", "in_share") if is_share else ("value", "in_commits")
    is_tool = ~pl.col("tool").is_in(BACKGROUND)
    solid = series.select("period", key="tool", part=pl.lit("proven"), size=pl.col(whole))
    if look.choice.is_of_lines:
        rest = series.filter(is_tool).select(
            "period", key="tool", part=pl.lit("in commits"), size=(pl.col(wide) - pl.col(whole)).clip(0)
        )
        classes = series.filter(~is_tool).select("period", key="tool", part=pl.lit("proven"), size=pl.col(wide))
        solid = pl.concat([solid.filter(~pl.col("key").is_in(BACKGROUND)), rest, classes])
    order = _order(series)
    placed = (
        solid.with_columns(
            rank=pl.col("key").replace_strict(order, return_dtype=pl.Int64)
            + pl.when(pl.col("part") == "in commits").then(100).otherwise(0)
        )
        .sort("period", "rank")
        .with_columns(top=pl.col("size").cum_sum().over("period", order_by="rank"))
        .with_columns(bottom=pl.col("top") - pl.col("size"))
    )
    figures = series.select("period", pl.col("tool").alias("key"), "value", "share", "in_commits", "in_share")
    joined = placed.join(figures, on=["period", "key"], how="left", maintain_order="left")
    return _dressed(joined.filter(pl.col("size") > 0), look)


def _order(series: pl.DataFrame) -> dict[str, int]:
    """Tools from the bottom by how much they did over the whole time, then the classes."""
    totals = (
        series.group_by("tool").agg(pl.col("in_commits").sum()).sort("in_commits", "tool", descending=[True, False])
    )
    tools = [tool for tool in totals["tool"] if tool not in BACKGROUND]
    return {tool: rank for rank, tool in enumerate(tools)} | {key: 1_000 + rank for rank, key in enumerate(BACKGROUND)}


def _dressed(placed: pl.DataFrame, look: Look) -> pl.DataFrame:
    rows = placed.to_dicts()
    for row in rows:
        start, end = span(row["period"])
        row["start"], row["end"] = _time(start), _time(end)
        row["fill"] = look.color(row["key"])
        row["strength"] = _strength(row, _is_unfinished(end, look))
        row["name"] = _part_name(row, look)
        row["when"] = period_name(row["period"]) + (", so far" if _is_unfinished(end, look) else "")
        row["href"] = _commits_link(row["key"], start, end, look)
        row["proven"], row["work"] = f"{row['share']:.1%}", f"{row['value']:,.0f}"
        row["spoken"] = f"{row['name']}, {row['when']}: {row['proven']} proven"
        row["in_its_commits"] = f"{row['in_share']:.1%} ({row['in_commits']:,.0f})"
    names = ("period", "key", "part", "bottom", "top", "start", "end", "fill", "strength", "name", "when", "href",
             "proven", "work", "in_its_commits", "spoken")  # fmt: skip
    schema = {
        name: pl.Float64 if name in ("bottom", "top", "start", "end", "strength") else pl.String for name in names
    }
    return pl.DataFrame([{name: row[name] for name in names} for row in rows], schema=schema)


def _strength(row: Mapping[str, Any], is_unfinished: bool) -> float:
    strength = 0.38 if row["part"] == "in commits" else 1.0
    return strength * (0.5 if is_unfinished else 1.0)


def _part_name(row: Mapping[str, Any], look: Look) -> str:
    name = look.name(row["key"])
    return f"in commits of {name}, lines not proven" if row["part"] == "in commits" else name


def _commits_link(key: str, start: date, end: date, look: Look) -> str | None:
    filters = look.choice.filters
    since = max(start, filters.since or start)
    until = min(end - timedelta(days=1), filters.until or end)
    more: dict[str, str | None] = {"since": since.isoformat(), "until": until.isoformat()}
    if key in ("unknown", "human", "automation"):
        return link("commits", look.choice, **more, **{"class": key}, tool=None)
    if key == "other tools":
        return None
    return link("commits", look.choice, **more, tool=key)


def period_name(period: str) -> str:
    """A period as people say it: `March 2026`, `week 11 of 2026`."""
    if "W" in period:
        year, week = period.split("-W")
        return f"week {int(week)} of {year}"
    if period.count("-") == 1:
        return f"{span(period)[0]:%B %Y}"
    return period


def _is_unfinished(end: date, look: Look) -> bool:
    collected = look.collected_at
    return collected is not None and _day_of(collected) < end


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _time(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000


def _lines(shares: pl.DataFrame) -> pl.DataFrame:
    """The bounds of each period with where it starts and ends."""
    spans = [span(period) for period in shares["period"]]
    return shares.select("period", "low", "best", "high", "in_ai_commits").with_columns(
        start=pl.Series([_time(start) for start, _ in spans], dtype=pl.Float64),
        end=pl.Series([_time(end) for _, end in spans], dtype=pl.Float64),
    )


def _band_marks(bands: pl.DataFrame, x: alt.X, y: alt.Y, look: Look) -> Any:
    unit = "share (proven)"
    tooltip = [
        alt.Tooltip("name:N", title="what"),
        alt.Tooltip("when:N", title="when"),
        alt.Tooltip("proven:N", title=unit),
        alt.Tooltip("work:N", title=look.choice.weight + " (proven)"),
    ]
    if look.choice.is_of_lines:
        tooltip.append(alt.Tooltip("in_its_commits:N", title="in its commits"))
    return (
        alt.Chart(bands, name="bands")
        .mark_rect(stroke=look.colors.paper, strokeWidth=0.6, strokeOpacity=0.6, cursor="pointer", clip=True)
        .encode(
            x=x,
            x2="end:T",
            y=y,
            y2="top:Q",
            fill=alt.Fill("fill:N", scale=None),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            href="href:N",
            description="spoken:N",
            tooltip=tooltip,
        )
    )


def _line_marks(lines: pl.DataFrame, look: Look) -> list[Any]:
    marks = [_steps(lines, "low", look, name="proven", width=2.2)]
    if look.choice.is_of_lines:
        marks.append(_steps(lines, "in_ai_commits", look, name="in-ai-commits", width=1.0))
    marks.append(_steps(lines, "best", look, name="best", width=1.6, dash=[4, 3]))
    return marks


def _steps(lines: pl.DataFrame, column: str, look: Look, *, name: str, width: float, dash: Sequence[int] = ()) -> Any:
    """A line that is level over each period and breaks where there is no figure."""
    rows: list[dict[str, float]] = []
    run = 0
    for row in lines.iter_rows(named=True):
        value = row[column]
        if value is None:
            run += 1
            continue
        rows += [{"at": row["start"], "y": value, "run": run}, {"at": row["end"], "y": value, "run": run}]
    frame = pl.DataFrame(rows, schema={"at": pl.Float64, "y": pl.Float64, "run": pl.Int64})
    return (
        alt.Chart(frame.with_columns(pl.col("run").cast(pl.String)), name=name)
        .mark_line(color=look.colors.ink, strokeWidth=width, strokeDash=list(dash) or [1, 0], clip=True, tooltip=None)
        .encode(x=alt.X("at:T"), y=alt.Y("y:Q"), detail="run:N")
    )


def _interval_marks(recent: Window, look: Look) -> list[Any]:
    """The sampling interval of the last months' proven share: a veil between two thin lines, over those months."""
    interval, low = recent.interval, recent.triple.low
    if low is None or interval.low is None or interval.high is None or not (recent.since and recent.until):
        return []
    row = {
        "start": _time(recent.since),
        "end": _time(recent.until + timedelta(days=1)),
        "low": interval.low,
        "high": interval.high,
        "words": f"{low:.0%}; 95 % interval {interval.low:.0%} to {interval.high:.0%}",
    }
    frame = pl.DataFrame([row])
    tooltip = alt.Tooltip("words:N", title="proven, last three months")
    base = alt.Chart(frame).encode(x="start:T", x2="end:T", tooltip=tooltip)
    veil = base.mark_rect(fill=look.colors.ink, fillOpacity=0.09).encode(y="low:Q", y2="high:Q")
    edges = [base.mark_rule(stroke=look.colors.ink, strokeWidth=0.9).encode(y=f"{end}:Q") for end in ("low", "high")]
    return [veil.properties(name="interval"), *edges]


def _labels(bands: pl.DataFrame, lines: pl.DataFrame, look: Look) -> Any:
    """Names upon the bands, each where its band is widest, and only as far as the width of the page has room."""
    first, last = _ends(lines)
    rows = []
    for (key, part), band in bands.sort("start").group_by("key", "part", maintain_order=True):
        name = look.name(str(key))
        words = name if part == "proven" else f"in commits of {name}"
        need = len(words) * LABEL_PIXELS + 8
        place = _roomiest(band, enough=need / USUAL_WIDTH * (last - first))
        if place is not None:
            start, end, middle = place
            is_quiet = key in BACKGROUND or part != "proven"
            rows.append(
                {
                    "at": (start + end) / 2,
                    "y": middle,
                    "words": words,
                    "room": (end - start) / (last - first),
                    "need": need,
                    "color": look.colors.ink if is_quiet else look.colors.on_tool,
                }
            )
    schema = {
        "at": pl.Float64, "y": pl.Float64, "words": pl.String, "room": pl.Float64, "need": pl.Float64,
        "color": pl.String,
    }  # fmt: skip
    return (
        alt.Chart(pl.DataFrame(rows, schema=schema), name="labels")
        .mark_text(fontWeight=600, fontSize=12.5, baseline="middle", opacity=0.92, tooltip=None)
        .encode(x="at:T", y="y:Q", text=_where_it_fits(), color=alt.Color("color:N", scale=None))
    )


def _where_it_fits() -> Any:
    # Empty words and not invisible ones: those would still take room, and the plot would shrink for them.
    return alt.condition("datum.room * width > datum.need", "words:N", alt.value(""))


def _roomiest(band: pl.DataFrame, enough: float, least: float = 0.055) -> tuple[float, float, float] | None:
    """Where a level strip of a band has most room for words: its start, its end and its middle height.

    Width beyond what the words need, and height beyond a few lines, are worth nothing; height below `least` won't do.
    """
    rows = band.select("start", "end", "bottom", "top").rows()
    best: tuple[float, float, float] | None = None
    most = 0.0
    for index, (start, _, bottom, top) in enumerate(rows):
        reach = start
        floor, ceiling = bottom, top
        for begin, end, low, high in rows[index:]:
            floor, ceiling = max(floor, low), min(ceiling, high)
            if ceiling - floor < least or begin > reach:
                break
            reach = end
            room = min(reach - start, enough) * min(ceiling - floor, 0.2)
            if room > most:
                best, most = (start, reach, (floor + ceiling) / 2), room
    return best


def _event_marks(events: pl.DataFrame, lines: pl.DataFrame, look: Look) -> list[Any]:
    """Changes of the instrument as dotted lines, each with a line of words of its own above the plot."""
    first, last = _ends(lines)
    rows = [row for row in events.iter_rows(named=True) if first < _time(row["changed_on"]) < last]
    is_late = {row["changed_on"]: _time(row["changed_on"]) > (first + last) / 2 for row in rows}
    # Words of late events reach to the left, so the oldest of them lies lowest; those of early ones to the right, above
    # them, the newest lowest: so no dotted line crosses another's words.
    late = [row for row in rows if is_late[row["changed_on"]]]
    early = [row for row in reversed(rows) if not is_late[row["changed_on"]]]
    marks: list[Any] = []
    for line, row in enumerate([*late, *early]):
        at = _time(row["changed_on"])
        before = (at - first) / (last - first)
        words = f"{row['name']}: {_short(row['what'], MOST_LETTERS)}"
        datum = {
            "at": at,
            "words": words,
            "whole": row["what"],
            "name": row["name"],
            "when": day_name(row["changed_on"]),
            "room": max(before, 1 - before),
            "need": len(words) * 6.0,
        }
        marks += _event(datum, -6 - EVENT_LINE * line, is_late[row["changed_on"]], look)
    return marks


def _event(datum: dict[str, Any], height: int, is_late: bool, look: Look) -> list[Any]:
    tooltip = [
        alt.Tooltip("whole:N", title="the instrument"),
        alt.Tooltip("name:N", title="tool"),
        alt.Tooltip("when:N"),
    ]
    base = alt.Chart(pl.DataFrame([datum])).encode(x="at:T", tooltip=tooltip)
    rule = base.mark_rule(stroke=look.colors.ink, strokeDash=[2, 3], strokeWidth=1.1, opacity=0.75)
    words = base.mark_text(
        align="right" if is_late else "left",
        baseline="middle",
        dx=-5 if is_late else 5,
        fontSize=11,
        color=look.colors.muted,
    )
    return [
        rule.encode(y=alt.value(height), y2=alt.value("height")),
        words.encode(y=alt.value(height), text=_where_it_fits()),
    ]


def _unfinished_marks(lines: pl.DataFrame, look: Look) -> list[Any]:
    """A dashed frame around the period that is not over, which says so."""
    last = lines.row(-1, named=True)
    if not _is_unfinished(span(last["period"])[1], look):
        return []
    frame = pl.DataFrame([{"start": last["start"], "end": last["end"], "bottom": 0.0, "top": 1.0, "words": "so far"}])
    return [
        alt.Chart(frame, name="unfinished")
        .mark_rect(fillOpacity=0, stroke=look.colors.muted, strokeDash=[3, 3], strokeWidth=1, clip=True, tooltip=None)
        .encode(x="start:T", x2="end:T", y="bottom:Q", y2="top:Q"),
        alt.Chart(frame, name="unfinished-words")
        .mark_text(align="right", baseline="top", dy=5, dx=-3, fontSize=11, color=look.colors.ink, tooltip=None)
        .encode(x="end:T", y="top:Q", text="words:N"),
    ]


def _ends(lines: pl.DataFrame) -> tuple[float, float]:
    """Where the time axis begins and ends."""
    return float(lines["start"][0]), float(lines["end"][-1])


def _time_scale(lines: pl.DataFrame) -> alt.Scale:
    return alt.Scale(type="utc", domain=_ends(lines), nice=False)


def _time_axis(look: Look, lines: pl.DataFrame) -> alt.Axis:
    first, last = _ends(lines)
    return axis(
        look,
        format="%b %y" if last - first > SHORT_MILLISECONDS else "%-d %b",
        grid=False,
        tickCount=alt.ExprRef("max(2, floor(width / 84))"),
        labelAlign="left",
        labelOffset=2,
        labelBound=True,
        ticks=True,
    )


def axis(look: Look, **more: Any) -> alt.Axis:
    """Return an axis in the colours of the page; one with a grid leaves the same room as every other."""
    chosen: dict[str, Any] = {
        "domain": False,
        "ticks": False,
        "gridColor": look.colors.grid,
        "tickColor": look.colors.grid,
        "labelColor": look.colors.muted,
        "labelFontSize": 11.5,
        "labelPadding": 6,
        **more,
    }
    if "grid" not in more:
        chosen |= {"minExtent": AXIS_WIDTH, "maxExtent": AXIS_WIDTH}
    return alt.Axis(**chosen)


def finished(chart: Any, look: Look, height: int) -> alt.LayerChart:
    """Return a chart as the page draws all of them; what its colours mean is said beside it."""
    made: alt.LayerChart = (
        chart.properties(height=height, width="container", usermeta={"embedOptions": {"renderer": "svg"}})
        .configure(background="transparent", font=FONT, autosize={"type": "fit-x", "contains": "padding"})
        .configure_view(stroke=None)
        .configure_legend(disable=True)
    )
    return made


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
