"""Exports are contracts: these columns, in this order, in this form."""

from typing import Any

import duckdb
import pytest

from analysis import build, queries

CONTRACT = {
    "commits": "repo, sha, authored_at, committed_at, author, is_merge, on_default_branch, lines_added, lines_deleted, "
    "class, tools, models, level, trust, ai_low, ai_best, ai_high, rules",
    "evidence": "repo, sha, tool, model, rule, trust, level, scope, lines, session, pointer",
    "lines": "repo, sha, path, start, end, tool, model, session, rule, trust",
    "links": "repo, sha, tool, session, method, lines_matched, lines_added",
    "sessions": "tool, session, parent_session, started_at, ended_at, repo, models, mode, prompts, turns, interrupts, "
    "tool_calls, edits, active_seconds, input_tokens, cache_write_tokens, cache_read_tokens, output_tokens, "
    "token_quality, cost_usd",
    "shares": "period, repo, weight, low, best, high, coverage, total, ai, human, automation, unknown",
    "ownership": "repo, path, start, end, sha, class, tool",
}


@pytest.fixture
def store(con: duckdb.DuckDBPyConnection, insert: Any) -> duckdb.DuckDBPyConnection:
    insert(con, "repositories", [{"path": "/src/shop"}, {"repo": "site", "path": "/src/site"}])
    insert(con, "commits", [{"sha": "c1"}, {"sha": "c2", "is_merge": True}, {"repo": "site", "sha": "c3"}])
    insert(con, "landings", [{"sha": "c1"}, {"sha": "c2"}, {"repo": "site", "sha": "c3"}])
    insert(con, "file_changes", [{"sha": "c1"}, {"sha": "c3", "repo": "site", "lines_added": "null"}])
    insert(con, "evidence", [{"model": "b"}, {"tool": "aider", "model": "a", "rule": "aider/x"}])
    insert(con, "claims", [{"end": 4}])
    build.materialise(con)
    return con


@pytest.mark.parametrize("table", CONTRACT)
def test_columns(store: duckdb.DuckDBPyConnection, table: str) -> None:
    promised = CONTRACT[table].split(", ")
    assert queries.export(store, table).columns[: len(promised)] == promised
    assert table in queries.TABLES


def test_commits(store: duckdb.DuckDBPyConnection) -> None:
    rows = queries.export(store, "commits").rows(named=True)
    assert [row["sha"] for row in rows] == ["c1", "c2", "c3"]
    assert rows[0] == {
        "repo": "shop",
        "sha": "c1",
        "authored_at": "2026-03-14T12:00:00Z",
        "committed_at": "2026-03-14T12:00:00Z",
        "author": "Ada <ada@example.org>",
        "is_merge": False,
        "on_default_branch": True,
        "lines_added": 10,
        "lines_deleted": 0,
        "class": "ai",
        "tools": "aider;codex",
        "models": "a;b",
        "level": "agent",
        "trust": "declared",
        "ai_low": 0.4,
        "ai_best": 0.4,
        "ai_high": 1.0,
        "rules": "aider/x;codex/co-author",
    }
    assert (rows[1]["lines_added"], rows[1]["tools"], rows[1]["level"]) == (0, "", None)
    assert rows[2]["lines_added"] is None, "a missing blob is not zero lines"


def test_one_repository(store: duckdb.DuckDBPyConnection) -> None:
    assert queries.export(store, "commits", repo="site")["sha"].to_list() == ["c3"]
    assert set(queries.export(store, "shares", repo="site")["repo"]) == {"site"}


def test_lines(store: duckdb.DuckDBPyConnection) -> None:
    (row,) = queries.export(store, "lines").rows()
    assert row == ("shop", "c1", "a.py", 1, 4, "codex", None, None, "codex/co-author", "declared")


def test_shares_have_a_row_for_each_repository_and_weight(store: duckdb.DuckDBPyConnection) -> None:
    frame = queries.export(store, "shares")
    assert frame.select("period", "repo", "weight").rows() == [
        ("2026-03", repo, weight) for repo in ("shop", "site") for weight in ("commits", "added", "changed", "merges")
    ]
    ai = frame.filter(repo="shop", weight="added").row(0, named=True)
    assert (ai["total"], ai["ai"], ai["unknown"], ai["low"], ai["high"]) == (10, 4, 6, 0.4, 1.0)
