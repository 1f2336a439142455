"""Crush: a database in each project, `<project>/.crush/crush.db`, and a list of the projects.

Source: Crush's own schema and tools (37f36e93).

- The list, `projects.json`, says where each project's data lies; a repository is looked into whether listed or not.
- Columns documented as milliseconds hold seconds in most versions: both are taken.
- A row of a session changes with each of its messages, so the sessions that changed are read, each whole.
- The result of `edit` and `multiedit` has the file before and after; for `write` the table `files` has its versions
  (the first of a session is what was there before).
- The tokens of a session are those of its last request, cached input included; its cost is the sum of all, its
  sub-agents' among them. A sub-agent is a session with a parent, whose prompts no person wrote.
- What Crush itself asks after it shortened a session is no prompt.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from collector.records import Activity, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs import calls
from collector.sources.logs.changes import Change, replaced
from collector.sources.logs.home import Home, LogFile, is_file
from collector.sources.logs.log import Log
from collector.sources.logs.patches import unified_diff
from collector.sources.logs.sqlite import rows, tables
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, items, parsed, table, text

TOOL = "crush"
_FOLDER = ".crush"
_MARGIN_SECONDS = 600
_MILLISECONDS = 10**11
_RESUMED = "The previous session was interrupted because it got too long"
_DENIED = ("User denied permission", "permission denied")
_LARGEST = 16 << 20
_SESSION = ("id", "parent_session_id", "prompt_tokens", "completion_tokens", "cost", "created_at", "updated_at")
_MESSAGE = ("id", "role", "parts", "model", "created_at")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the databases of listed projects and of known repositories."""
    lists = [folder / "projects.json" for folder in home.named("CRUSH_GLOBAL_DATA") or home.data("crush")]
    there = tuple(path for path in lists if is_file(path))
    folders = [data for path in there for _, data in _projects(path)]
    folders += [root / _FOLDER for root in home.repositories]
    for path in dict.fromkeys(folder / "crush.db" for folder in folders):
        if is_file(path):
            yield LogFile(TOOL, path, there)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what the sessions say that changed since the database was read last."""
    with log.database() as con:
        there = tables(con)
        if {"sessions", "messages"} <= there:
            yield from _changed(log, con, has_files="files" in there)
        elif there:
            log.skip_once("database with tables of an unknown version", "")


def _projects(path: Path) -> list[tuple[Path, Path]]:
    """Return the folder of each listed project, and that of its data."""
    try:
        listed = parsed(path.read_bytes()) if path.stat().st_size < _LARGEST else None
    except OSError:
        return []
    return [
        (Path(folder), Path(folder) / (text(one.get("data_dir")) or _FOLDER))
        for one in items(table(listed).get("projects"))
        if (folder := text(one.get("path"))) and "\0" not in f"{folder}{one.get('data_dir')}"
    ]


def _directory(log: Log) -> str | None:
    """Return the folder of the project whose database this is."""
    if log.path.parent.name == _FOLDER:
        return str(log.path.parents[1])
    owners = {str(folder) for path in log.beside for folder, data in _projects(path) if data == log.path.parent}
    return owners.pop() if len(owners) == 1 else None


def _changed(log: Log, con: sqlite3.Connection, *, has_files: bool) -> Iterator[LogRecord]:
    until = count(log.state.get("updated"))
    since = until - _MARGIN_SECONDS
    sessions = [dict(row) for row in rows(con, "sessions", _SESSION) if text(row["id"])]
    spent: Counter[str] = Counter()
    for row in sessions:
        spent[str(row["parent_session_id"])] += amount(row["cost"]) or 0.0  # type: ignore[assignment] # a Counter adds anything
    directory = _directory(log)
    for row in sessions:
        updated = _seconds(row["updated_at"])
        until = max(until, updated)
        if updated >= since:
            row |= {"cost": (amount(row["cost"]) or 0.0) - spent[row["id"]], "directory": directory}
            yield from _Session(log, con, row, has_files=has_files).records()
    log.state["updated"] = until


def _seconds(value: Any) -> int:
    number = count(value)
    return number // 1000 if number > _MILLISECONDS else number


class _Session:
    """One session of a database."""

    def __init__(self, log: Log, con: sqlite3.Connection, row: dict[str, Any], *, has_files: bool) -> None:
        self._log, self._con, self._row, self._has_files = log, con, row, has_files
        self._id: str = row["id"]
        self._directory: str | None = row["directory"]
        self._model: str | None = None

        self._asked: dict[str, tuple[dict[str, Any], Activity, str | None]] = {}
        """Input, place in time and model of the calls whose result has not come."""
        self._seen: Counter[tuple[str, int]] = Counter()

    def records(self) -> Iterator[LogRecord]:
        """Yield all that is known of it."""
        started = moment(self._row["created_at"])
        parent = text(self._row["parent_session_id"])
        yield SessionLog(
            tool=TOOL,
            session=self._id,
            parent_session=parent,
            started_at=started,
            directory=self._directory,
            log_path=str(self._log.path),
        )
        rest = "where session_id = ? order by created_at, rowid"
        for row in rows(self._con, "messages", _MESSAGE, rest, (self._id,)):
            parts = parsed(row["parts"])
            if isinstance(parts, list):
                yield from self._message(row, items(parts), is_typed=parent is None)
            else:
                self._log.skip_once("message that is no JSON list", f"message {row['id']}")
        yield from self._usage(started)

    def _usage(self, at: datetime | None) -> Iterator[Usage]:
        used, output = count(self._row["prompt_tokens"]), count(self._row["completion_tokens"])
        cost = round(self._row["cost"], 9)
        if used or output or cost > 0:
            yield Usage(
                tool=TOOL,
                session=self._id,
                id="total",
                at=at,
                model=self._model,
                input=used,
                output=output,
                quality="session_total",
                cost_usd=cost if cost > 0 else None,
            )

    def _message(self, row: sqlite3.Row, parts: list[dict[str, Any]], *, is_typed: bool) -> Iterator[LogRecord]:
        id = str(row["id"])
        about = Activity(tool=TOOL, session=self._id, id=id, at=moment(row["created_at"]), kind="reply")
        if row["role"] == "user" and is_typed and any(map(_is_typed, parts)):
            yield replace(about, kind="prompt")
        if row["role"] == "assistant":
            self._model = text(row["model"]) or self._model
            yield about
        for part in parts:
            data = table(part.get("data"))
            match part.get("type"):
                case "tool_call":
                    call = replace(about, id=f"{id}:{data.get('id')}", kind="tool_call")
                    yield call
                    self._asked[str(data.get("id"))] = (data, call, text(row["model"]))
                case "tool_result":
                    yield from self._result(data)
                case "finish" if data.get("reason") == "canceled":
                    yield replace(about, id=f"{id}:interrupt", kind="interrupt")

    def _result(self, result: dict[str, Any]) -> Iterator[LogRecord]:
        """Yield what a call did, its result being here."""
        data, about, model = self._asked.pop(str(result.get("tool_call_id")), ({}, None, None))
        if about is None or about.at is None:
            return
        name, asked, shown = data.get("name"), calls.arguments(data.get("input")), table(parsed(result.get("metadata")))
        said = text(result.get("content")) or ""
        outcome: Outcome = "failed" if result.get("is_error") is True else "done"
        if outcome == "failed" and said.startswith(_DENIED):
            outcome = "rejected"
            yield replace(about, id=f"{about.id}:denial", kind="denial")
        place = text(shown.get("working_directory")) or text(asked.get("working_dir"))
        call = calls.call(
            self._log,
            session=self._id,
            id=about.id,
            at=about.at,
            directory=place if name == "bash" and place else self._directory,
            place=f"message {about.id.partition(':')[0]}",
            changes=self._changes(str(name), asked, shown),
            command=calls.command(asked) if name == "bash" else "",
            model=model,
        )
        yield from call.done(outcome, said)

    def _changes(self, tool: str, asked: dict[str, Any], shown: dict[str, Any]) -> list[Change]:
        path = text(asked.get("file_path"))
        if not path or tool not in ("edit", "multiedit", "write"):
            return []
        if tool == "write":
            return self._written(path, asked, shown)
        before, after = text(shown.get("old_content")) or "", text(shown.get("new_content"))
        if after is None:
            return calls.edited(asked)
        return [Change(path=path, operation="update" if before else "add", lines=replaced(before, after))]

    def _written(self, path: str, asked: dict[str, Any], shown: dict[str, Any]) -> list[Change]:
        content = asked.get("content")
        before = self._before(path, content) if isinstance(content, str) else None
        if isinstance(content, str) and before is not None:
            return [Change(path=path, operation="update" if before else "add", lines=replaced(before, content))]
        diff = text(shown.get("diff"))
        return [unified_diff(diff, path)] if diff else calls.written(asked)

    def _before(self, path: str, content: str) -> str | None:
        """Return what a file was before it was written so (again), None where its versions don't tell."""
        if not self._has_files:
            return None
        whole = str(PurePath(self._directory or "") / path)
        self._seen[whole, hash(content)] += 1
        times, before = self._seen[whole, hash(content)], None
        versions = "select content from files where session_id = ? and path in (?, ?) order by version"
        for (version,) in self._con.execute(versions, (self._id, path, whole)):
            if version == content and before is not None:
                times -= 1
                if not times:
                    return before
            before = version if isinstance(version, str) else None
        return None


def _is_typed(part: dict[str, Any]) -> bool:
    said = text(table(part.get("data")).get("text")) or ""
    return part.get("type") == "text" and bool(said) and not said.startswith(_RESUMED)
