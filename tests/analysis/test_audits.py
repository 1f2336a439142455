"""Every audit is silent on sound facts, and speaks of the fault that it is named for."""

from typing import Any

import duckdb
import pytest

from analysis import build

SOUND: dict[str, list[dict[str, Any]]] = {
    "commits": [
        {"sha": "c1"},
        {"sha": "c2", "subject": "Fix it (#3)"},
        {"sha": "c3", "on_default_branch": False},
        {"sha": "m1", "is_merge": True},
    ],
    "landings": [{"sha": "c1", "landed_by": "m1"}, {"sha": "c2"}, {"sha": "m1"}],
    "file_changes": [{"sha": "c1"}, {"sha": "c2", "path": "b.py"}],
    "evidence": [{"sha": "c1"}, {"sha": "c2", "tool": "null", "level": "automation"}],
    "claims": [{"sha": "c1", "end": 4}],
}

FAULTS: dict[str, str] = {
    "bounds_out_of_order": "update attributions set ai_low = 1.5 where sha = 'c1'",
    "claims_without_commit": "update claims set sha = 'gone'",
    "commit_without_verdict": "delete from attributions where sha = 'c1'",
    "commits_twice": "insert into commits select * from commits where sha = 'c1'",
    "counted_commits_disagree": "update commits set on_default_branch = true where sha = 'c3'",
    "default_branch_without_landing": "delete from landings where sha = 'c2'",
    "evidence_without_commit": "update evidence set sha = 'gone' where sha = 'c1'",
    "file_changes_twice": "insert into file_changes select * from file_changes where sha = 'c1'",
    "file_changes_without_commit": "update file_changes set sha = 'gone' where sha = 'c1'",
    "landing_without_commit": "update landings set landed_by = 'gone' where sha = 'c1'",
    "landings_twice": "insert into landings select * from landings where sha = 'c1'",
    "merges_disagree": "update work_by_class set merges = merges * 2",
    "more_ai_lines_than_added": "update work_by_class set ai_added = added + 1",
    "shares_identity_broken": "update work_by_type set changed = changed + 1 where span = 'month'",
    "tools_make_other_than_ai": "update work_by_tool set ai_commits = ai_commits * 2",
    "two_verdicts_for_one_commit": "insert into attributions select * from attributions where sha = 'c1'",
    "words_outside_their_lists": "update evidence set scope = 'world' where sha = 'c1'",
}


@pytest.fixture
def sound(con: duckdb.DuckDBPyConnection, insert: Any) -> duckdb.DuckDBPyConnection:
    for table, rows in SOUND.items():
        insert(con, table, rows)
    build.materialise(con)
    return con


def test_sound_facts_pass_every_audit(sound: duckdb.DuckDBPyConnection) -> None:
    assert [result for result in build.audits(sound) if result.rows] == []


def test_every_audit_is_tried() -> None:
    assert FAULTS.keys() == build.audit_models().keys()


@pytest.mark.parametrize("audit", sorted(FAULTS))
def test_audit_finds_its_fault(sound: duckdb.DuckDBPyConnection, audit: str) -> None:
    sound.execute(FAULTS[audit])
    (found,) = build.audits(sound, audit)
    assert found.name == audit
    assert found.rows > 0
    assert found.example is not None and "=" in found.example


def test_results_are_kept_for_the_health_page(sound: duckdb.DuckDBPyConnection) -> None:
    kept = sound.execute('select name, "rows" from audit_results order by name').fetchall()
    assert kept == [(name, 0) for name in sorted(FAULTS)]
