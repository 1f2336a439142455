"""Every reader against every fixture folder: `<reader>/<case>/home/…` is a home, `<case>/expected.toml` the truth.

A file `x.db.sql` becomes the database `x.db`, `x.zst.text` the compressed `x.zst`, and `x.home` the file `x` in which
`{home}` stands for the home folder. The word CANARY stands in every
case wherever a log has prompts, replies, output or source text; no record may hold it. `expected.toml` says:

    repositories = ["shop"]  # known work trees, below the home folder
    [environment]            # variables, `{home}` is the home folder
    [[session]]              # one for each session: what must be so; what is not named is not looked at
    tool = "codex"; session = "…"; directory = "/home/u/p"; prompts = 2; replies = 5; tool_calls = 7
    interrupts = 0; denials = 0; input = 1; cache_write = 0; cache_read = 0; output = 9; models = ["gpt-5"]
    quality = ["exact"]; parent_session = "…"; forked_from = "…"; mode = "plan"; log_version = "1.2"
    [[session.edit]]         # in the order of their times
    path = "a.py"; operation = "update"; outcome = "done"; lines = ["x = 2"]   # the lines that it wrote, in order
    [[session.commit]]       # sha = "1a2b3c4" (or left out), kind = "committed"
    [skipped]                # reason = count; absent means none
"""

import json
import shutil
import sqlite3
import tomllib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import zstandard

from collector.fingerprints import Fingerprints
from collector.records import Activity, CommitCall, Edit, LogRecord, SessionLog, Usage, Watermark
from collector.sources.logs import harvest
from collector.sources.logs.home import Home

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expected.toml"))
KEY = Fingerprints(b"k" * 32)
COUNTS = {"prompts": "prompt", "replies": "reply", "tool_calls": "tool_call", "interrupts": "interrupt"}
COUNTS |= {"denials": "denial"}
TOKENS = ("input", "cache_write", "cache_write_1h", "cache_read", "output")

Store = dict[tuple[Any, ...], LogRecord]


def test_every_reader_has_a_case() -> None:
    assert {case.parent.name for case in CASES} == set(harvest.readers())


@pytest.fixture(params=CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def case(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def home(case: Path, tmp_path: Path) -> Home:
    made = tmp_path / "home"
    shutil.copytree(case / "home", made, symlinks=True)
    for sql in made.rglob("*.sql"):
        con = sqlite3.connect(sql.with_suffix(""))
        con.executescript(sql.read_text(encoding="utf-8"))
        con.close()
        sql.unlink()
    for text in made.rglob("*.zst.text"):
        text.with_suffix("").write_bytes(zstandard.compress(text.read_bytes()))
        text.unlink()
    for text in made.rglob("*.home"):
        text.with_suffix("").write_text(text.read_text(encoding="utf-8").replace("{home}", str(made)), encoding="utf-8")
        text.unlink()
    environment = expected(case).get("environment", {})
    repositories = tuple(made / name for name in expected(case).get("repositories", []))
    return Home(made, {name: value.format(home=made) for name, value in environment.items()}, repositories)


def expected(case: Path) -> dict[str, Any]:
    return tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))


def read_all(home: Home, known: dict[str, Watermark], store: Store) -> Counter[str]:
    """Read what is new as the ledger does: a record that is there already is replaced by the newer reading."""
    for one in harvest.news(harvest.find(home), known):
        reading = harvest.read(one, known.get(str(one.file.path)), KEY)
        assert reading.watermark is not None and not reading.failure, reading.failure
        known[str(one.file.path)] = reading.watermark
        for record in reading.records:
            keep(store, record)
    return skipped(known)


def keep(store: Store, record: LogRecord) -> None:
    if isinstance(record, SessionLog):
        key: tuple[Any, ...] = (SessionLog, record.tool, record.session)
        there = store.get(key)
        if isinstance(there, SessionLog):
            newer = {name: value for name, value in asdict(record).items() if value is not None}
            record = SessionLog(**{**asdict(there), **newer})
    else:
        key = (type(record), record.tool, record.session, record.id)
        there = store.get(key)
        if isinstance(there, Usage) and isinstance(record, Usage):
            most = {name: max(getattr(there, name), getattr(record, name)) for name in TOKENS}
            record = Usage(**{**asdict(record), **most})
    store[key] = record


def skipped(known: dict[str, Watermark]) -> Counter[str]:
    found: Counter[str] = Counter()
    for mark in known.values():
        found.update({reason: count for reason, (count, _) in json.loads(mark.skipped).items()})
    return found


def test_reads_what_is_there(case: Path, home: Home) -> None:
    store: Store = {}
    left_out = read_all(home, {}, store)
    truth = expected(case)
    assert dict(left_out) == truth.get("skipped", {})
    sessions = {(one.tool, one.session) for one in store.values()}
    assert sessions == {(one["tool"], one["session"]) for one in truth.get("session", [])}
    for wanted in truth.get("session", []):
        check(wanted, [one for one in store.values() if (one.tool, one.session) == (wanted["tool"], wanted["session"])])


def check(wanted: dict[str, Any], records: list[LogRecord]) -> None:
    about = [one for one in records if isinstance(one, SessionLog)]
    assert len(about) == 1, "one SessionLog for each session"
    usages = [one for one in records if isinstance(one, Usage)]
    kinds = Counter(one.kind for one in records if isinstance(one, Activity))
    found: dict[str, Any] = asdict(about[0])
    found |= {name: kinds[kind] for name, kind in COUNTS.items()}
    found |= {name: sum(getattr(one, name) for one in usages) for name in TOKENS}
    found["models"] = sorted({one.model for one in usages if one.model})
    found["quality"] = sorted({one.quality for one in usages})
    costs = [one.cost_usd for one in usages if one.cost_usd is not None]
    found["cost_usd"] = round(sum(costs), 6) if costs else None
    for name, value in wanted.items():
        if name not in ("edit", "commit"):
            assert shown(found[name]) == shown(value), name
    edits = sorted((one for one in records if isinstance(one, Edit)), key=lambda one: (one.at, one.place, one.id))
    commits = sorted((one for one in records if isinstance(one, CommitCall)), key=lambda one: (one.at, one.id))
    assert [shape(one, like) for one, like in zip(edits, wanted.get("edit", []), strict=True)] == [
        told(like) for like in wanted.get("edit", [])
    ]
    made = [{"sha": one.sha, "kind": one.kind} for one in commits]
    assert made == [{"sha": one.get("sha"), "kind": one.get("kind", "committed")} for one in wanted.get("commit", [])]


def shown(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def shape(edit: Edit, like: dict[str, Any]) -> dict[str, Any]:
    return {name: shown(getattr(edit, name)) for name in told(like)}


def told(like: dict[str, Any]) -> dict[str, Any]:
    """Return an expected edit with its lines as hashes; an empty string in a list of lines is an empty line."""
    made = {"outcome": "done", **{name: shown(value) for name, value in like.items() if name != "lines"}}
    lines = [None if line == "<gap>" else line for line in like.get("lines", [])]
    return made | {"exact": KEY.lines(lines).exact}


def test_reading_twice_counts_once(home: Home) -> None:
    known: dict[str, Watermark] = {}
    store: Store = {}
    left_out = read_all(home, known, store)
    once = dict(store)
    assert harvest.news(harvest.find(home), known) == []
    for one in harvest.find(home):  # and from the start, as after a rewrite
        for record in harvest.read(one, None, KEY).records:
            keep(store, record)
    assert store == once
    assert read_all(home, known, store) == left_out


def test_cut_anywhere_and_read_on_is_the_same(home: Home) -> None:
    whole: Store = {}
    read_all(home, {}, whole)
    logs = [one.file.path for one in harvest.find(home) if one.file.path.suffix == ".jsonl"]
    contents = {path: path.read_bytes() for path in logs}
    for part in (1, 2, 3, 4, 5, 6):
        known: dict[str, Watermark] = {}
        store: Store = {}
        for path, content in contents.items():
            path.write_bytes(content[: len(content) * part // 7])
        read_all(home, known, store)
        for path, content in contents.items():
            path.write_bytes(content)
        read_all(home, known, store)
        assert store == whole, f"cut at {part}/7"


def test_nothing_private_is_kept(case: Path, home: Home) -> None:
    planted = [path for path in (case / "home").rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]
    assert planted, "plant the word CANARY where a log has text"
    known: dict[str, Watermark] = {}
    store: Store = {}
    read_all(home, known, store)
    assert "CANARY" not in repr(list(store.values())) + repr(list(known.values()))


def test_reading_changes_nothing(home: Home) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.path.rglob("*") if path.is_file()}
    read_all(home, {}, {})
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.path.rglob("*") if path.is_file()}
    assert after == before


def test_garbage_never_stops_a_run(home: Home) -> None:
    for one in harvest.find(home):
        content = one.file.path.read_bytes()
        half = len(content) // 2
        inserted = content[:half] + b'\0{"a":' + content[half:]
        for spoiled in (b"", b"\0" * 100, b"\xff\xfe{]\n" * 3, inserted, b"[[1]]\n", b"{}"):
            one.file.path.write_bytes(spoiled)
            reading = harvest.read(one, None, KEY)
            assert reading.watermark is not None
        one.file.path.write_bytes(content)
