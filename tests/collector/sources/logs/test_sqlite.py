"""Databases of others, in use, locked, damaged or half there: read as they are now, and left as they were."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector.fingerprints import Fingerprints
from collector.records import LogRecord
from collector.sources.logs import harvest, sqlite
from collector.sources.logs.home import Home, LogFile
from collector.sources.logs.log import Log

KEY = Fingerprints(b"k" * 32)


class Reader:
    """Counts what is in the one table."""

    seen: int = -1

    def find(self, home: Home) -> Iterator[LogFile]:
        yield LogFile("crush", home.path)

    def read(self, log: Log) -> Iterator[LogRecord]:
        with log.database() as con:
            (self.seen,) = con.execute("select count(*) from words").fetchone()
        yield from ()


def written(path: Path, mode: str) -> sqlite3.Connection:
    """Return an open writer into a database with one row."""
    con = sqlite3.connect(path, isolation_level=None)
    con.execute(f"pragma journal_mode = {mode}")
    con.execute("create table words (word text)")
    con.execute("insert into words values ('CANARY')")
    return con


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def count(path: Path) -> int:
    with sqlite.reading(path) as con:
        (found,) = con.execute("select count(*) from words").fetchone()
        return int(found)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE_SECONDS", 0.2)


@pytest.fixture(params=["copied", "in place"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "in place":
        monkeypatch.setattr(sqlite, "_SMALL", 0)
    return str(request.param)


def test_a_live_log_is_read_currently(tmp_path: Path, how: str) -> None:
    with closing(written(tmp_path / "x.db", "wal")) as writer:
        before = files(tmp_path)
        assert "x.db-wal" in before
        assert count(tmp_path / "x.db") == 1
        if how == "copied":
            assert files(tmp_path) == before
        else:  # SQLite may touch the read marks of an index that is there, and nothing else
            after = files(tmp_path)
            assert set(after) == set(before)
            assert {name for name in after if after[name] != before[name]} <= {"x.db-shm"}
        writer.execute("insert into words values ('more')")
        assert count(tmp_path / "x.db") == 2


@pytest.mark.parametrize("mode", ["wal", "delete", "truncate", "persist"])
def test_reading_leaves_no_file_behind(tmp_path: Path, how: str, mode: str) -> None:
    written(tmp_path / "x.db", mode).close()
    before = files(tmp_path)
    assert count(tmp_path / "x.db") == 1
    assert files(tmp_path) == before, how


def test_an_unfinished_transaction_is_not_seen(tmp_path: Path, how: str) -> None:
    with closing(written(tmp_path / "x.db", "wal")) as writer:
        writer.execute("begin immediate")
        writer.execute("insert into words values ('not yet')")
        assert count(tmp_path / "x.db") == 1, how


def test_a_locked_database_is_waited_for(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(written(tmp_path / "x.db", "delete")) as writer:
        writer.execute("begin exclusive")
        writer.execute("insert into words values ('not yet')")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            count(tmp_path / "x.db")
        reader = Reader()
        one = harvest.Found(LogFile("crush", tmp_path / "x.db"), reader)
        reading = harvest.read(one, None, KEY)
        assert reading.failure == "log could not be read: OperationalError", how
        assert reading.watermark is not None
        assert '"log could not be read: OperationalError": [1, ' in reading.watermark.skipped
        again = harvest.read(one, reading.watermark, KEY)
        assert again.watermark is not None and again.watermark.skipped == reading.watermark.skipped
        writer.execute("commit")
        assert harvest.news([one], {str(one.file.path): reading.watermark}) == [one]
        mended = harvest.read(one, reading.watermark, KEY)
        assert (mended.failure, reader.seen) == ("", 2)
        assert mended.watermark is not None and mended.watermark.skipped == "{}"


def test_what_a_dead_writer_left_is_taken_back_in_the_copy(tmp_path: Path) -> None:
    live, dead = tmp_path / "live", tmp_path / "dead"
    live.mkdir()
    with closing(written(live / "x.db", "delete")) as writer:
        writer.execute("pragma cache_size = 1")
        writer.execute("begin")
        for number in range(5_000):
            writer.execute("insert into words values (?)", (f"never committed {number}",))
        shutil.copytree(live, dead)  # as after a crash: part of the pages, and the journal to take them back
        writer.execute("rollback")
    before = files(dead)
    assert before["x.db-journal"]
    assert count(dead / "x.db") == 1
    assert files(dead) == before


def test_a_database_that_changes_under_the_copy_is_copied_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(written(tmp_path / "x.db", "wal")) as writer:
        copies = 0
        real = shutil.copyfile

        def copied(source: Path, target: Path) -> None:
            nonlocal copies
            real(source, target)
            copies += 1
            if copies == 1:  # everything is folded in and the log begun again, between the copies of the two
                writer.execute("insert into words values ('more')")
                writer.execute("pragma wal_checkpoint(truncate)")

        monkeypatch.setattr(shutil, "copyfile", copied)
        assert count(tmp_path / "x.db") == 2


@pytest.mark.parametrize(
    "content",
    [b"SQLite format 3\0" + b"\xff" * 4_080, b"no database at all" * 100, b"\0" * 5_000, b"SQLite format 3\0"],
    ids=["damaged", "text", "zeros", "head alone"],
)
def test_what_is_no_database_is_told(tmp_path: Path, how: str, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    reading = harvest.read(harvest.Found(LogFile("crush", path), Reader()), None, KEY)
    assert reading.failure.startswith("log could not be read: "), how
    assert files(tmp_path) == {"x.db": content}


def test_an_empty_file_has_no_tables(tmp_path: Path, how: str) -> None:
    path = tmp_path / "x.db"
    path.touch()
    with sqlite.reading(path) as con:
        assert sqlite.tables(con) == set(), how
    assert files(tmp_path) == {"x.db": b""}


def test_a_folder_or_nothing_is_no_database(tmp_path: Path, how: str) -> None:
    (tmp_path / "x.db").mkdir()
    for path in (tmp_path / "x.db", tmp_path / "none.db"):
        with pytest.raises((OSError, sqlite3.Error)), sqlite.reading(path):
            raise AssertionError(how)


def test_nothing_can_be_written(tmp_path: Path, how: str) -> None:
    written(tmp_path / "x.db", "delete").close()
    with sqlite.reading(tmp_path / "x.db") as con, pytest.raises(sqlite3.OperationalError, match="readonly"):
        con.execute("delete from words")
    assert count(tmp_path / "x.db") == 1, how


def test_names_with_odd_letters(tmp_path: Path, how: str) -> None:
    path = tmp_path / "50% of?#ä b.db"
    written(path, "wal").close()
    assert count(path) == 1, how


def test_text_that_is_no_utf8_is_mended(tmp_path: Path) -> None:
    with closing(written(tmp_path / "x.db", "delete")) as writer:
        writer.execute("insert into words values (cast(x'61ff62' as text))")
    with sqlite.reading(tmp_path / "x.db") as con:
        assert [row["word"] for row in con.execute("select word from words")][-1] == "a\ufffdb"


def test_rows_have_none_for_columns_of_other_versions(tmp_path: Path) -> None:
    written(tmp_path / "x.db", "delete").close()
    with sqlite.reading(tmp_path / "x.db") as con:
        found = [dict(row) for row in sqlite.rows(con, "words", ("word", "since"), "where word > ?", ("A",))]
        assert found == [{"word": "CANARY", "since": None}]
        assert sqlite.columns(con, "words") == {"word"}
        assert sqlite.columns(con, "none") == set()
