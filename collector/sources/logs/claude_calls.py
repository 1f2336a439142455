"""Claude Code's calls that change files or make commits, from the moment they are asked for until their result."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from collector.records import CommitCall, Edit, LogRecord, Outcome
from collector.sources.logs.claude_edits import TOOLS, Asked, Done, asked, done, written
from collector.sources.logs.claude_lines import Block, Record, at
from collector.sources.logs.claude_prompts import told
from collector.sources.logs.commits import Kind, Made, commits_in, may_commit
from collector.sources.logs.log import Log
from collector.sources.logs.shell import changes, may_write

AWAITED = TOOLS | {"Bash"}
_MISFITS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_KINDS: dict[str | None, Kind] = {"amended": "amended", "cherry-picked": "cherry-picked"}


class Committed(msgspec.Struct, gc=False):
    """A commit that the program saw git make."""

    sha: str | None = None
    kind: str | None = None


class Operation(msgspec.Struct, gc=False):
    """What the program saw git do."""

    commit: Committed | None = None


class Ran(msgspec.Struct, gc=False):
    """The result of a command."""

    stdout: str | None = None
    stderr: str | None = None
    gitOperation: Operation | None = None  # noqa: N815 - the log's own name


_ran = msgspec.json.Decoder(Ran).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call whose result has not come yet."""

    id: str
    tool: str
    session: str
    at: datetime
    directory: str | None
    model: str | None
    place: str
    """Where the call stands."""
    asked: Asked
    shown: tuple[Edit, ...] = ()
    """What a command shows of what it writes, for when it succeeds."""


def understood(block: Block) -> Asked | None:
    """Return the input of a call; None where it is not understood."""
    try:
        made = asked(block.input)
    except _MISFITS:
        return None
    return made if made.file_path or made.notebook_path or (made.command and block.name == "Bash") else None


def matters(call: Asked) -> bool:
    """Return whether the result of a call can add anything: of most commands it can't."""
    return call.command is None or may_commit(call.command) or may_write(call.command)


def awaiting(log: Log, call: Call) -> Call:
    """Return a call with what its command shows, of which nothing but hashes is kept."""
    return replace(call, shown=tuple(_shown(log, call))) if call.tool == "Bash" else call


def outcome(log: Log, call: Call, record: Record | None, block: Block | None, *, refused: bool) -> Iterator[LogRecord]:
    """Yield what a call came to, by its result; None where none was written and the session went on."""
    failed = block is not None and bool(block.is_error)
    if call.tool != "Bash":
        yield _edit(log, call, record, block, "rejected" if refused else "failed" if failed else "done")
        return
    when = (record and at(record)) or call.at
    if not failed:
        yield from (replace(edit, at=when) for edit in call.shown)
    yield from _commits(log, call, when, record, block)


def _edit(log: Log, call: Call, record: Record | None, block: Block | None, result: Outcome) -> Edit:
    there = _done(record) if record and result == "done" else None
    said = told(block) if block and there is None and call.tool == "Write" else ""
    original = record.original if record else b""
    try:
        operation, lines = written(call.tool, call.asked, there, original, said)
    except _MISFITS:  # text that is no UTF-8 in a file whose lines were to be completed
        operation, lines = written(call.tool, call.asked, None, b"", said)
    return Edit(
        tool=log.tool,
        session=call.session,
        id=call.id,
        at=(record and at(record)) or call.at,
        path=call.asked.file_path or call.asked.notebook_path or "",
        directory=call.directory,
        operation=operation,
        outcome=result,
        model=call.model,
        level="assisted" if there and there.userModified else "agent",
        place=call.place,
        **log.hashed(lines),
    )


def _done(record: Record) -> Done | None:
    try:
        return done(record.toolUseResult)
    except _MISFITS:  # a text, or nothing: a sub-agent's results have no details
        return None


def _shown(log: Log, call: Call) -> Iterator[Edit]:
    command = call.asked.command or ""
    found = changes(command) if may_write(command) else []  # most that commit do nothing else
    for index, change in enumerate(found):
        yield Edit(
            tool=log.tool,
            session=call.session,
            id=call.id if len(found) == 1 else f"{call.id}:{index}",
            at=call.at,
            path=change.path,
            directory=call.directory,
            operation=change.operation,
            model=call.model,
            moved_from=change.moved_from,
            place=call.place,
            **log.hashed(change.lines),
        )


def _commits(log: Log, call: Call, when: datetime, record: Record | None, block: Block | None) -> Iterator[CommitCall]:
    command = call.asked.command or ""
    if not may_commit(command):
        return
    failed = block is not None and block.is_error
    output, seen = _output(record, block)
    found = list(commits_in(command, output))
    if seen and seen.sha:
        others = [one for one in found if one.sha and not _same(one.sha, seen.sha)]
        found = [*others, Made(seen.sha, _KINDS.get(seen.kind, "committed"))]
    for index, one in enumerate(found):
        if one.sha or not failed:
            yield CommitCall(
                tool=log.tool,
                session=call.session,
                id=call.id if index == 0 else f"{call.id}:{index}",
                at=when,
                directory=call.directory,
                sha=one.sha,
                kind=one.kind,
                place=call.place,
            )


def _same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _output(record: Record | None, block: Block | None) -> tuple[str, Committed | None]:
    """Return what a command printed, and the commit that the program itself saw."""
    if record is None or block is None:
        return "", None
    try:
        ran = _ran(record.toolUseResult)
    except _MISFITS:
        return told(block), None
    output = f"{ran.stdout or ''}\n{ran.stderr or ''}"
    return output if output.strip() else told(block), ran.gitOperation.commit if ran.gitOperation else None
