"""The work of a selection by day: one answer, of which the windows of an overview and their weeks are sums."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from analysis.answers import Filters, Weight
from analysis.ask import ask, selection
from analysis.work import told_apart

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Daily:
    """Work by day in one weight."""

    work: pl.DataFrame
    """One row per day and class: day, class, total, ai, best, unmeasured, commits."""
    landed: pl.DataFrame
    """The same, and days on which merges landed but no commit: weeks without work stay between those with it."""
    tools: pl.DataFrame | None
    """What the chosen tools did, if some are chosen: day, ai, best_ai, in_commits."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no work at all."""
        return self.work.is_empty()

    def between(self, since: date | None, until: date | None) -> "Daily":
        """What lies between two days, both included."""
        inside = pl.col("day").is_between(since or date.min, until or date.max)
        work, landed = self.work.filter(inside), self.landed.filter(inside)
        return Daily(work, landed, None if self.tools is None else self.tools.filter(inside))

    def volumes(self) -> pl.DataFrame:
        """One row: the volumes that `shares.with_bounds` reads, commits, unknown_commits, first_day, last_day."""
        summed = self.work.select(
            pl.col("total").sum(),
            ai=_of("ai", "ai"),
            human=_of("human", "total"),
            automation=_of("automation", "total"),
            # What is not proven of an AI commit is unknown, too.
            unknown=_of("unknown", "total") + (pl.col("total") - pl.col("ai")).filter(pl.col("class") == "ai").sum(),
            best_ai=_of("ai", "best"),
            unestimated=_of("unknown", "total"),
            in_ai=_of("ai", "total"),
            other_ai=pl.lit(0.0),
            unmeasured=pl.col("unmeasured").sum(),
            commits=pl.col("commits").sum(),
            unknown_commits=_of("unknown", "commits"),
            first_day=pl.col("day").min(),
            last_day=pl.col("day").max(),
        )
        if self.tools is None:
            return summed
        return told_apart(summed, self.tools.select(pl.col("ai", "best_ai", "in_commits").sum()))

    def weeks(self) -> pl.DataFrame:
        """One row per ISO week: week, numerator (proven), denominator (all that is not automation)."""
        measured = self.landed.filter(pl.col("class") != "automation")
        return measured.group_by(pl.col("day").dt.truncate("1w").alias("week")).agg(
            numerator=_of("ai", "ai"), denominator=pl.col("total").sum()
        )


def daily(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight) -> Daily:
    """The work by day of all that the filters select."""
    asked = selection(filters, "day") | {"weight": weight}
    landed = ask(con, "daily_work", **asked)
    work = landed if weight == "merges" else landed.filter(pl.col("commits") > 0)
    return Daily(work, landed, ask(con, "daily_tools", **asked) if filters.tools else None)


def _of(class_: str, measure: str) -> pl.Expr:
    return pl.col(measure).filter(pl.col("class") == class_).sum()
