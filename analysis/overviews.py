"""Puts the first page together: what was measured, the answer now and before, and the tools behind it."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.answers import Filters, Interval, Overview, ToolUse, Triple, Volume, Weight, Window
from analysis.ask import FIRST_DAY, LAST_DAY, ask, selection
from analysis.intervals import Kept, interval, kept
from analysis.shares import with_bounds
from analysis.work import ranked, tool_work, volumes

if TYPE_CHECKING:
    import duckdb

MONTHS = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    con: "duckdb.DuckDBPyConnection"
    filters: Filters
    weight: Weight
    kept: Kept


def overview(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Overview:
    """See `queries.overview`."""
    known = ask(con, "collected")
    if filters.repos:
        known = known.filter(pl.col("repo").is_in(filters.repos))
    collected_at = known["collected_at"].max()
    asked = _Asked(con, filters, weight, kept(con, filters, weight))
    work = volumes(con, filters, weight, "all")
    whole = _window(asked, work)
    recent, before = _last_months(asked, whole, collected_at)
    return Overview(
        filters=filters,
        weight=weight,
        repositories=tuple(known["repo"]),
        collected_at=collected_at if isinstance(collected_at, datetime) else None,
        whole=whole,
        recent=recent,
        before=before,
        tools=_tools(con, filters, weight, work),
        commits=int(work["commits"].sum()),
        unknown_commits=int(work["unknown_commits"].sum()),
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day if it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _last_months(asked: _Asked, whole: Window, collected_at: object) -> tuple[Window, Window]:
    if whole.until is None:
        return Window(), Window()
    # A commit that is dated in the future must not move "the last three months" there.
    today = collected_at.date() if isinstance(collected_at, datetime) else whole.until
    until = min(whole.until, today)
    middle = months_before(until, MONTHS)
    since = months_before(until, 2 * MONTHS)
    return (
        _stretch(asked, middle + timedelta(days=1), until),
        _stretch(asked, since + timedelta(days=1), middle),
    )


def _stretch(asked: _Asked, since: date, until: date) -> Window:
    """The window between two days as far as the filters reach; its bounds are those days, not those of the work."""
    since = max(since, asked.filters.since or date.min)
    if since > until:
        return Window()
    chosen = replace(asked, filters=replace(asked.filters, since=since, until=until))
    window = _window(chosen, volumes(chosen.con, chosen.filters, chosen.weight, "all"))
    return replace(window, since=since, until=until)


def _window(asked: _Asked, work: pl.DataFrame) -> Window:
    if work.is_empty():
        return Window(interval=Interval(reason="no work"))
    row = with_bounds(work, asked.weight).row(0, named=True)
    return Window(
        since=row["first_day"],
        until=row["last_day"],
        volume=_volume(row),
        triple=Triple(**{name: row[name] for name in ("low", "best", "high", "coverage", "in_ai_commits")}),
        interval=_interval(asked),
    )


def _interval(asked: _Asked) -> Interval:
    days = asked.filters.since or FIRST_DAY, asked.filters.until or LAST_DAY
    return asked.kept[days] if days in asked.kept else interval(asked.con, asked.filters, asked.weight)


def _volume(row: dict[str, Any]) -> Volume:
    names = ("total", "ai", "other_ai", "human", "automation", "unknown")
    volumes = {name: float(row[name]) for name in names}
    return Volume(**volumes, in_ai_commits=float(row["in_ai"]), unmeasured=row["unmeasured"])


def _tools(
    con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight, work: pl.DataFrame
) -> tuple[ToolUse, ...]:
    known_by: dict[str, list[tuple[str, int]]] = {}
    for tool, trust, commits in ask(con, "tool_trust", **selection(filters)).iter_rows():
        known_by.setdefault(tool, []).append((trust, commits))
    base = float((work["total"] - work["automation"]).sum())
    used = tool_work(con, filters, weight, by_model=False).join(ask(con, "tool_names"), on="tool", how="left")
    rows = ranked(used.with_columns(class_=pl.lit("ai")), "name", "color")
    return tuple(
        ToolUse(
            tool=row["tool"],
            name=row["name"] or row["tool"],
            color=row["color"],
            value=row["ai"],
            share=row["ai"] / base if base > 0 else None,
            in_commits=row["in_commits"],
            commits=row["commits"],
            since=row["first_day"],
            known_by=tuple(known_by.get(row["tool"], ())),
        )
        for row in rows.iter_rows(named=True)
    )
