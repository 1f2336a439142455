"""How sure the shares of some windows are: drawn when it is asked, or read where `keeping.py` has drawn it before."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from analysis.answers import Filters, Interval, Weight
from analysis.ask import FIRST_DAY, LAST_DAY, ask, selection
from analysis.ask import windows as within
from analysis.daily import Daily
from analysis.shares import share_interval

if TYPE_CHECKING:
    from datetime import date

    import duckdb

FIELDS = ("low", "high", "method", "clusters", "reason")

Kept = dict[tuple["date", "date"], Interval]


def intervals(
    con: "duckdb.DuckDBPyConnection", windows: Sequence[tuple[Filters, Daily]], weight: Weight
) -> list[Interval]:
    """The interval of the proven share in each window: what selects it, and its work.

    The windows differ in time only.
    """
    if not windows:
        return []
    if windows[0][0].tools:
        return [Interval(reason="not computed for a choice of tools") for _ in windows]
    known = kept(con, windows[0][0], weight)
    found = {place: known[days] for place, (one, _) in enumerate(windows) if (days := _days(one)) in known}
    wanted = {place: window for place, window in enumerate(windows) if place not in found}
    drawn = _drawn(con, list(wanted.values()), weight)
    found |= dict(zip(wanted, drawn, strict=True))
    return [found[place] for place in range(len(windows))]


def kept(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Kept:
    """The intervals that `keep` left for all repositories and this weight, by first and last day of the window."""
    if filters.tools or filters.trust not in (None, "hinted", "declared") or filters.repos:
        return {}
    rows = ask(con, "intervals", weight=weight).iter_rows(named=True)
    return {(row["since"], row["until"]): Interval(**{name: row[name] for name in FIELDS}) for row in rows}


def _days(filters: Filters) -> tuple["date", "date"]:
    return filters.since or FIRST_DAY, filters.until or LAST_DAY


def _drawn(
    con: "duckdb.DuckDBPyConnection", windows: Sequence[tuple[Filters, Daily]], weight: Weight
) -> list[Interval]:
    if not windows:
        return []
    asked = selection(windows[0][0]) | {"weight": weight}
    found = ask(con, "author_clusters", **asked, windows=within("cluster_work", [one for one, _ in windows]))
    return [
        share_interval(found.filter(pl.col("asked") == place), work.weeks(), weight)
        for place, (_, work) in enumerate(windows)
    ]
