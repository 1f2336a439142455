"""Contract tables for others: exactly these columns, in this order; columns are only ever added."""

from typing import TYPE_CHECKING

import polars as pl

from analysis.ask import ask

if TYPE_CHECKING:
    import duckdb

_TEXT, _WHOLE, _NUMBER, _YES = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()

COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "commits": {
        "repo": _TEXT, "sha": _TEXT, "authored_at": _TEXT, "committed_at": _TEXT, "author": _TEXT, "is_merge": _YES,
        "on_default_branch": _YES, "lines_added": _WHOLE, "lines_deleted": _WHOLE, "class": _TEXT, "tools": _TEXT,
        "models": _TEXT, "level": _TEXT, "trust": _TEXT, "ai_low": _NUMBER, "ai_best": _NUMBER, "ai_high": _NUMBER,
        "rules": _TEXT,
    },
    "evidence": {
        "repo": _TEXT, "sha": _TEXT, "tool": _TEXT, "model": _TEXT, "rule": _TEXT, "trust": _TEXT, "level": _TEXT,
        "scope": _TEXT, "lines": _WHOLE, "session": _TEXT, "pointer": _TEXT,
    },
    "lines": {
        "repo": _TEXT, "sha": _TEXT, "path": _TEXT, "start": _WHOLE, "end": _WHOLE, "tool": _TEXT, "model": _TEXT,
        "session": _TEXT, "rule": _TEXT, "trust": _TEXT,
    },
    "links": {
        "repo": _TEXT, "sha": _TEXT, "tool": _TEXT, "session": _TEXT, "method": _TEXT, "lines_matched": _WHOLE,
        "lines_added": _WHOLE,
    },
    "sessions": {
        "tool": _TEXT, "session": _TEXT, "parent_session": _TEXT, "started_at": _TEXT, "ended_at": _TEXT,
        "repo": _TEXT, "models": _TEXT, "mode": _TEXT, "prompts": _WHOLE, "turns": _WHOLE, "interrupts": _WHOLE,
        "tool_calls": _WHOLE, "edits": _WHOLE, "active_seconds": _NUMBER, "input_tokens": _WHOLE,
        "cache_write_tokens": _WHOLE, "cache_read_tokens": _WHOLE, "output_tokens": _WHOLE, "token_quality": _TEXT,
        "cost_usd": _NUMBER,
    },
    "shares": {
        "period": _TEXT, "repo": _TEXT, "weight": _TEXT, "low": _NUMBER, "best": _NUMBER, "high": _NUMBER,
        "coverage": _NUMBER, "total": _NUMBER, "ai": _NUMBER, "human": _NUMBER, "automation": _NUMBER,
        "unknown": _NUMBER, "in_ai_commits": _NUMBER, "unmeasured": _WHOLE,
    },
    "ownership": {
        "repo": _TEXT, "path": _TEXT, "start": _WHOLE, "end": _WHOLE, "sha": _TEXT, "class": _TEXT, "tool": _TEXT,
    },
}  # fmt: skip
"""The contract: name and type of every exported column."""

_ASKED = {"commits": "export_commits", "evidence": "export_evidence", "lines": "export_lines",
          "links": "export_links", "sessions": "export_sessions"}  # fmt: skip


def in_contract(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame with the contract's columns and types, in the contract's order."""
    return frame.select(pl.col(name).cast(kind) for name, kind in COLUMNS[table].items())


def facts(con: "duckdb.DuckDBPyConnection", table: str, repo: str | None) -> pl.DataFrame:
    """A contract table that is read as it stands; one that nothing fills yet has its columns and no row."""
    if table not in _ASKED:
        return pl.DataFrame(schema=COLUMNS[table])
    return in_contract(ask(con, _ASKED[table], repo=repo), table)
