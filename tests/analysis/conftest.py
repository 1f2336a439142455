"""Invents facts: rows in the real schema, of which a test names only the columns that it is about."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

SCHEMA = Path(__file__).parents[2] / "collector" / "store" / "schema.sql"
NOON = "2026-03-14T12:00:00Z"

DEFAULTS: dict[str, object] = {
    "repo": "shop",
    "sha": "c1",
    "parents": [],
    "author_name": "Ada",
    "author_email": "ada@example.org",
    "committer_name": "Ada",
    "committer_email": "ada@example.org",
    "authored_at": NOON,
    "committed_at": NOON,
    "subject": "Change a thing",
    "message_markers": [],
    "is_merge": False,
    "on_default_branch": True,
    "path": "a.py",
    "lines_added": 10,
    "lines_deleted": 0,
    "start": 1,
    "end": 1,
    "tool": "codex",
    "rule": "codex/co-author",
    "trust": "declared",
    "level": "agent",
    "scope": "commit",
    "pointer": "trailer 1",
    "first_seen_at": NOON,
    "object_format": "sha1",
    "is_bare": False,
    "is_shallow": False,
    "is_partial": False,
    "collected_at": NOON,
    "name": "Codex",
    "homepage": "https://example.org",
    "color": "#336699",
    "field": "trailer:co-authored-by",
    "source": "https://example.org/docs",
    "defined_in": "codex.toml:12",
    "changed_on": "2026-02-01",
    "what": "signs by default",
}

Rows = Sequence[Mapping[str, object]]
Insert = Callable[[duckdb.DuckDBPyConnection, str, Rows], None]


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    """Insert rows; unnamed columns take their default, else null; the word "null" is null."""
    columns = [
        name
        for (name,) in con.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall()
    ]
    assert columns, f"no table {table}"
    for row in rows:
        assert row.keys() <= set(columns), f"{table} has no {row.keys() - set(columns)}"
        full = {"landed_by": row.get("sha", DEFAULTS["sha"])} | DEFAULTS | row
        values = [None if full.get(name) == "null" else full.get(name) for name in columns]
        places = ", ".join("?" for _ in columns)
        con.execute(f"insert into {table} values ({places})", values)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        # A zone far from UTC, so that a day that is not taken in UTC shows.
        connection.execute("set timezone = 'Pacific/Auckland'")
        connection.execute(SCHEMA.read_text("utf-8"))
        yield connection


@pytest.fixture(scope="session")
def insert() -> Insert:
    return insert_rows
