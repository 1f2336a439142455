"""How sure a share is: drawn when it is asked, or read where `keeping.py` has drawn it before."""

from typing import TYPE_CHECKING

from analysis.answers import Filters, Interval, Weight
from analysis.ask import ask, selection
from analysis.shares import share_interval

if TYPE_CHECKING:
    from datetime import date

    import duckdb

FIELDS = ("low", "high", "method", "clusters", "reason")

Kept = dict[tuple["date", "date"], Interval]


def interval(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Interval:
    """The interval of the proven share in a selection, drawn now."""
    if filters.tools:
        return Interval(reason="not computed for a choice of tools")
    asked = selection(filters) | {"weight": weight}
    return share_interval(ask(con, "author_clusters", **asked), ask(con, "week_clusters", **asked), weight)


def kept(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Kept:
    """The intervals that `keep` left for all repositories and this weight, by first and last day of the window."""
    if filters.tools or filters.trust not in (None, "hinted", "declared") or filters.repos:
        return {}
    rows = ask(con, "intervals", weight=weight).iter_rows(named=True)
    return {(row["since"], row["until"]): Interval(**{name: row[name] for name in FIELDS}) for row in rows}
