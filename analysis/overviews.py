"""Puts the first page together: what was measured, the answer now and before, and the tools behind it."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.answers import Filters, Interval, Overview, ToolUse, Triple, Volume, Weight, Window
from analysis.ask import ask, selection
from analysis.daily import Daily, daily
from analysis.intervals import intervals
from analysis.shares import with_bounds

if TYPE_CHECKING:
    import duckdb

MONTHS = 3


def overview(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Overview:
    """See `queries.overview`."""
    known = ask(con, "collected")
    if filters.repos:
        known = known.filter(pl.col("repo").is_in(filters.repos))
    collected_at = known["collected_at"].max()
    work = daily(con, filters, weight)
    summed = work.volumes().row(0, named=True)
    chosen = [filters, *_last_months(filters, summed["last_day"], collected_at)]
    whole, recent, before = _windows(con, chosen, work, weight)
    return Overview(
        filters=filters,
        weight=weight,
        repositories=tuple(known["repo"]),
        collected_at=collected_at if isinstance(collected_at, datetime) else None,
        whole=whole,
        recent=_reaching(recent, chosen[1]),
        before=_reaching(before, chosen[2]),
        tools=_tools(con, filters, weight, summed["total"] - summed["automation"]),
        commits=summed["commits"],
        unknown_commits=summed["unknown_commits"],
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day if it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _last_months(filters: Filters, last: date | None, collected_at: object) -> tuple[Filters | None, Filters | None]:
    """What selects the last three months of work and the three before, as far as the filters reach."""
    if last is None:
        return None, None
    # A commit that is dated in the future must not move "the last three months" there.
    until = min(last, collected_at.date()) if isinstance(collected_at, datetime) else last
    middle = months_before(until, MONTHS)
    since = months_before(until, 2 * MONTHS)
    return (
        _stretch(filters, middle + timedelta(days=1), until),
        _stretch(filters, since + timedelta(days=1), middle),
    )


def _stretch(filters: Filters, since: date, until: date) -> Filters | None:
    since = max(since, filters.since or date.min)
    return replace(filters, since=since, until=until) if since <= until else None


def _windows(
    con: "duckdb.DuckDBPyConnection", chosen: list[Filters | None], work: Daily, weight: Weight
) -> list[Window]:
    """The window of each selection, bounded by the days of its work."""
    parts = [(one, work.between(one.since, one.until)) for one in chosen if one is not None]
    worked = [(one, part) for one, part in parts if not part.is_empty]
    found = dict(zip((one for one, _ in worked), intervals(con, worked, weight), strict=True))
    windows = {one: Window(interval=Interval(reason="no work")) for one, _ in parts}
    windows |= {one: _window(part, weight, found[one]) for one, part in worked}
    return [Window() if one is None else windows[one] for one in chosen]


def _window(work: Daily, weight: Weight, interval: Interval) -> Window:
    row = with_bounds(work.volumes(), weight).row(0, named=True)
    return Window(
        since=row["first_day"],
        until=row["last_day"],
        volume=_volume(row),
        triple=Triple(**{name: row[name] for name in ("low", "best", "high", "coverage", "in_ai_commits")}),
        interval=interval,
    )


def _reaching(window: Window, chosen: Filters | None) -> Window:
    """The window with the bounds that were asked for, not those of the work."""
    return window if chosen is None else replace(window, since=chosen.since, until=chosen.until)


def _volume(row: dict[str, Any]) -> Volume:
    names = ("total", "ai", "other_ai", "human", "automation", "unknown")
    volumes = {name: float(row[name]) for name in names}
    return Volume(**volumes, in_ai_commits=float(row["in_ai"]), unmeasured=row["unmeasured"])


def _tools(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight, base: float) -> tuple[ToolUse, ...]:
    used = ask(con, "tools_used", **selection(filters), weight=weight)
    tools = [_tool(rows, base) for rows in used.partition_by("tool", maintain_order=True)]
    return tuple(sorted(tools, key=lambda tool: (-tool.in_commits, -tool.value, tool.tool)))


def _tool(rows: pl.DataFrame, base: float) -> ToolUse:
    """One tool of the rows by what it is known by, strongest first."""
    tool, name, color, since = rows.select("tool", "name", "color", pl.col("first_day").min()).row(0)
    value, in_commits, commits = rows.select(pl.col("ai", "in_commits", "commits").sum()).row(0)
    return ToolUse(
        tool=tool,
        name=name or tool,
        color=color,
        value=value,
        share=value / base if base > 0 else None,
        in_commits=in_commits,
        commits=commits,
        since=since,
        known_by=tuple((trust, count) for trust, count in rows.select("known_by", "commits").iter_rows() if count),
    )
