"""Gathers what the report shows from a snapshot, so that rendering is a pure function of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from app.options import chosen_repositories

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from analysis.answers import Dimension, Filters, Health, Overview, Period, Weight

Row = Mapping[str, Any]

PERIODS = ("month", "week", "day")
DIMENSIONS = ("tool", "model", "author", "repo", "type")
WEIGHTS = ("commits", "added", "changed", "merges")
SHOWN_FIRST = ("commits", "changed")
"""The weights of a report that nobody asked otherwise of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a report shows, in the order of the weights asked for."""

    filters: "Filters"
    is_bounded: bool
    """Whether a period was asked for: then the headline is of all of it, and not of the last three months."""
    overviews: Mapping[str, "Overview"]
    months: Mapping[str, Sequence[Row]]
    tools: Sequence[Row]
    """The breakdown by tool for changed lines, or for the one weight that was asked for."""
    hinted: Sequence[Row]
    instruments: Sequence[Row]
    repositories: Sequence[Row]
    health: "Health"
    example: str | None
    """The SHA of a commit that is worth explaining: the newest AI commit, else one with a hint."""
    by: str | None = None
    rows: Mapping[str, Sequence[Row]] | None = None
    """Per weight the rows of `by`."""

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights that are shown, first one first."""
        return tuple(self.overviews)


def gather(
    store: "Path",
    *,
    repos: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    by: str | None = None,
    weight: str | None = None,
) -> Report:
    """Ask the published snapshot all that a report needs.

    Raises:
        BarographError: there is no store, or it does not have such a repository.
    """
    from analysis import queries
    from analysis.answers import Filters
    from analysis.hinted import hinted
    from collector.store.snapshots import open_current

    weights = cast("tuple[Weight, ...]", (weight,) if weight else SHOWN_FIRST)
    with open_current(store) as con:
        known = _rows(queries.repositories(con))
        filters = Filters(chosen_repositories(repos, [row["repo"] for row in known]), since, until)
        rows: dict[str, Sequence[Row]] | None = None
        if by in PERIODS:
            rows = {one: _rows(queries.shares(con, filters, cast("Period", by), one)) for one in weights}
        elif by:
            rows = {one: _rows(queries.breakdown(con, filters, cast("Dimension", by), one)) for one in weights}
        hints = _rows(hinted(con, filters))
        newest = queries.commits_page(con, filters, class_="ai", limit=1)["sha"].to_list()
        return Report(
            filters=filters,
            is_bounded=since is not None or until is not None,
            overviews={one: queries.overview(con, filters, one) for one in weights},
            months={one: _rows(queries.shares(con, filters, "month", one)) for one in weights},
            tools=_rows(queries.breakdown(con, filters, "tool", weights[-1])),
            hinted=hints,
            instruments=_rows(queries.instruments(con, filters)),
            repositories=[row for row in known if not filters.repos or row["repo"] in filters.repos],
            health=queries.health(con),
            example=next(iter([*newest, *(row["example"] for row in hints)]), None),
            by=by,
            rows=rows,
        )


def _rows(frame: "pl.DataFrame") -> list[dict[str, Any]]:
    return frame.to_dicts()
