"""Factory Droid's sessions: `~/.factory/sessions/<folder>/<session>.jsonl` with `<session>.settings.json` beside it.

Source: observed sessions of versions with `version: 2`. Older sessions lie in `sessions/` itself. The settings
hold the model, the autonomy mode and the tokens of the whole session, and are overwritten in place: they are a log of
their own, read again whenever they change. Traps: text blocks of a user's message that begin with `<system-reminder>`
are injected; the desktop app makes sessions in which nobody says anything, which are dropped; a result may be text or
the JSON text `{"success": …}`. That a person refused a call shows only in its result's words (not verified).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.records import Activity, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs.calls import Calls, arguments, call, command, created, edited, patched, printed, written
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sidecar import beside
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_SETTINGS = ".settings.json"
_WRITERS = {"Create": created, "Write": written, "Edit": edited, "MultiEdit": edited, "ApplyPatch": patched}
_REFUSED = ("rejected", "cancelled by user", "canceled by user", "declined")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the sessions of Droid and their settings."""
    for path in walk(home.path / ".factory/sessions", ".jsonl", _SETTINGS):
        yield LogFile("factory-droid", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session or in its settings."""
    if log.path.name.endswith(_SETTINGS):
        yield from _settings(log)
        return
    calls = Calls(log)
    log.state["model"] = text(beside(log.path.with_suffix(_SETTINGS)).get("model"))
    for line in log.lines():
        kind = line.value.get("type")
        if kind == "session_start":
            log.state["directory"] = text(line.value.get("cwd"))
        elif kind == "message":
            yield from _message(log, line, calls)
    calls.end()


def _settings(log: Log) -> Iterator[LogRecord]:
    settings = log.document()
    session = log.path.name.removesuffix(_SETTINGS)
    tokens = table(settings.get("tokenUsage"))
    counts = {
        "input": count(tokens.get("inputTokens")),
        "output": count(tokens.get("outputTokens")) + count(tokens.get("thinkingTokens")),
        "cache_write": count(tokens.get("cacheCreationTokens")),
        "cache_read": count(tokens.get("cacheReadTokens")),
    }
    if not any(counts.values()):
        return
    yield SessionLog(
        tool=log.tool,
        session=session,
        mode=text(settings.get("autonomyMode")),
        log_path=str(log.path.with_name(f"{session}.jsonl")),
    )
    yield Usage(
        tool=log.tool,
        session=session,
        id="total",
        at=moment(settings.get("providerLockTimestamp")),
        model=text(settings.get("model")),
        quality="session_total",
        **counts,
    )


def _message(log: Log, line: Line, calls: Calls) -> Iterator[LogRecord]:
    record, message = line.value, table(line.value.get("message"))
    id, at, role = text(record.get("id")), moment(record.get("timestamp")), message.get("role")
    if not id or not at or role not in ("user", "assistant"):
        log.skip("message without id, time or role", line.number)
        return
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else items(content)
    session = log.path.stem
    if role == "user":
        for block in blocks:
            if block.get("type") == "tool_result":
                yield from _result(log, block, at, calls)
        if any(_is_typed(block) for block in blocks):
            yield from calls.give_up()
            yield from _begun(log)
            yield Activity(tool=log.tool, session=session, id=id, at=at, kind="prompt")
        return
    yield Activity(tool=log.tool, session=session, id=id, at=at, kind="reply")
    for block in blocks:
        if block.get("type") == "tool_use":
            yield from _call(log, block, line, at, calls)


def _is_typed(block: dict[str, Any]) -> bool:
    said = text(block.get("text")) if block.get("type") == "text" else None
    return bool(said and not said.lstrip().startswith("<system-reminder>"))


def _begun(log: Log) -> Iterator[SessionLog]:
    """Yield the session at its first prompt."""
    if not log.state.get("begun"):
        log.state["begun"] = True
        yield SessionLog(
            tool=log.tool, session=log.path.stem, directory=log.state.get("directory"), log_path=str(log.path)
        )


def _call(log: Log, block: dict[str, Any], line: Line, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    id, name = text(block.get("id")), text(block.get("name"))
    if not id or not name:
        log.skip("tool call without id or name", line.number)
        return
    yield Activity(tool=log.tool, session=log.path.stem, id=id, at=at, kind="tool_call")
    args, writer = arguments(block.get("input")), _WRITERS.get(name)
    made = call(
        log,
        session=log.path.stem,
        id=id,
        at=at,
        directory=log.state.get("directory"),
        place=f"line {line.number}",
        changes=writer(args) if writer else (),
        command=command(args) if name == "Execute" else "",
        model=log.state.get("model"),
    )
    calls.wait(id, made, line)


def _result(log: Log, block: dict[str, Any], at: datetime, calls: Calls) -> Iterator[LogRecord]:
    id, output = text(block.get("tool_use_id")), printed(block.get("content"))
    if not id:
        log.skip("tool result without a call", "")
        return
    failed = block.get("is_error") is True or arguments(output).get("success") is False
    refused = failed and any(word in output.lower() for word in _REFUSED)
    outcome: Outcome = "rejected" if refused else "failed" if failed else "done"
    if refused:
        yield Activity(tool=log.tool, session=log.path.stem, id=f"{id}:denial", at=at, kind="denial")
    yield from calls.result(id, outcome, output)
