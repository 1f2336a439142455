"""Reads volumes of work from a snapshot and turns them into frames of shares, by period, dimension and tool."""

from typing import TYPE_CHECKING

import polars as pl

from analysis.answers import Filters, Period, Weight
from analysis.ask import ask, selection
from analysis.shares import with_bounds, with_gaps_filled

if TYPE_CHECKING:
    import duckdb

MEASURES = [
    "low", "best", "high", "coverage", "total", "ai", "human", "automation", "unknown",
    "other_ai", "in_ai_commits", "unmeasured",
]  # fmt: skip

_VOLUMES = [
    "total", "ai", "other_ai", "human", "automation", "unknown", "best_ai", "unestimated", "in_ai", "other_in",
    "unmeasured", "commits", "unknown_commits",
]  # fmt: skip

OTHER_TOOLS = "other tools"


def period_shares(con: "duckdb.DuckDBPyConnection", filters: Filters, by: Period, weight: Weight) -> pl.DataFrame:
    """See `queries.shares`."""
    work = volumes(con, filters, weight, "period", by).rename({"key": "period"})
    first, last = work["first_day"].min(), work["last_day"].max()
    if first is not None:
        work = with_gaps_filled(work.drop("first_day", "last_day"), first, last, by)  # type: ignore[arg-type]
    repo = filters.repos[0] if len(filters.repos) == 1 else None
    keys = [pl.lit(repo, pl.String).alias("repo"), pl.lit(weight).alias("weight")]
    return with_bounds(work, weight).select("period", *keys, *MEASURES)


def breakdown(con: "duckdb.DuckDBPyConnection", filters: Filters, by: str, weight: Weight) -> pl.DataFrame:
    """See `queries.breakdown`, for the dimensions author, repo and type."""
    # What a tool did is summed by repository and day only, not by author or type.
    if by in ("author", "type"):
        filters = Filters(filters.repos, filters.since, filters.until, (), filters.trust)
    work = with_bounds(volumes(con, filters, weight, by), weight).sort("total", "key", descending=[True, False])
    return work.select("key", pl.lit(weight).alias("weight"), *MEASURES, "commits")


def volumes(
    con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight, dimension: str, by: Period = "month"
) -> pl.DataFrame:
    """One row per key with work: key, the volumes that `shares.with_bounds` reads, first_day, last_day."""
    asked = selection(filters, by) | {"weight": weight, "dimension": dimension}
    if dimension in ("type", "author", "repo"):
        source = "class" if dimension == "repo" else dimension
        work = ask(con, "work", **asked | {"source": source})
    else:
        work = ask(con, "class_work", **asked)
    work = work.with_columns(other_ai=pl.lit(0.0), other_in=pl.lit(0.0))
    if filters.tools:
        work = _of_tools(work, con, asked | ({"tool_source": "work_by_tool"} if dimension == "repo" else {}))
    return work.select("key", *_VOLUMES, "first_day", "last_day")


def _of_tools(work: pl.DataFrame, con: "duckdb.DuckDBPyConnection", asked: dict[str, object]) -> pl.DataFrame:
    chosen = (
        ask(con, "tool_work", by_model=False, **asked).group_by("key").agg(pl.col("ai", "best_ai", "in_commits").sum())
    )
    keyed = work.select("key").join(chosen, on="key", how="left", maintain_order="left")
    return told_apart(work, keyed.drop("key").fill_null(0))


def told_apart(work: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """The volumes where `ai` is the work of the chosen tools, and that of the others is `other_ai`.

    `chosen` has ai, best_ai and in_commits of the chosen tools, one row for each of `work`.
    """
    ai, in_commits = chosen["ai"], chosen["in_commits"]
    return work.with_columns(
        other_ai=pl.max_horizontal(pl.col("ai") - ai, 0.0),
        ai=pl.min_horizontal(ai, "ai"),
        best_ai=chosen["best_ai"],
        in_ai=pl.min_horizontal(in_commits, "in_ai"),
        other_in=pl.max_horizontal(pl.col("in_ai") - in_commits, 0.0),
    )


def tool_breakdown(
    con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight, *, by_model: bool
) -> pl.DataFrame:
    """See `queries.breakdown`, for the dimensions tool and model."""
    asked = selection(filters) | {"weight": weight, "dimension": "all"}
    work = ask(con, "class_work", **asked)
    used = tool_work(con, filters, weight, by_model=by_model).with_columns(class_=pl.lit("ai"))
    rows = pl.concat([ranked(used), _class_rows(work)], how="diagonal")
    base = float((work["total"] - work["automation"]).sum())
    share = pl.when((pl.col("class_") != "automation") & (base > 0)).then(pl.col("ai") / base)
    names = ask(con, "tool_names")
    return rows.join(names, on="tool", how="left", maintain_order="left").select(
        "key",
        "tool",
        pl.coalesce("name", "tool", "key").alias("name"),
        "color",
        pl.col("class_").alias("class"),
        pl.lit(weight).alias("weight"),
        pl.col("ai").alias("value"),
        share.alias("share"),
        "commits",
        pl.col("first_day").alias("first_seen"),
        pl.col("last_day").alias("last_seen"),
        "in_commits",
    )


def tool_work(con: "duckdb.DuckDBPyConnection", filters: Filters, weight: Weight, *, by_model: bool) -> pl.DataFrame:
    """One row per tool, or tool and model: key, tool, ai, in_commits, best_ai, commits, first_day, last_day."""
    asked = selection(filters) | {"weight": weight, "dimension": "all"}
    if by_model:
        asked["tool_source"] = "work_by_tool"  # what is pooled names no model
    return ask(con, "tool_work", by_model=by_model, **asked).with_columns(key="model" if by_model else "tool")


def ranked(used: pl.DataFrame, *more: str) -> pl.DataFrame:
    """The rows of `tool_work`, with `class_`, by the work in the tool's commits, most first."""
    columns = ["key", "tool", "class_", "ai", "in_commits", "commits", "first_day", "last_day", *more]
    return used.sort("in_commits", "ai", "tool", "key", descending=[True, True, False, False]).select(columns)


def _class_rows(work: pl.DataFrame) -> pl.DataFrame:
    """The rows `unknown`, `human` and `automation`: a unit of an AI commit that is not proven is unknown, too."""
    row = work.row(0, named=True) if work.height else dict.fromkeys(work.columns, 0)
    return pl.DataFrame(
        {
            "key": ["unknown", "human", "automation"],
            "class_": ["unknown", "human", "automation"],
            "ai": [float(row["unknown"]), float(row["human"]), float(row["automation"])],
            "in_commits": [float(row["unestimated"]), float(row["human"]), float(row["automation"])],
            "commits": [row["unknown_commits"], row["human_commits"], row["automation_commits"]],
        }
    )


def tool_series(con: "duckdb.DuckDBPyConnection", filters: Filters, by: Period, weight: Weight) -> pl.DataFrame:
    """See `queries.series_by_tool`."""
    asked = selection(filters, by) | {"weight": weight, "dimension": "period"}
    work = volumes(con, filters, weight, "period", by)
    used = ask(con, "tool_work", by_model=False, **asked).select(
        "key", "tool", pl.col("ai").alias("value"), "in_commits"
    )
    bands = [used, _band(work, "unknown", "unknown", "unestimated"), _band(work, "human", "human", "human")]
    if filters.tools:
        bands.append(_band(work, OTHER_TOOLS, "other_ai", "other_in"))
    bases = work.select("key", base=pl.col("total") - pl.col("automation"))
    return _filled(pl.concat(bands), bases, work, by)


def _band(work: pl.DataFrame, name: str, value: str, in_commits: str) -> pl.DataFrame:
    return work.select(
        "key", tool=pl.lit(name), value=pl.col(value).cast(pl.Float64), in_commits=pl.col(in_commits).cast(pl.Float64)
    )


def _filled(bands: pl.DataFrame, bases: pl.DataFrame, work: pl.DataFrame, by: Period) -> pl.DataFrame:
    first, last = work["first_day"].min(), work["last_day"].max()
    bands, bases = bands.rename({"key": "period"}), bases.rename({"key": "period"})
    if first is not None:
        bases = with_gaps_filled(bases, first, last, by)  # type: ignore[arg-type]
    grid = bases.join(bands.select("tool").unique(maintain_order=True), how="cross", maintain_order="left_right")
    joined = grid.join(bands, on=["period", "tool"], how="left", maintain_order="left")
    base = pl.when(pl.col("base") > 0).then(pl.col("base"))
    filled = joined.with_columns(pl.col("value", "in_commits").fill_null(0)).with_columns(
        share=(pl.col("value") / base).fill_null(0.0), in_share=(pl.col("in_commits") / base).fill_null(0.0)
    )
    return filled.select("period", "tool", "value", "share", "in_commits", "in_share")
