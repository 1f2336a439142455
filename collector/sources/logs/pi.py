"""Sessions of Pi and of OpenClaw, which embeds it: JSON lines, from version 2 on a tree of entries.

Source: badlogic/pi-mono@83378aad, `packages/coding-agent/docs/session.md`. Pi keeps them in `~/.pi/agent/sessions/`,
OpenClaw in `~/.openclaw/agents/<agent>/sessions/` (`.clawdbot`, `.moltbot`, `.moldbot` in its earlier names), where
ended ones are renamed to `.jsonl.deleted.*` and `.jsonl.reset.*`. Traps: going from version 1 to 3 rewrites the file
and gives entries new ids, and a fork (`parentSession`, once `branchedFrom`) begins with copies, so a record is known
by its entry's and its message's time, which stay. Every branch of the tree happened, so none is left out.
`custom_message` is injected; `bashExecution` is what a person ran with `!`. Token counts don't overlap; the cost is
the tool's own.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from collector.records import Activity, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import Calls, arguments, call, command, edited, patched, printed, written
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, items, table, text

_OPENCLAW = (".openclaw", ".clawdbot", ".moltbot", ".moldbot")
_ENDINGS = (".jsonl.deleted.", ".jsonl.reset.")
_WRITERS = {"write": written, "edit": edited, "apply_patch": patched}
_SHELLS = ("bash", "exec")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the sessions of Pi and OpenClaw."""
    for root in home.named("PI_CODING_AGENT_DIR", ".pi/agent"):
        for path in walk(root / "sessions", ".jsonl"):
            yield LogFile("pi", path)
    for name in _OPENCLAW:
        for path in walk(home.path / name / "agents", ""):
            if path.parent.name == "sessions" and (
                path.suffix == ".jsonl" or any(ending in path.name for ending in _ENDINGS)
            ):
                yield LogFile("openclaw", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session."""
    calls = Calls(log)
    for line in log.lines():
        kind = line.value.get("type")
        if kind == "session":
            yield from _head(log, line)
        elif kind == "message":
            yield from _message(log, line, calls)
    calls.end()


def _head(log: Log, line: Line) -> Iterator[SessionLog]:
    head = line.value
    session = text(head.get("id"))
    if not session:
        log.skip("session without an id", line.number)
        return
    log.state.update(session=session, directory=text(head.get("cwd")))
    parent = text(head.get("parentSession")) or text(head.get("branchedFrom"))
    yield SessionLog(
        tool=log.tool,
        session=session,
        # the path of the other file, `<time>_<id>.jsonl`
        forked_from=PurePosixPath(parent.replace("\\", "/")).name.partition(".jsonl")[0].rpartition("_")[2]
        if parent
        else None,
        started_at=moment(head.get("timestamp")),
        directory=log.state["directory"],
        log_path=str(log.path),
    )


def _message(log: Log, line: Line, calls: Calls) -> Iterator[LogRecord]:
    session, message = log.state.get("session"), table(line.value.get("message"))
    # a message's own time is when it began, its entry's is when it was there
    begun_at = moment(message.get("timestamp"))
    at = moment(line.value.get("timestamp")) or begun_at
    if not session or not at:
        log.skip("message without session or time", line.number)
        return
    role, id = message.get("role"), f"{at.isoformat()}/{(begun_at or at).timestamp():.3f}"
    if role == "user":
        if message.get("content"):
            yield from calls.give_up()
            yield Activity(tool=log.tool, session=session, id=f"{id}/user", at=at, kind="prompt")
    elif role == "assistant":
        yield from _reply(log, line, f"{id}/assistant", at, calls)
    elif role == "toolResult" and (key := text(message.get("toolCallId"))):
        yield from calls.result(
            key, "failed" if message.get("isError") is True else "done", printed(message.get("content"))
        )


def _reply(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    message, session = table(line.value.get("message")), log.state["session"]
    yield Activity(tool=log.tool, session=session, id=id, at=at, kind="reply")
    if message.get("stopReason") == "aborted":
        yield Activity(tool=log.tool, session=session, id=f"{id}:interrupt", at=at, kind="interrupt")
    yield from _usage(log, message, id, at)
    for block in items(message.get("content")):
        name, key = text(block.get("name")), text(block.get("id"))
        if block.get("type") != "toolCall" or not name or not key:
            continue
        one = f"{id}/{key}"
        yield Activity(tool=log.tool, session=session, id=one, at=at, kind="tool_call")
        args, writer = arguments(block.get("arguments")), _WRITERS.get(name)
        made = call(
            log,
            session=session,
            id=one,
            at=at,
            directory=text(args.get("workdir")) or log.state.get("directory"),
            place=f"line {line.number}",
            changes=writer(args) if writer else (),
            command=command(args) if name in _SHELLS else "",
            model=text(message.get("model")),
        )
        calls.wait(key, made, line)


def _usage(log: Log, message: dict[str, Any], id: str, at: datetime) -> Iterator[Usage]:
    usage = table(message.get("usage"))
    if any(count(usage.get(name)) for name in ("input", "output", "cacheRead", "cacheWrite")):
        yield Usage(
            tool=log.tool,
            session=log.state["session"],
            id=id,
            at=at,
            model=text(message.get("model")),
            input=count(usage.get("input")),
            cache_write=count(usage.get("cacheWrite")),
            cache_read=count(usage.get("cacheRead")),
            output=count(usage.get("output")),
            cost_usd=amount(table(usage.get("cost")).get("total")),
        )
