"""What a Codex session did to files and commits: calls that wait for their results, and what came of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from collector.records import CommitCall, Edit, LogRecord, Outcome
from collector.sources.logs import codex_calls
from collector.sources.logs.changes import Change
from collector.sources.logs.codex_calls import Part, Result
from collector.sources.logs.codex_state import TOOL, State, absolute
from collector.sources.logs.commits import commits_in
from collector.sources.logs.log import Line, Log
from collector.sources.logs.values import text


@dataclass(slots=True)
class _Pending:
    """A call whose result has not come."""

    line: Line
    before: dict[str, Any]
    """The state before it."""
    id: str
    at: datetime | None
    edits: list[Edit]
    are_patches: list[bool]
    """Of each edit, whether it came from a patch and not from a command."""
    commands: list[tuple[str, str | None]]
    """Commands that may commit, and where."""


class Work:
    """The calls of a session on their way."""

    def __init__(self, log: Log, state: State) -> None:
        """Begin with no call waiting."""
        self._log = log
        self._state = state
        self._pending: dict[str, _Pending] = {}
        self._running: dict[str, str] = {}
        """Processes that go on, and the calls that began them."""
        self._speaking: dict[str, str] = {}
        """Calls of `write_stdin`, and their processes."""

    def call(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take a call of a tool."""
        call = text(payload.get("call_id")) or text(payload.get("id"))
        id = self._state.record_id(call, line)
        yield self._state.activity("tool_call", id)
        try:
            parts = codex_calls.parts(payload)
        except (ValueError, RecursionError):
            self._log.skip("call whose arguments are no JSON", line.number)
            return
        if call and (process := codex_calls.process_of(payload)):
            self._speaking[call] = process
        if call and any(part.changes or "git" in part.command for part in parts):
            self._pending[call] = self._opened(id, parts, line)

    def result(self, payload: dict[str, Any]) -> Iterator[LogRecord]:
        """Take a call's output."""
        call = text(payload.get("call_id")) or ""
        told = codex_calls.result(payload.get("output"))
        if process := self._speaking.pop(call, None):
            call = self._running.get(process, "")
        pending = self._pending.get(call)
        if pending is None:
            return
        if told.process:
            self._running[told.process] = call
            if not pending.commands:
                del self._pending[call]
        elif not process or told.exit_code is not None:
            del self._pending[call]
            self._state.settled = [call, pending.id]
        yield from self._settled(pending, told)

    def patched(self, call: str | None, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take what a patch did: its changes count, not those of the call."""
        pending = self._pending.pop(call, None) if call else None
        id = pending.id if pending else self._id(call, line)
        edits = pending.edits if pending else []
        directory = edits[0].directory if edits else self._state.directory
        if changes := list(codex_calls.file_changes(payload.get("changes"))):
            edits = self._edits(id, [(change, directory) for change in changes], line)
        status = payload.get("status")
        outcome: Outcome = "done"
        if status == "declined":
            outcome = "rejected"
            yield self._state.activity("denial", f"{id}:denial")
        elif status == "failed" or payload.get("success") is False:
            outcome = "failed"
        if pending is None and payload.get("type") != "patch_apply_end":
            yield self._state.activity("tool_call", id)
        for edit in edits:
            yield replace(edit, at=pending.at if pending and pending.at else edit.at, outcome=outcome)

    def executed(self, item: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take a command that has run."""
        call = text(item.get("id"))
        pending = self._pending.pop(call, None) if call else None
        if pending is None:
            id = self._id(call, line)
            yield self._state.activity("tool_call", id)
            pending = self._opened(id, codex_calls.executed(item), line)
        code = item.get("exit_code")
        said = text(item.get("aggregated_output")) or ""
        if item.get("status") == "declined":
            said, code = "rejected by user", None
        yield from self._settled(pending, Result(said, code if isinstance(code, int) else None))

    def forget(self, *, aborted: bool = False) -> Iterator[LogRecord]:
        """Yield the edits of calls whose results will not come any more."""
        for pending in self._pending.values():
            for edit, is_patch in zip(pending.edits, pending.are_patches, strict=True):
                yield replace(edit, outcome="failed" if aborted and is_patch else "done")
        self._pending.clear()
        self._running.clear()
        self._speaking.clear()

    def end(self) -> Iterator[LogRecord]:
        """Yield what waits as it stands, and let the next run read again from the first call that waits."""
        for pending in self._pending.values():
            yield from pending.edits
        if self._pending and self._log.path.suffix == ".jsonl":
            oldest = min(self._pending.values(), key=lambda one: one.line.number)
            self._log.again_from(oldest.line)
            self._log.state = oldest.before

    def _id(self, call: str | None, line: Line) -> str:
        """Return the id of a call that is told of again, maybe after its result."""
        settled = self._state.settled
        return settled[1] if call and settled[:1] == [call] else self._state.record_id(call, line)

    def _opened(self, id: str, parts: list[Part], line: Line) -> _Pending:
        made = [(change, self._directory(part), not part.command) for part in parts for change in part.changes]
        made.sort(key=lambda one: absolute(one[0].path, one[1]))
        return _Pending(
            line=line,
            before=self._state.saved(),
            id=id,
            at=self._state.now,
            edits=self._edits(id, [(change, directory) for change, directory, _ in made], line),
            are_patches=[is_patch for _, _, is_patch in made],
            commands=[(part.command, self._directory(part)) for part in parts if "git" in part.command],
        )

    def _directory(self, part: Part) -> str | None:
        return absolute(part.directory, self._state.directory) if part.directory else self._state.directory

    def _edits(self, id: str, changes: Iterable[tuple[Change, str | None]], line: Line) -> list[Edit]:
        """Return changes as edits, numbered in the order of their paths, which a call and its result share."""
        at = self._state.now
        if at is None:
            self._log.skip("edit without a time", line.number)
            return []
        return [
            Edit(
                tool=TOOL,
                session=self._state.id,
                id=f"{id}:{number}",
                at=at,
                path=change.path,
                directory=directory,
                operation=change.operation,
                outcome="done",
                level="agent",
                model=self._state.model,
                moved_from=change.moved_from,
                place=f"line {line.number}",
                **self._log.hashed(change.lines),
            )
            for number, (change, directory) in enumerate(sorted(changes, key=lambda one: absolute(one[0].path, one[1])))
        ]

    def _settled(self, pending: _Pending, told: Result) -> Iterator[LogRecord]:
        """Yield a call's edits with what came of them, and its commits."""
        for edit, is_patch in zip(pending.edits, pending.are_patches, strict=True):
            yield replace(edit, outcome=_outcome(edit, is_patch, told))
        if told.is_rejected:
            yield self._state.activity("denial", f"{pending.id}:denial")
            return
        at = self._state.now
        for command, directory in pending.commands:
            for number, made in enumerate(commits_in(command, told.output)):
                if at and (made.sha or not (told.is_failed or told.process)):
                    yield CommitCall(
                        tool=TOOL,
                        session=self._state.id,
                        id=f"{pending.id}:{made.sha or number}",
                        at=at,
                        directory=directory,
                        sha=made.sha,
                        kind=made.kind,
                        place=f"line {pending.line.number}",
                    )


def _outcome(edit: Edit, is_patch: bool, told: Result) -> Outcome:
    """Return what became of an edit. A command that failed may well have written before what it shows."""
    if told.is_rejected:
        return "rejected"
    if is_patch or told.exit_code is None:
        return "failed" if told.is_failed or told.says_patch_failed else "done"
    return "failed" if told.is_failed and (not edit.exact or told.says_patch_failed) else "done"
