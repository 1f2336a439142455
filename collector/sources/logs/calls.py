"""Tool calls of a session → its edits and commits, once the log has said what became of them.

Most formats write the call on one line and its result on a later one. `Calls` holds what waits, as hashes, and asks
for the lines from there on again if the log ends before the results (DESIGN decision 6: never text).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from collector.records import CommitCall, Edit, Level, Outcome
from collector.sources.logs import shell
from collector.sources.logs.changes import Change, replaced, split
from collector.sources.logs.commits import commits_in
from collector.sources.logs.log import Line, Log
from collector.sources.logs.patches import apply_patch
from collector.sources.logs.values import table, text

_PATH = ("file_path", "path", "filePath", "absolute_path")
_CONTENT = ("content", "file_text", "text")
_OLD = ("old_string", "old_str", "oldText", "old", "oldString")
_NEW = ("new_string", "new_str", "newText", "new", "newString")
_SEVERAL = ("edits", "changes", "edit")
_PATCH = ("input", "patch", "patchText", "content")
_COMMAND = ("command", "cmd")

Tool = Callable[[Mapping[str, Any]], list[Change]]
"""Reads the arguments of one tool that changes files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One tool call of a session, with what it would change if it succeeds."""

    tool: str
    session: str
    id: str
    at: datetime
    directory: str | None
    place: str
    edits: tuple[Edit, ...] = ()
    command: str = ""
    """What it ran in a shell; empty for other tools."""

    def done(self, outcome: Outcome, output: str = "") -> Iterator[Edit | CommitCall]:
        """Yield what it did, its result being known; `output` is what a command printed, each line at its start."""
        for edit in self.edits:
            # a command that failed at its end may have written before that
            yield replace(edit, outcome="done" if self.command and outcome == "failed" else outcome)
        if not self.command or outcome == "rejected":
            return
        for number, made in enumerate(commits_in(self.command, output)):
            if made.sha or outcome != "failed":
                yield CommitCall(
                    tool=self.tool,
                    session=self.session,
                    id=self.id if not number else f"{self.id}:{number}",
                    at=self.at,
                    directory=self.directory,
                    sha=made.sha,
                    kind=made.kind,
                    place=self.place,
                )


def call(
    log: Log,
    *,
    session: str,
    id: str,
    at: datetime,
    directory: str | None,
    place: str,
    changes: Sequence[Change] = (),
    command: str = "",
    model: str | None = None,
    level: Level = "agent",
) -> Call:
    """Return a call with its changes (those that a command shows included) as edits."""
    found = [*changes, *(shell.changes(command) if command else ())]
    hashes = [log.hashed(change.lines) for change in found]
    edits = tuple(
        Edit(
            tool=log.tool,
            session=session,
            id=id if len(found) == 1 else f"{id}:{number}",
            at=at,
            path=change.path,
            directory=directory,
            operation=change.operation,
            model=model,
            level=level,
            moved_from=change.moved_from,
            place=place,
            exact=hashes[number]["exact"],
            trimmed=hashes[number]["trimmed"],
            squeezed=hashes[number]["squeezed"],
        )
        for number, change in enumerate(found)
    )
    return Call(
        tool=log.tool, session=session, id=id, at=at, directory=directory, place=place, edits=edits, command=command
    )


class Calls:
    """The calls of a log that wait for their results."""

    def __init__(self, log: Log) -> None:
        """Wait for the calls of a log."""
        self._log = log
        self._waiting: dict[str, tuple[Call, Line, str]] = {}
        self._refused: set[str] = set()

    def wait(self, key: str, call: Call, line: Line) -> None:
        """Keep a call that was made on a line until the result with this key comes."""
        if (call.edits or call.command) and key not in self._waiting:
            self._waiting[key] = (call, line, json.dumps(self._log.state))

    def refuse(self, key: str) -> None:
        """Remember that a person refused a call."""
        if key in self._waiting:
            self._refused.add(key)

    def result(self, key: str, outcome: Outcome, output: str = "") -> Iterator[Edit | CommitCall]:
        """Yield what the call with this key did, nothing where none waits."""
        waiting = self._waiting.pop(key, None)
        if waiting:
            yield from waiting[0].done("rejected" if key in self._refused else outcome, output)
        self._refused.discard(key)

    def give_up(self) -> Iterator[Edit | CommitCall]:
        """Yield what still waits as done: a person has gone on, no result will come."""
        for key in list(self._waiting):
            yield from self.result(key, "done")

    def end(self) -> None:
        """Ask for the lines of what still waits again, with the state in which they were read."""
        for _, line, state in list(self._waiting.values())[:1]:
            self._log.again_from(line)
            self._log.state = json.loads(state)


# --- what a tool's arguments say that it changes -----------------------------------------------------------------


def arguments(value: Any) -> dict[str, Any]:
    """Return a call's arguments, given as an object or as the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return table(value)


def first(args: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Return the first of these arguments that is a text, an empty one too."""
    return next((value for name in names if isinstance(value := args.get(name), str)), None)


def command(args: Mapping[str, Any]) -> str:
    """Return the command that a shell tool was told to run."""
    return first(args, _COMMAND) or ""


def created(args: Mapping[str, Any]) -> list[Change]:
    """Return what a tool that makes a file writes."""
    return [replace(change, operation="add") for change in written(args)]


def written(args: Mapping[str, Any]) -> list[Change]:
    """Return what a tool that writes a whole file writes; whether the file was there before is not known."""
    path, content = first(args, _PATH), first(args, _CONTENT)
    return [Change(path=path, operation="update", lines=split(content))] if path and content is not None else []


def edited(args: Mapping[str, Any]) -> list[Change]:
    """Return what a tool that replaces text writes: one replacement, or several in `edits`, `changes` or `edit`."""
    path = first(args, _PATH)
    if not path:
        return []
    several = next((args[name] for name in _SEVERAL if isinstance(args.get(name), dict | list)), args)
    lines: list[str | None] = []
    for one in map(table, several if isinstance(several, list) else [several]):
        fresh = replaced(first(one, _OLD) or "", first(one, _NEW) or "")
        lines += [None, *fresh] if lines and fresh else fresh
    return [Change(path=path, operation="update", lines=lines)]


def patched(args: Mapping[str, Any]) -> list[Change]:
    """Return what a patch in Codex's grammar changes, which is one of the arguments."""
    return apply_patch(first(args, _PATCH) or "")


def printed(value: Any) -> str:
    """Return the text of a result: a string, or a list of parts with `text`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(
            part for one in value if (part := one if isinstance(one, str) else text(table(one).get("text")))
        )
    return ""
