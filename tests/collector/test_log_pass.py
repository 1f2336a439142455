"""From an agent's log to the lines of a commit: read, placed, matched, whatever happened to either in between."""

import json
from pathlib import Path

import duckdb
import pytest
from made_repository import Made

from app.collecting import collect
from collector import log_pass
from collector.errors import RepositoryError
from collector.settings import load_settings

WRITTEN = "def total(prices):\n    return sum(prices)\n\n\ndef mean(prices):\n    return total(prices) / len(prices)\n"
BY_HAND = "\n\ndef entered_by_hand(value):\n    return value\n"
T0 = "2026-01-01T12:00:10.000Z"
SECRET = "PLANTED-SECRET-7f3a"


class Claude:
    """A session's log as Claude Code writes it."""

    def __init__(self, home: Path, work: Path, session: str = "5e551011-0000-4000-8000-000000000001") -> None:
        self.session, self.work = session, work
        self.path = home / ".claude/projects" / str(work).replace("/", "-") / f"{session}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.number = 0

    def add(self, kind: str, message: dict[str, object], at: str = T0, **more: object) -> None:
        self.number += 1
        record = {
            "type": kind, "uuid": f"{self.session[:8]}-{self.number}", "timestamp": at, "sessionId": self.session,
            "cwd": str(self.work), "version": "2.1.240", "gitBranch": "main", "isSidechain": False,
            "message": message, **more,
        }  # fmt: skip
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def prompt(self, text: str = f"do it {SECRET}", at: str = T0) -> None:
        self.add("user", {"role": "user", "content": text}, at, permissionMode="default", promptSource="typed",
                 origin={"kind": "human"})  # fmt: skip

    def tool(self, name: str, arguments: dict[str, object], output: str, at: str = T0, **result: object) -> None:
        self.number += 1
        call = f"toolu_{self.session[-4:]}_{self.number}"
        usage = {"input_tokens": 3, "output_tokens": 20, "cache_read_input_tokens": 100,
                 "cache_creation_input_tokens": 10}  # fmt: skip
        content = [{"type": "tool_use", "id": call, "name": name, "input": arguments}]
        message = {"id": f"msg_{call}", "model": "claude-opus-4-6", "role": "assistant", "content": content,
                   "usage": usage}  # fmt: skip
        self.add("assistant", message, at, requestId=f"req_{call}")
        answer = [{"type": "tool_result", "tool_use_id": call, "content": output, "is_error": False}]
        self.add("user", {"role": "user", "content": answer}, at, toolUseResult=result or {"stdout": output})

    def write(self, path: str, text: str, at: str = T0) -> None:
        where = str(self.work / path)
        result = {"type": "create", "filePath": where, "content": text, "structuredPatch": []}
        self.tool("Write", {"file_path": where, "content": text}, f"File created {SECRET}", at, **result)

    def bash(self, command: str, output: str, at: str = T0) -> None:
        self.tool("Bash", {"command": command}, output, at)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "shop")


def collected(tmp_path: Path, *paths: Path, **flags: object):
    settings = load_settings({"store": tmp_path / "store", "jobs": 1, **flags}, environment={})
    return collect(paths, settings, follows_sessions=not paths)


def ask(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(tmp_path / "store/ledger.duckdb", read_only=True) as con:
        return con.execute(sql).fetchall()


CLAIMED = """
select sha, path, "start", "end", tool, model, trust::varchar from claims order by all
"""


def test_the_lines_of_a_session_are_the_commits_and_those_of_a_person_are_not(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.prompt()
    log.write("shop.py", WRITTEN)
    sha = made.commit({"shop.py": WRITTEN + BY_HAND})
    log.bash("git commit -am total", f"[main {sha[:7]}] total", "2026-01-01T12:01:01.000Z")
    done = collected(tmp_path, made.path)
    assert done.failures == () and not done.audits
    assert ask(tmp_path, CLAIMED) == [(sha, "shop.py", 1, 6, "claude-code", "claude-opus-4-6", "witnessed")]
    assert ask(tmp_path, "select sha, session, method, lines_matched, lines_added from links") == [
        (sha, log.session, "sha", 6, 10)
    ]
    rules = {rule for (rule,) in ask(tmp_path, "select rule from evidence")}
    assert rules == {"claude-code/session-lines", "claude-code/session-commit"}
    assert ask(tmp_path, "select distinct model from evidence") == [("Claude Opus 4.6",)]


def test_a_second_run_reads_nothing_and_a_longer_log_only_what_is_new(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    made.commit({"shop.py": WRITTEN})
    collected(tmp_path, made.path)
    assert collected(tmp_path, made.path).unchanged
    [(before, _)] = ask(tmp_path, 'select "offset", line from watermarks')
    log.write("more.py", "from shop import total, mean\n", "2026-01-01T12:05:00.000Z")
    second = made.commit({"more.py": "from shop import total, mean\n"}, date="1767269400 +0000")
    assert not collected(tmp_path, made.path).unchanged
    [(after, _)] = ask(tmp_path, 'select "offset", line from watermarks')
    assert after > before
    assert [row[0] for row in ask(tmp_path, CLAIMED)].count(second) == 1
    assert ask(tmp_path, "select count(*) from edits") == [(2,)]


def test_facts_stay_when_the_log_is_gone_or_begins_anew(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.prompt()
    log.write("shop.py", WRITTEN)
    made.commit({"shop.py": WRITTEN})
    collected(tmp_path, made.path)
    claims, sessions = (
        ask(tmp_path, CLAIMED),
        ask(tmp_path, "select tool, session, id, kind from activities order by all"),
    )
    log.path.write_text("", encoding="utf-8")
    collected(tmp_path, made.path)
    log.path.unlink()
    collected(tmp_path, made.path)
    assert ask(tmp_path, CLAIMED) == claims
    assert ask(tmp_path, "select tool, session, id, kind from activities order by all") == sessions


@pytest.mark.parametrize("step", ["place_sessions", "match_sessions"])
def test_a_run_that_ended_before_it_matched_is_made_good(tmp_path, made, isolated, monkeypatch, step):
    session = Claude(isolated, made.path)
    made.commit({"a.py": WRITTEN})
    collected(tmp_path, made.path, logs=False)
    session.write("a.py", WRITTEN)
    with monkeypatch.context() as ended, pytest.raises(KeyboardInterrupt):
        ended.setattr(log_pass, step, _ended)
        collected(tmp_path, made.path)
    collected(tmp_path, made.path)
    assert [(path, start, end) for _, path, start, end, *_ in ask(tmp_path, CLAIMED)] == [("a.py", 1, 6)]


def _ended(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_commit_that_git_has_forgotten_keeps_its_lines_and_its_heir_gets_them(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    root = made.commit({"read.me": "shop\n"})
    sha = made.commit({"shop.py": WRITTEN}, message="total")
    collected(tmp_path, made.path)
    heir = made.commit({"shop.py": WRITTEN}, message="total and mean", parents=[root])
    made.git("reflog", "expire", "--expire=now", "--all")
    made.git("prune", "--expire=now")
    assert "missing" in made.git("cat-file", "--batch-check", stdin=sha.encode())
    done = collected(tmp_path, made.path)
    assert done.failures == () and not done.audits
    assert {row[:4] for row in ask(tmp_path, CLAIMED)} == {(one, "shop.py", 1, 6) for one in (sha, heir)}


def test_a_repository_that_cannot_be_matched_ends_nothing_else(tmp_path, made, isolated, monkeypatch):
    Claude(isolated, made.path).write("shop.py", WRITTEN)
    made.commit({"shop.py": WRITTEN})
    with monkeypatch.context() as failing:
        failing.setattr(log_pass, "match_sessions", _fails)
        assert collected(tmp_path, made.path).failures == ("git said no",)
        assert collected(tmp_path, made.path).failures == ("git said no",)
    assert collected(tmp_path, made.path).failures == ()
    assert len(ask(tmp_path, CLAIMED)) == 1


def _fails(*_: object) -> None:
    raise RepositoryError("git said no")


def test_what_was_skipped_in_logs_that_are_gone_stays(tmp_path, made, isolated):
    chats = (
        isolated / ".codex/sessions/2026/01/01/rollout-2026-01-01T12-00-00-5e551011-0000-4000-8000-000000000002.jsonl"
    )
    chats.parent.mkdir(parents=True)
    chats.write_text('{"timestamp": "2026-01-01T12:00:00.000Z", "type": "event_msg"\n{}\n', encoding="utf-8")
    made.commit({"shop.py": WRITTEN})
    told = [kind for kind in collected(tmp_path, made.path).skipped if kind.source == "codex"]
    assert told
    chats.unlink()
    Claude(isolated, made.path).write("shop.py", WRITTEN)
    assert [kind for kind in collected(tmp_path, made.path).skipped if kind.source == "codex"] == told


def test_without_a_path_the_repositories_of_the_sessions_are_collected(tmp_path, made, isolated, monkeypatch):
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    sha = made.commit({"shop.py": WRITTEN})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert collected(tmp_path).repositories == 1
    assert [row[0] for row in ask(tmp_path, CLAIMED)] == [sha]
    assert collected(tmp_path).unchanged


def test_no_logs(tmp_path, made, isolated):
    Claude(isolated, made.path).write("shop.py", WRITTEN)
    made.commit({"shop.py": WRITTEN})
    collected(tmp_path, made.path, logs=False)
    assert ask(tmp_path, "select count(*) from session_logs") == [(0,)]


def test_a_folder_that_is_gone_is_placed_by_a_commit_or_by_its_paths(tmp_path, made, isolated):
    gone = Path("/nowhere/at/all/shop")
    by_sha = Claude(isolated, gone)
    by_sha.write("shop.py", WRITTEN)
    sha = made.commit({"src/one/shop.py": "x = 1\n", "src/one/till.py": "y = 2\n", "shop.py": WRITTEN})
    by_sha.bash("git commit -m x", f"[main {sha[:7]}] x", "2026-01-01T12:01:01.000Z")
    elsewhere = Claude(isolated, Path("/other/machine"), "5e551011-0000-4000-8000-000000000002")
    elsewhere.write("src/one/shop.py", "x = 1\n")
    elsewhere.write("src/one/till.py", "def open_till(number):\n    return number\n")
    later = made.commit({"src/one/till.py": "def open_till(number):\n    return number\n"})
    collected(tmp_path, made.path)
    collected(tmp_path, made.path)
    methods = dict(ask(tmp_path, "select directory, method from places"))
    assert methods == {str(gone): "sha", "/other/machine": "paths"}
    assert {row[0] for row in ask(tmp_path, CLAIMED)} == {sha, later}


def test_nothing_of_a_log_is_in_the_store(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.prompt()
    log.write("shop.py", WRITTEN + f"# {SECRET}\n")
    made.commit({"shop.py": WRITTEN + f"# {SECRET}\n"})
    collected(tmp_path, made.path)
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert b"entered_by_hand" not in content and b"def total" not in content, path
    key = (tmp_path / "store/line-key").read_bytes()
    assert (tmp_path / "store/line-key").stat().st_mode & 0o777 == 0o600
    assert all(key not in path.read_bytes() for path in kept if path.name != "line-key")


def test_new_rules_keep_what_sessions_prove(tmp_path, made, isolated):
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    sha = made.commit({"shop.py": WRITTEN})
    log.bash("git commit -am total", f"[main {sha[:7]}] total", "2026-01-01T12:01:01.000Z")
    collected(tmp_path, made.path)
    told = "select sha, tool, rule, trust, lines, pointer from evidence order by all"
    before = ask(tmp_path, told)
    own = tmp_path / "tools"
    own.mkdir()
    (own / "zed.toml").write_text('name = "Zed"\nnote = "another note"\n', encoding="utf-8")
    collected(tmp_path, made.path, tools=own)
    assert ask(tmp_path, told) == before


def test_what_was_skipped_and_where_sessions_worked_is_remembered(tmp_path, made, isolated, monkeypatch):
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    with log.path.open("a", encoding="utf-8") as file:
        file.write("this is no JSON\n")
    made.commit({"shop.py": WRITTEN})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    first = collected(tmp_path)
    assert [(kind.source, kind.count) for kind in first.skipped] == [("claude-code", 1)]
    made.commit({"more.py": "x = 1\n"})
    second = collected(tmp_path)
    assert not second.unchanged and second.skipped == first.skipped
    log.path.unlink()
    assert collected(tmp_path).repositories == 1
    assert collected(tmp_path).unchanged


def test_without_logs_nothing_of_them_is_forgotten(tmp_path, made, isolated):
    Claude(isolated, made.path).write("shop.py", WRITTEN)
    made.commit({"shop.py": WRITTEN})
    collected(tmp_path, made.path)
    claims = ask(tmp_path, CLAIMED)
    assert collected(tmp_path, made.path, logs=False).unchanged
    made.commit({"more.py": "x = 1\n"})
    assert not collected(tmp_path, made.path, logs=False).unchanged
    assert ask(tmp_path, CLAIMED) == claims and claims
    assert collected(tmp_path, made.path).unchanged


def test_what_could_not_be_compared_is_told_once(tmp_path, made, isolated, monkeypatch):
    monkeypatch.setattr("collector.sources.git.added.LARGEST", 3)
    log = Claude(isolated, made.path)
    log.write("shop.py", WRITTEN)
    sha = made.commit({"shop.py": WRITTEN})
    told = collected(tmp_path, made.path).skipped
    assert [(kind.count, kind.example.split(":")[0]) for kind in told] == [(1, sha)]
    assert told[0].reason.startswith("sessions: ")
    made.commit({"more.py": "x = 1\n"})
    assert collected(tmp_path, made.path).skipped == told
