import subprocess
import sys
import threading
import time

import duckdb
import pytest
from store_rows import REPO, contents, evidence, fill, landing, repository, rows, run, skipped, tip

from collector.errors import StoreError
from collector.store import snapshots
from collector.store.snapshots import current, open_current, publish
from collector.store.writer import Ledger


def count(con):
    return con.execute("select count(*) from commits").fetchone()[0]


def names(store):
    return sorted(file.name for file in (store / "snapshots").iterdir())


def test_without_a_store_the_next_step_is_told(store, ledger):
    for directory in (store, store / "nowhere"):
        assert current(directory) is None
        with pytest.raises(StoreError, match=f"no store at {directory}: run `barograph collect` first"):
            open_current(directory)


def test_a_snapshot_holds_the_facts_and_what_is_built_on_them_but_no_working_state(store, ledger):
    fill(ledger, range(3))
    ledger.add_run(run())
    ledger.finish(repository(), tips=[tip(2)], identities=[], new_landings=[landing(1)])
    ledger.replace_skipped("codex", [skipped()])
    path = publish(ledger, lambda con: con.execute("create table verdicts as select sha from evidence") and None)
    assert path == store / "snapshots" / "000001.duckdb" == current(store)
    with open_current(store) as reader:
        tables = {name for (name,) in reader.execute("select table_name from duckdb_tables()").fetchall()}
        assert tables == {*snapshots.TABLES, "verdicts"}
        assert tables - {"verdicts"} == contents(ledger).keys() - set(snapshots.WORKING)
        for table in snapshots.TABLES:
            assert sorted(reader.execute(f"select t::varchar from {table} as t").fetchall()) == sorted(
                rows(ledger, f"select t::varchar from {table} as t")
            )
        weakest = reader.execute("select max(trust)::varchar, 'hinted'::trust < max(trust) from claims").fetchone()
        assert weakest == ("recorded", True), "trust keeps its order"
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            reader.execute("delete from commits")
    modes = {file.stat().st_mode & 0o777 for file in (store / "snapshots").iterdir()}
    assert (modes, (store / "snapshots").stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_the_newest_two_stay_and_an_open_reader_is_not_hurt(store, ledger):
    fill(ledger, [0])
    publish(ledger)
    with open_current(store) as oldest:
        for number in range(1, 4):
            fill(ledger, [number])
            publish(ledger)
        assert names(store) == ["000003.duckdb", "000004.duckdb", "current"]
        assert count(oldest) == 1
        with open_current(store) as newest:
            assert count(newest) == 4


@pytest.mark.parametrize("stage", ["_copy", "_add", "_sync", "_point"])
def test_a_publication_that_fails_leaves_the_one_before(store, ledger, monkeypatch, stage):
    fill(ledger, [0])
    first = publish(ledger)
    fill(ledger, [1])

    def broken(*_):
        raise RuntimeError("lost power")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="lost power"):
        patch.setattr(snapshots, stage, broken)
        publish(ledger)
    assert current(store) == first
    second = publish(ledger)
    assert current(store) == second
    assert names(store) == sorted([first.name, second.name, "current"])
    with open_current(store) as reader:
        assert count(reader) == 2


def test_an_analysis_that_fails_leaves_the_one_before_and_says_so(store, ledger):
    publish(ledger)
    with pytest.raises(duckdb.CatalogException, match="no_such_table"):
        publish(ledger, lambda con: con.execute("from no_such_table") and None)
    assert names(store) == ["000001.duckdb", "current"]
    assert fill(ledger, [1]) == 1


def test_a_publication_that_is_killed_leaves_the_one_before(store):
    script = (
        "import os, signal, sys; from pathlib import Path; from collector.store.writer import Ledger\n"
        "from collector.store.snapshots import publish\n"
        "with Ledger.open(Path(sys.argv[1])) as ledger:\n"
        "    publish(ledger)\n"
        "    publish(ledger, lambda con: (con.execute('create table half as select 1'),"
        " os.kill(os.getpid(), signal.SIGKILL)))\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(store)], check=False)
    assert killed.returncode == -9
    assert any("unfinished" in name for name in names(store))
    with open_current(store) as reader:
        assert count(reader) == 0
    with Ledger.open(store) as ledger:
        fill(ledger, [1])
        publish(ledger)
    assert names(store) == ["000001.duckdb", "000003.duckdb", "current"]


def test_a_pointer_to_a_file_that_is_gone_is_no_store(store, ledger):
    publish(ledger).unlink()
    with pytest.raises(StoreError, match="run `barograph collect` first"):
        open_current(store)


def test_a_damaged_snapshot_is_told(store, ledger):
    path = publish(ledger)
    path.write_bytes(b"not a database" * 4000)
    with pytest.raises(StoreError, match="is damaged"):
        open_current(store)


def test_an_apostrophe_in_the_path_is_a_letter_like_others(tmp_path):
    with Ledger.open(tmp_path / "it's here; really") as ledger:
        fill(ledger, [1])
        publish(ledger)
    with open_current(tmp_path / "it's here; really") as reader:
        assert count(reader) == 1


def test_readers_read_while_a_writer_writes_and_publishes(store):
    """Four readers in this process and one in another, against a writer that publishes as fast as it can."""
    with Ledger.open(store) as ledger:
        fill(ledger, [0])
        publish(ledger)
        done = threading.Event()
        failures, reads = [], []

        def read():
            while not done.is_set():
                try:
                    with open_current(store) as con:
                        reads.append(con.execute("select count(*), count(distinct sha) from evidence").fetchone())
                except Exception as error:
                    failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(2)]
        script = (
            "import sys, time; from pathlib import Path; from collector.store.snapshots import open_current\n"
            "end = time.monotonic() + 1.5\n"
            "while time.monotonic() < end:\n"
            "    open_current(Path(sys.argv[1])).execute('select count(*) from commits').fetchall()"
        )
        other = subprocess.Popen([sys.executable, "-c", script, str(store)], stderr=subprocess.PIPE, text=True)
        for reader in readers:
            reader.start()
        began, number = time.monotonic(), 0
        while other.poll() is None and time.monotonic() - began < 20:
            number += 1
            fill(ledger, [number])
            publish(ledger)
        done.set()
        for reader in readers:
            reader.join()
    assert (other.returncode, other.stderr.read()) == (0, "")
    other.stderr.close()
    assert failures == []
    assert len(reads) > 2
    assert number > 2
    assert all(total == distinct for total, distinct in reads)


def test_evidence_of_many_commits_is_published_whole(store, ledger):
    ledger.replace_evidence(REPO, (evidence(n) for n in range(30_000)))
    publish(ledger)
    with open_current(store) as reader:
        assert reader.execute("select count(distinct sha) from evidence").fetchone() == (30_000,)
    assert list((store / "tmp").iterdir()) == []
