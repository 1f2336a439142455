"""The questions the app may ask of a snapshot, each a typed function on a read-only connection.

The SQL stands in `sql/queries/`, one file per question, with DuckDB parameters; here is what to call it with and what
comes back. Frames have the columns that the docstring names, in that order, sorted as it says.

Share frames (`shares`, `breakdown`) have these measures: low, best, high, coverage (0 to 1, null where there is no
work), total, ai, human, automation, unknown (units of the weight), then other_ai (units), in_ai_commits (a share),
unmeasured (commits).
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from analysis import explaining, exports, overviews, work
from analysis.answers import (
    WEIGHTS,
    Class,
    CommitExplanation,
    Dimension,
    Filters,
    Health,
    Overview,
    Period,
    SessionDimension,
    Weight,
)
from analysis.ask import ask, selection

if TYPE_CHECKING:
    import duckdb

EVERYTHING = Filters()

TABLES: tuple[str, ...] = tuple(exports.COLUMNS)
"""The names that `export` knows."""


def repositories(con: "duckdb.DuckDBPyConnection") -> pl.DataFrame:
    """One row per repository, by id: repo, path, default_branch, is_shallow, is_partial, collected_at, commits
    (counted), first_day, last_day."""
    return ask(con, "repositories")


def tools(con: "duckdb.DuckDBPyConnection") -> pl.DataFrame:
    """One row per tool of the rule set, most commits first: tool, name, color, homepage, first_seen, last_seen (days
    of counted work, null if none), commits."""
    return ask(con, "tools")


def overview(con: "duckdb.DuckDBPyConnection", filters: Filters = EVERYTHING, weight: Weight = "changed") -> Overview:
    """The answer of the first page: whole selection, last three months and the three before, and the tools."""
    return overviews.overview(con, filters, weight)


def shares(
    con: "duckdb.DuckDBPyConnection",
    filters: Filters = EVERYTHING,
    by: Period = "month",
    weight: Weight = "changed",
) -> pl.DataFrame:
    """One row per period from the first to the last with work, gaps as zeros: period, repo (the one id, or null when
    pooled over several), weight, then the measures."""
    return work.period_shares(con, filters, by, weight)


def breakdown(
    con: "duckdb.DuckDBPyConnection",
    filters: Filters = EVERYTHING,
    by: Dimension = "tool",
    weight: Weight = "changed",
) -> pl.DataFrame:
    """One row per value of a dimension, most work first.

    by author, repo or type: key, weight, then the measures, then commits. By author or type, a filter of tools is not
    applied.
    by tool or model: key, tool, name, color, class (`ai`, `unknown`, `human`, `automation`), weight, value (proven,
    in units of the weight), share (of all that is not automation; null for automation), commits, first_seen,
    last_seen, in_commits (all work in this tool's commits, or in commits of this class). The last three rows are
    `unknown`, `human` and `automation`.
    """
    if by in ("tool", "model"):
        return work.tool_breakdown(con, filters, weight, by_model=by == "model")
    return work.breakdown(con, filters, by, weight)


def series_by_tool(
    con: "duckdb.DuckDBPyConnection",
    filters: Filters = EVERYTHING,
    by: Period = "month",
    weight: Weight = "changed",
) -> pl.DataFrame:
    """The stacked band: period, tool (or `unknown`, `human`), value, share, in_commits, in_share; every tool in every
    period, zeros filled.

    `value` and `share` are proven work; `in_commits` and `in_share` are all work in commits of that tool or class.
    With a filter of tools, the work of the others stands as `other tools`."""
    return work.tool_series(con, filters, by, weight)


def commits_page(
    con: "duckdb.DuckDBPyConnection",
    filters: Filters = EVERYTHING,
    *,
    class_: Class | None = None,
    author: str | None = None,
    search: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> pl.DataFrame:
    """Commits, newest first: repo, sha, committed_at, author, subject, type, is_merge, on_default_branch, lines_added,
    lines_deleted (null where unmeasured), class, tools, level, trust, ai_low, ai_best, ai_high, rules (lists joined
    with `;`).

    `search` is looked for in the subject, and matches the start of a SHA."""
    return ask(
        con,
        "commits_page",
        **selection(filters),
        **{"class": class_},
        author=author,
        search=search or None,
        limit=limit,
        offset=offset,
    )


def explain(con: "duckdb.DuckDBPyConnection", sha_prefix: str) -> list[CommitExplanation]:
    """Every commit whose SHA begins so, with its verdict, its files and each piece of evidence."""
    return explaining.explain(con, sha_prefix)


def session_work(
    con: "duckdb.DuckDBPyConnection", filters: Filters = EVERYTHING, by: SessionDimension = "day"
) -> pl.DataFrame:
    """One row per day (UTC), tool, model or repository, sorted by it: key, sessions, prompts, active_seconds,
    input_tokens, cache_write_tokens, cache_read_tokens, output_tokens, cost_usd (null where a model's price is not
    known), edits (successful), landed_lines (of commits on the default branch, proven line by line)."""
    return ask(con, "session_work", **selection(filters), by=by)


def session_series(
    con: "duckdb.DuckDBPyConnection", filters: Filters = EVERYTHING, by: Period = "month"
) -> pl.DataFrame:
    """What sessions did over time, one row per period and tool with any: period, tool, sessions, active_hours,
    output_tokens, landed_lines."""
    return ask(con, "session_series", **selection(filters, by))


def latest_sessions(con: "duckdb.DuckDBPyConnection", filters: Filters = EVERYTHING, limit: int = 200) -> pl.DataFrame:
    """Sessions, latest first: started_at, tool, session, parent_session, repo, models, mode, prompts, interrupts,
    tool_calls, edits, active_seconds, output_tokens, cost_usd, landed_lines."""
    return ask(con, "latest_sessions", **selection(filters), limit=limit)


def rule_agreement(con: "duckdb.DuckDBPyConnection", *, detailed: bool = False) -> pl.DataFrame:
    """How often each rule agrees with other kinds of evidence (`marker`, `note`, `log`), where both were heard: tool,
    rule, kind, other_kind, month, version (both null unless `detailed`), commits, agrees, differs (names another tool
    only)."""
    return ask(con, "rule_agreement", detailed=detailed)


def claims_at(con: "duckdb.DuckDBPyConnection", repo: str, shas: Sequence[str]) -> pl.DataFrame:
    """The claimed ranges of some commits: sha, path, start, end, tool, model, session, rule, trust."""
    return ask(con, "claims_at", repo=repo, shas=list(shas))


def classes_at(con: "duckdb.DuckDBPyConnection", repo: str, shas: Sequence[str]) -> pl.DataFrame:
    """The verdicts of some commits: sha, committed_at, subject, author, class, tools, trust."""
    return ask(con, "classes_at", repo=repo, shas=list(shas))


def instruments(con: "duckdb.DuckDBPyConnection", filters: Filters = EVERYTHING) -> pl.DataFrame:
    """Changes of the instrument in the selection's time, oldest first: changed_on, tool, name, rule, what, source."""
    return ask(con, "instruments", **selection(filters))


def health(con: "duckdb.DuckDBPyConnection") -> Health:
    """Runs, skipped records, each repository's limits, and the audits of the last build."""
    return explaining.health(con)


def export(
    con: "duckdb.DuckDBPyConnection",
    table: str,
    *,
    repo: str | None = None,
    by: Period = "month",
    since: date | None = None,
    until: date | None = None,
) -> pl.DataFrame:
    """A contract table (one of `TABLES`), exactly its columns in order: lists joined with `;`, times as ISO 8601 UTC
    text, sorted by its key. `shares` has one row per period, repository and weight, never a pooled one; `by`, `since`
    and `until` are read by `shares` only."""
    if table != "shares":
        return exports.facts(con, table, repo)
    chosen = [repo] if repo else ask(con, "repositories")["repo"].to_list()
    frames = [
        work.period_shares(con, Filters(repos=(one,), since=since, until=until), by, weight)
        for one in chosen
        for weight in WEIGHTS
    ]
    if not frames:
        return pl.DataFrame(schema=exports.COLUMNS["shares"])
    return exports.in_contract(pl.concat(frames), "shares")
