"""Readers of databases while a tool writes: what is read bit by bit is what is read at once, and only what changed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.records import Edit, Watermark
from collector.sources.logs import harvest
from collector.sources.logs.home import Home
from tests.collector.sources.logs.test_readers import CASES, KEY, Store, expected, read_all

GROWING = [
    (case, sql)
    for case in CASES
    if "environment" not in (truth := expected(case)) and "session" in truth
    for sql in sorted((case / "home").rglob("*.db.sql"))
]
HERE = Path(__file__).parent


def statements(sql: Path) -> list[str]:
    """Return the statements of a script."""
    found, rest = [], ""
    for line in sql.read_text(encoding="utf-8").splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found


@pytest.mark.parametrize(("case", "sql"), GROWING, ids=lambda path: "-".join(path.parts[-2:]))
@pytest.mark.parametrize("parts", [2, 3, 7])
def test_reading_as_it_grows_is_reading_at_once(case: Path, sql: Path, parts: int, tmp_path: Path) -> None:
    path = tmp_path / sql.relative_to(case / "home").with_suffix("")
    path.parent.mkdir(parents=True)
    home = Home(tmp_path, {}, (tmp_path / "shop",))
    script = statements(sql)
    lines = [line for line in script if line.lstrip().startswith("insert")]
    known: dict[str, Watermark] = {}
    store: Store = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("pragma journal_mode = wal")
        for line in script:
            if line not in lines:
                writer.execute(line)
        for part in range(1, parts + 1):
            for line in lines[len(lines) * (part - 1) // parts : len(lines) * part // parts]:
                writer.execute(line)
            bit_by_bit = read_all(home, known, store)
        whole: Store = {}
        assert bit_by_bit == read_all(home, {}, whole)
        assert whole and store == whole


def test_only_what_changed_is_read(tmp_path: Path) -> None:
    script = statements(HERE / "opencode/database/home/.local/share/opencode/opencode.db.sql")
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    add = "insert into message values (?, 'ses_a', ?, ?, ?)"
    data = '{"role": "assistant", "time": {"created": 1770000000000}}'
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for line in script:
            writer.execute(line)
        for number in range(500):
            at = 1770000100000 + number * 60_000
            writer.execute(add, (f"msg_b{number:04}", at, at, data))
        (one,) = harvest.find(Home(tmp_path, {}))
        first = harvest.read(one, None, KEY)
        assert len(first.records) > 500
        writer.execute(add, ("msg_c", at + 1, at + 1, data))
        second = harvest.read(one, first.watermark, KEY)
        assert 1 < len(second.records) < 20
        assert "msg_c" in {getattr(record, "id", "") for record in second.records}


def test_a_call_that_ran_is_read_again_when_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for line in statements(HERE / "opencode/subagent/home/.local/share/opencode/opencode.db.sql"):
            writer.execute(line)
        (one,) = harvest.find(Home(tmp_path, {}))
        first = harvest.read(one, None, KEY)
        assert [record.path for record in first.records if isinstance(record, Edit)] == ["/home/u/shop/s.py"]
        writer.execute("update part set data = replace(data, '\"running\"', '\"completed\"')")
        # hours later: the message is written again at its end
        writer.execute("update message set time_updated = 1770036000000 where id = 'msg_p2'")
        second = harvest.read(one, first.watermark, KEY)
        edits = [record for record in second.records if isinstance(record, Edit)]
        assert ("/home/u/shop/r.py", "done") in [(edit.path, edit.outcome) for edit in edits]


def test_what_is_taken_back_later_is_undone(tmp_path: Path) -> None:
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for line in statements(HERE / "opencode/reverted/home/.local/share/opencode/opencode.db.sql"):
            writer.execute(line)
        writer.execute("update session set revert = null")
        (one,) = harvest.find(Home(tmp_path, {}))
        reading = harvest.read(one, None, KEY)
        seen = [outcomes(reading)]
        for number, revert in enumerate(('\'{"messageID": "msg_r3"}\'', "null"), 1):
            # far beyond the margin, so that no message is read for being new
            writer.execute(f"update session set revert = {revert}, time_updated = time_updated + {number * 36_000_000}")
            reading = harvest.read(one, reading.watermark, KEY)
            seen.append(outcomes(reading))
        kept, back = "/home/u/shop/kept.py", "/home/u/shop/back.py"
        assert seen[0] == {kept: "done", back: "done"}
        assert (seen[1][back], seen[2][back]) == ("undone", "done")


def outcomes(reading: harvest.Reading) -> dict[str, str]:
    assert not reading.failure
    return {record.path: record.outcome for record in reading.records if isinstance(record, Edit)}


def test_compaction_writes_all_rows_anew_and_nothing_counts_twice(tmp_path: Path) -> None:
    path = tmp_path / ".local/share/goose/sessions/sessions.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for line in statements(HERE / "goose/version_5/home/.local/share/goose/sessions/sessions.db.sql"):
            writer.execute(line)
        known: dict[str, Watermark] = {}
        store: Store = {}
        home = Home(tmp_path, {})
        read_all(home, known, store)
        before = dict(store)
        columns = "session_id, role, content_json, created_timestamp, metadata_json"
        writer.execute("begin")
        writer.execute(f"create temp table kept as select {columns} from messages order by id")
        writer.execute("delete from messages")
        writer.execute(f"insert into messages ({columns}) select {columns} from kept")
        writer.execute(
            f"insert into messages ({columns}) values ('20260105_1', 'user', ?, 1767609000, ?)",
            ('[{"type": "text", "text": "CANARY what was said so far"}]', '{"userVisible": false}'),
        )
        writer.execute("commit")
        read_all(home, known, store)
        assert store == before


def test_what_was_read_before_the_database_took_it_over_counts_once(tmp_path: Path) -> None:
    folder = HERE / "goose/imported/home/.local/share/goose/sessions"
    target = tmp_path / ".local/share/goose/sessions"
    target.mkdir(parents=True)
    (target / "20250805_101112.jsonl").write_bytes((folder / "20250805_101112.jsonl").read_bytes())
    known: dict[str, Watermark] = {}
    store: Store = {}
    read_all(Home(tmp_path, {}), known, store)
    before = set(store)
    with closing(sqlite3.connect(target / "sessions.db", isolation_level=None)) as writer:
        writer.executescript((folder / "sessions.db.sql").read_text(encoding="utf-8"))
    read_all(Home(tmp_path, {}), known, store)
    (later,) = set(store) - before
    assert getattr(store[later], "kind", None) == "prompt"
