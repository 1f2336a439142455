"""Builds what readers ask: the models of `sql/` as views, the costly ones as tables in a fresh snapshot, the audits.

A model is one file whose name is the view's name. Which models a file mentions decides the order; nothing is listed
by hand, so a new file is a new model.
"""

import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import TYPE_CHECKING

from analysis.answers import AuditResult
from collector.store.literals import literal

if TYPE_CHECKING:
    import duckdb

STORED = (
    "commit_measures",
    "attributions",
    "repeated_patches",
    "repo_authors",
    "work_by_class",
    "work_by_type",
    "work_by_author",
    "cluster_work",
    "work_by_tool",
    "pooled_work",
    "pooled_tool_work",
    "merged_requests",
    "sessions",
    "session_work",
    "rule_agreement",
)
"""Models that a snapshot holds as tables."""

SCRATCH = ("matched_lines", "deciding_evidence", "landed_patches", "merge_parts", "attributed_tools")
"""Models that are computed once while the tables are made, and are views again afterwards."""

BYTES_PER_COMMIT = 200
"""Memory with which a store of ten million commits is made ready; see docs/performance.md."""

_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"[a-z_]+")


def build(con: "duckdb.DuckDBPyConnection") -> None:
    """Create every model as a view, on a ledger or a snapshot; stored tables of an earlier build stay as they are."""
    tables = _tables(con)
    _create_macros(con)
    for name in _order():
        if name not in tables:
            con.execute(f"create or replace view {name} as {models()[name]}")


def materialise(con: "duckdb.DuckDBPyConnection") -> list[AuditResult]:
    """Make a fresh snapshot ready for readers: verdicts and pre-aggregates as tables, the rest as views.

    Returns what the audits, which run last, found.
    """
    _allow_memory(con)
    tables = _tables(con)
    for name in _order():
        con.execute(f"drop {'table' if name in tables else 'view'} if exists {name}")
    _create_macros(con)
    for name in _order():
        kind = "table" if name in STORED else "temp table" if name in SCRATCH else "view"
        con.execute(f"create {kind} {name} as {models()[name]}")
    _scratch_to_views(con)
    _keep_intervals(con)
    return _store_audits(con)


def audits(con: "duckdb.DuckDBPyConnection", *only: str) -> list[AuditResult]:
    """Run every audit, or those named; each is a query that must return no row."""
    return [_audit(con, name, audit_models()[name]) for name in only or audit_models()]


@cache
def models() -> dict[str, str]:
    """The text of every staging and mart model, by name."""
    return dict(_read("staging")) | dict(_read("marts"))


@cache
def audit_models() -> dict[str, str]:
    """The text of every audit, by name."""
    return dict(_read("audits"))


def _read(folder: str) -> Iterator[tuple[str, str]]:
    for file in sorted(files("analysis").joinpath("sql", folder).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield file.name.removesuffix(".sql"), file.read_text("utf-8")


@cache
def _order() -> tuple[str, ...]:
    names = models().keys()
    mentions = {name: (set(_WORD.findall(_COMMENT.sub("", sql))) & names) - {name} for name, sql in models().items()}
    return tuple(TopologicalSorter(mentions).static_order())


def _allow_memory(con: "duckdb.DuckDBPyConnection") -> None:
    """Lets a large store have more memory than a connection is given, in proportion to its commits.

    What does not fit is spilled, but some of it has to be held at once: the groups of a sum, the ends of sorted runs.
    """
    [(commits,)] = con.execute("select count(*) from commits").fetchall()
    [(limit,)] = con.execute("select current_setting('memory_limit')").fetchall()
    wanted = commits * BYTES_PER_COMMIT
    if wanted > con.execute(f"select parse_formatted_bytes('{limit}')").fetchall()[0][0]:
        con.execute(f"set memory_limit = '{wanted} bytes'")


def _create_macros(con: "duckdb.DuckDBPyConnection") -> None:
    for _, sql in _read("macros"):
        con.execute(sql)


def _tables(con: "duckdb.DuckDBPyConnection") -> set[str]:
    rows = con.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and not temporary"
    ).fetchall()
    return {name for (name,) in rows}


def _scratch_to_views(con: "duckdb.DuckDBPyConnection") -> None:
    for name in SCRATCH:
        con.execute(f"drop table temp.{name}")
    for name in _order():
        if name not in STORED:
            con.execute(f"create or replace view {name} as {models()[name]}")


def _keep_intervals(con: "duckdb.DuckDBPyConnection") -> None:
    from analysis.keeping import keep

    keep(con)


def _store_audits(con: "duckdb.DuckDBPyConnection") -> list[AuditResult]:
    con.execute('create or replace table audit_results (name varchar, about varchar, "rows" bigint, example varchar)')
    results = audits(con)
    for result in results:
        row = ", ".join(map(literal, (result.name, result.about, result.rows, result.example)))
        con.execute(f"insert into audit_results values ({row})")
    return results


def _audit(con: "duckdb.DuckDBPyConnection", name: str, sql: str) -> AuditResult:
    [(rows,)] = con.execute(f"select count(*) from ({sql})").fetchall()
    example = None
    if rows:
        cursor = con.execute(f"select * from ({sql}) limit 1")
        columns = [column[0] for column in cursor.description or []]
        # All of it: DuckDB 2 refuses the next question while a result is unfinished.
        [first] = cursor.fetchall()
        example = " ".join(f"{column}={value}" for column, value in zip(columns, first, strict=True))
    about = sql.splitlines()[0].removeprefix("--").strip()
    return AuditResult(name=name, about=about, rows=rows, example=example)
