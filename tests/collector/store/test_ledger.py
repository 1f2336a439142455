import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_rows import (
    REPO,
    START,
    change,
    claim,
    commit,
    contents,
    evidence,
    fill,
    identity,
    landing,
    repository,
    rows,
    run,
    sha,
    skipped,
    tip,
)

from collector.errors import StoreError
from collector.store.rules import InstrumentRow, RuleRow, ToolRow
from collector.store.writer import Ledger


def finish(ledger, **changed):
    given = {"tips": [tip(3)], "identities": [identity()]}
    ledger.finish(changed.pop("repository", repository()), **given | changed)


def on_branch(ledger):
    return sorted(int(each, 16) for each in ledger.default_branch_shas(REPO))


def noise(ledger):
    return dict(rows(ledger, "select sha[-1:] || ' ' || path, noise from file_changes"))


def test_a_fresh_store_is_empty_and_private(ledger, store):
    assert ledger.known_commits(REPO) == set()
    assert ledger.tips(REPO) == {}
    assert ledger.repositories() == []
    assert ledger.rules_digest() is None
    fill(ledger, range(5))
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in [store, *store.rglob("*")]}
    assert modes.keys() >= {"store", "ledger.duckdb", "ledger.duckdb.wal", "lock", "tmp"}
    assert {
        name: mode for name, mode in modes.items() if mode != ("0o700" if name in ("store", "tmp") else "0o600")
    } == {}


def test_a_folder_that_holds_other_things_keeps_its_mode(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    tmp_path.chmod(0o755)
    with Ledger.open(tmp_path):
        assert tmp_path.stat().st_mode & 0o777 == 0o755
        assert (tmp_path / "ledger.duckdb").stat().st_mode & 0o777 == 0o600


def test_what_was_added_is_there_after_reopening(store):
    with Ledger.open(store) as ledger:
        assert fill(ledger, range(3)) == 3
        before = contents(ledger)
    with Ledger.open(store) as ledger:
        assert contents(ledger) == before
        assert ledger.known_commits(REPO) == {sha(0), sha(1), sha(2)}


def test_closing_twice_is_closing_once(store):
    with Ledger.open(store) as ledger:
        ledger.close()
    with Ledger.open(store) as again:
        assert again.repositories() == []


def test_only_new_commits_bring_what_belongs_to_them(ledger):
    fill(ledger, [1])
    added = ledger.add_history(
        [commit(1), commit(2)],
        [change(1, "late.py"), change(2)],
        [evidence(1, rule="aider/late"), evidence(2), evidence(9)],
        [claim(1, path="late.py"), claim(2)],
    )
    assert added == 1
    for table in ("file_changes", "evidence", "claims"):
        assert rows(ledger, f"select sha from {table} order by sha") == [(sha(1),), (sha(2),)]


def test_the_same_commit_in_two_repositories_is_two_commits(ledger):
    assert fill(ledger, [1]) == 1
    assert ledger.add_history([commit(1, repo="fork")], [change(1, repo="fork")], []) == 1
    assert ledger.known_commits("fork") == ledger.known_commits(REPO) == {sha(1)}
    finish(ledger, new_landings=[landing(1)])
    assert ledger.default_branch_shas("fork") == set()


NUMBERS = st.lists(st.integers(0, 12), max_size=20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(NUMBERS, max_size=4), landed=NUMBERS, ignored=NUMBERS, full=st.booleans())
def test_loading_the_same_thing_twice_changes_nothing(tmp_path_factory, batches, landed, ignored, full):
    def load(ledger):
        for numbers in batches:
            fill(ledger, numbers)
        finish(
            ledger,
            landings=[landing(n) for n in landed] if full else None,
            new_landings=[landing(n) for n in landed],
            patch_ids={sha(n): f"patch {n}" for n in landed},
            noise={"a.py": "generated" if full else None},
            ignored_revisions=[sha(n) for n in ignored],
        )

    with Ledger.open(tmp_path_factory.mktemp("twice")) as ledger:
        load(ledger)
        before = contents(ledger)
        load(ledger)
        assert contents(ledger) == before
        known = {n for numbers in batches for n in numbers}
        assert on_branch(ledger) == sorted(known & set(landed))
        assert rows(ledger, "select count(*) from landings") == [(len(set(landed)),)]
        assert {
            table: len(before[table]) for table in ("commits", "file_changes", "evidence", "claims")
        } == dict.fromkeys(("commits", "file_changes", "evidence", "claims"), len(known))


def test_a_pass_is_complete_only_when_finished(ledger):
    fill(ledger, range(4))
    assert ledger.tips(REPO) == {}
    finish(ledger, new_landings=[landing(0), landing(1)])
    assert ledger.tips(REPO) == {"refs/heads/main": sha(3)}
    assert ledger.repositories() == [repository()]
    later = repository(collected_at=START + timedelta(days=1), is_shallow=True)
    finish(ledger, repository=later, tips=[tip(2), tip(1, "refs/tags/v1")], identities=[identity("A.")])
    assert ledger.repositories() == [later]
    assert ledger.tips(REPO) == {"refs/heads/main": sha(2), "refs/tags/v1": sha(1)}
    assert rows(ledger, "select name from identities") == [("A.",)]


def test_a_finish_that_fails_leaves_the_pass_before(ledger):
    fill(ledger, range(4))
    finish(ledger, new_landings=[landing(0)])
    before = contents(ledger)
    with pytest.raises(ValueError, match="time zone"):
        finish(ledger, repository=repository(collected_at=START.replace(tzinfo=None)), tips=[])

    def broken():
        yield landing(1)
        raise RuntimeError("the stream ended early")

    with pytest.raises(RuntimeError, match="ended early"):
        finish(ledger, tips=[tip(1)], new_landings=broken())
    assert contents(ledger) == before


def test_additions_and_a_rewritten_branch(ledger):
    fill(ledger, range(6))
    finish(ledger, new_landings=[landing(n) for n in (0, 1, 2)])
    finish(ledger, new_landings=[landing(n) for n in (2, 3)])
    assert on_branch(ledger) == [0, 1, 2, 3]
    finish(ledger, landings=[landing(n) for n in (0, 1, 4)])
    assert on_branch(ledger) == [0, 1, 4]
    assert rows(ledger, "select count(*) from landings") == [(3,)]
    assert len(rows(ledger, "from evidence")) == 6, "what left the branch keeps its evidence"
    finish(ledger, landings=[])
    assert on_branch(ledger) == []


def test_patch_ids_are_set_where_named(ledger):
    ledger.add_history([commit(1, patch_id="old"), commit(2, patch_id="stays"), commit(3)], [], [])
    finish(ledger, patch_ids={sha(1): "new", sha(3): "third"})
    assert rows(ledger, "select patch_id from commits order by sha") == [("new",), ("stays",), ("third",)]
    finish(ledger, patch_ids={sha(1): None})
    assert rows(ledger, "select patch_id from commits order by sha") == [(None,), ("stays",), ("third",)]


def test_what_a_change_is_wins_over_its_path_and_its_path_over_an_ignored_commit(ledger):
    changes = [change(1, "a"), change(1, "b", noise="vendored"), change(1, "c", noise="binary"), change(2, "a")]
    ledger.add_history([commit(1), commit(2)], changes, [])
    finish(ledger, ignored_revisions=[sha(1)])
    assert noise(ledger) == {"1 a": "ignored revision", "1 b": "vendored", "1 c": "binary", "2 a": None}
    finish(ledger, noise={"a": "generated", "b": None, "c": None})
    assert noise(ledger) == {"1 a": "generated", "1 b": None, "1 c": "binary", "2 a": "generated"}
    finish(ledger, noise={"a": None}, ignored_revisions=[sha(2)])
    assert noise(ledger) == {"1 a": None, "1 b": None, "1 c": "binary", "2 a": "ignored revision"}
    finish(ledger)
    assert noise(ledger)["2 a"] == "ignored revision", "no list given: as before"
    finish(ledger, ignored_revisions=[])
    assert set(noise(ledger).values()) == {None, "binary"}


def test_new_rules_replace_evidence_but_not_the_time_it_was_first_seen(ledger):
    fill(ledger, [1, 2])
    ledger.add_history([commit(3, repo="fork")], [], [evidence(3, repo="fork")])
    later = START + timedelta(days=9)
    ledger.replace_evidence(
        REPO, [evidence(1, first_seen_at=later, level="assisted"), evidence(2, first_seen_at=later, rule="aider/new")]
    )
    assert rows(
        ledger, "select repo, rule, level::varchar, first_seen_at::date::varchar from evidence order by sha"
    ) == [
        (REPO, "aider/author", "assisted", "2026-01-01"),
        (REPO, "aider/new", "agent", "2026-01-10"),
        ("fork", "aider/author", "agent", "2026-01-01"),
    ]


def test_the_rule_set_in_force_is_the_last_one(ledger):
    tool = ToolRow(tool="aider", name="Aider", homepage="https://aider.chat", color="#14b014")
    rule = RuleRow(
        rule="aider/author", tool="aider", field="author", trust="declared", level="agent", since=None,
        off_switch=None, source="https://aider.chat/docs", defined_in="aider.toml:4",
    )  # fmt: skip
    changed = InstrumentRow(tool="aider", changed_on=date(2025, 5, 1), rule=None, what="on", source="notes")
    ledger.replace_rules([tool], [rule, replace(rule, rule="aider/x", tool=None)], [changed])
    before = contents(ledger)
    ledger.replace_rules([tool], [rule, replace(rule, rule="aider/x", tool=None)], [changed])
    assert contents(ledger) == before
    ledger.replace_rules([], [rule], [])
    assert [len(contents(ledger)[table]) for table in ("tools", "rules", "instruments")] == [0, 1, 0]


def test_the_digest_is_that_of_the_run_that_ended_last(ledger):
    ledger.add_run(run(2, "newer"))
    ledger.add_run(run(1, "older"))
    assert ledger.rules_digest() == "newer"


def test_what_a_log_skipped_is_replaced_by_source(ledger):
    ledger.add_history([commit(1)], [], [], skipped=[skipped(2)])
    ledger.add_history([commit(2)], [], [], skipped=[skipped(3)])
    ledger.replace_skipped("codex", [skipped(7, "codex")])
    ledger.replace_skipped("codex", [skipped(8, "codex")])
    assert rows(ledger, "select source, count from skipped order by all") == [("codex", 8), (REPO, 5)]


def test_the_ledger_may_be_written_while_its_commits_are_read(ledger):
    fill(ledger, range(10))
    read = 0
    for batch in ledger.commits(REPO, batch=3):
        read += len(batch)
        fill(ledger, [100 + read])
    assert read == 10
    assert len(ledger.known_commits(REPO)) == 14


def test_a_second_writer_is_told_who_writes(ledger, store):
    script = (
        "import sys; from pathlib import Path; from collector.store.writer import Ledger\n"
        "Ledger.open(Path(sys.argv[1]))"
    )
    other = subprocess.run([sys.executable, "-c", script, str(store)], capture_output=True, text=True, check=False)
    assert other.returncode == 1
    assert f"StoreError: the store {store} is being written by process {os.getpid()}: wait" in other.stderr
    with pytest.raises(StoreError, match="is being written by process"):
        Ledger.open(store, wait_seconds=0.1)
    assert fill(ledger, [1]) == 1


def test_loading_brings_in_neither_pandas_nor_pyarrow(store):
    script = (
        "import sys; from pathlib import Path; from store_rows import *; from collector.store.writer import Ledger\n"
        "with Ledger.open(Path(sys.argv[1])) as ledger:\n"
        "    fill(ledger, range(9)); ledger.add_run(run()); ledger.tips(REPO); ledger.candidates_for_patch_id(REPO)\n"
        "    ledger.finish(repository(), tips=[tip(3)], identities=[], new_landings=[landing(2)])\n"
        "    list(ledger.commits(REPO)); print(sorted({'pandas', 'pyarrow', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store)],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": f"{Path(__file__).parent}:{Path.cwd()}"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
