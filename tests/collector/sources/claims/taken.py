"""What a collected store holds of claims, for the tests of their sources."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from app.collecting import collect
from collector.settings import load_settings
from collector.store.snapshots import open_current


@dataclass(frozen=True)
class Taken:
    """Claims as (commit, path, start, end, tool, model, session), evidence of records, and reasons with counts."""

    claims: list[tuple[Any, ...]]
    evidence: list[tuple[Any, ...]]
    skipped: dict[str, int]
    classes: dict[str, str]


def taken(repository: Path, store: Path) -> Taken:
    """Collect a repository and read what came of its claims."""
    done = collect([repository], load_settings({"store": store}, environment={}))
    assert done.failures == ()
    with duckdb.connect(str(store / "ledger.duckdb"), read_only=True) as con:
        claims = con.execute(
            'select sha, path, "start", "end", tool, model, session from claims order by all'
        ).fetchall()
        evidence = con.execute(
            """
            select sha, tool, model, trust::varchar, level::varchar, lines, session, pointer from evidence
            where rule in ('git-ai/notes', 'entire/branch-data', 'agent-trace/records') order by all
            """
        ).fetchall()
    with open_current(store) as con:
        classes = dict(con.execute("select sha, class from attributions").fetchall())
    return Taken(claims, evidence, {kind.reason: kind.count for kind in done.skipped}, classes)
