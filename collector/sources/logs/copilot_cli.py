"""GitHub Copilot CLI's sessions: `~/.copilot/session-state/<session>/events.jsonl`, events in a tree by `parentId`.

Source: observed sessions up to version 1.0; the schema is not documented (github/copilot-cli#3551). Traps: arguments
are an object, its JSON text, or a patch as it is; a call stands in `assistant.message` and in `tool.execution_start`
(its id counts it once); a result is `{content}` or `{text_result_for_llm}`. Tokens are written at `session.shutdown`
alone, a resumed session has several: totals that no count of which fell since the last are taken as grown within one
run where both name the same `sessionStartTime` (or none), else they are a run of their own and added. Input includes
what was read from and written to the cache. Without a shutdown nothing is known. Before 0.0.342 a session was one
object, `history-session-state/*.json`, with a `timeline` and no tokens; once resumed it has a new log, which is read
instead. `otel/*.jsonl` is not read: that its conversations are these sessions is nowhere said, and the totals have it
all.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.records import Activity, ActivityKind, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import Call, Calls, arguments, call, command
from collector.sources.logs.copilot_tools import changes_of, outcome_of, output_of
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_SHELLS = ("bash", "shell", "powershell", "local_shell")
_COUNTS = ("inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens")
_CURRENT, _OLD = "session-state", "history-session-state"


def find(home: Home) -> Iterator[LogFile]:
    """Yield the sessions, of old ones those that have no newer log."""
    for root in home.named("COPILOT_HOME", ".copilot"):
        current = [path for path in walk(root / _CURRENT, ".jsonl") if _is_session(path.name, path.parent.name)]
        names = {found[0] for path in current if (found := _ID.search(f"{path.parent.name}/{path.stem}"))}
        old = (path for path in walk(root / _OLD, ".jsonl", ".json") if not names.intersection(_ID.findall(path.name)))
        for path in [*current, *old]:
            yield LogFile("copilot-cli", path)


def _is_session(name: str, folder: str) -> bool:
    """Whether a file holds events: those of a session's own folder, or one beside the folders."""
    return name == "events.jsonl" or folder == _CURRENT


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session."""
    calls = Calls(log)
    if log.path.suffix == ".json":
        yield from _timeline(log, log.document())
        return
    for line in log.lines():
        reader = _EVENTS.get(kind) if isinstance(kind := line.value.get("type"), str) else None
        at, id = moment(line.value.get("timestamp")), text(line.value.get("id"))
        if reader and at and id:
            yield from reader(log, line, id, at, calls)
        elif reader:
            log.skip("event without id or time", line.number)
    calls.end()


def _session(log: Log) -> str:
    return text(log.state.get("session")) or (log.path.parent.name if log.path.stem == "events" else log.path.stem)


def _activity(log: Log, kind: ActivityKind, id: str, at: datetime) -> Activity:
    return Activity(tool=log.tool, session=_session(log), id=id, at=at, kind=kind, mode=log.state.get("mode"))


def _start(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    data = table(line.value.get("data"))
    context, is_start = table(data.get("context")), line.value.get("type") == "session.start"
    log.state["session"] = text(data.get("sessionId")) or _session(log)
    log.state["directory"] = text(context.get("cwd")) or text(context.get("gitRoot")) or log.state.get("directory")
    log.state["model"] = text(data.get("selectedModel")) or log.state.get("model")
    if is_start:
        yield SessionLog(
            tool=log.tool,
            session=_session(log),
            started_at=moment(data.get("startTime")) or at,
            directory=log.state["directory"],
            remote=_remote(context),
            head=text(context.get("headCommit")),
            log_path=str(log.path),
            log_version=text(data.get("copilotVersion")),
        )


def _remote(context: dict[str, Any]) -> str | None:
    name = text(context.get("repository"))
    if not name or context.get("hostType", "github") != "github":
        return None
    return f"https://{text(context.get('repositoryHost')) or 'github.com'}/{name}"


def _model(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    log.state["model"] = text(table(line.value.get("data")).get("newModel")) or log.state.get("model")
    yield from ()


def _mode(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    log.state["mode"] = text(table(line.value.get("data")).get("newMode")) or log.state.get("mode")
    yield SessionLog(tool=log.tool, session=_session(log), mode=log.state["mode"], log_path=str(log.path))


def _prompt(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    data = table(line.value.get("data"))
    log.state["mode"] = text(data.get("agentMode")) or log.state.get("mode")
    # `source` names what injected a message: a skill, the autopilot
    if text(data.get("content")) and data.get("source") in (None, "user"):
        yield from calls.give_up()
        yield _activity(log, "prompt", id, at)


def _reply(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    data = table(line.value.get("data"))
    yield _activity(log, "reply", id, at)
    for request in items(data.get("toolRequests")):
        yield from _request(log, request, line, at, calls)


def _execution(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    yield from _request(log, table(line.value.get("data")), line, at, calls)


def _request(log: Log, request: dict[str, Any], line: Line, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    key, name = text(request.get("toolCallId")), text(request.get("toolName")) or text(request.get("name"))
    if not key or not name:
        log.skip("tool call without id or name", line.number)
        return
    yield _activity(log, "tool_call", key, at)
    calls.wait(key, _made(log, name, request.get("arguments"), (key, at, f"line {line.number}")), line)


def _made(log: Log, name: str, raw: Any, where: tuple[str, datetime, str]) -> Call:
    id, at, place = where
    return call(
        log,
        session=_session(log),
        id=id,
        at=at,
        directory=log.state.get("directory"),
        place=place,
        changes=changes_of(name, raw),
        command=command(arguments(raw)) if name in _SHELLS else "",
        model=log.state.get("model"),
    )


def _complete(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    data = table(line.value.get("data"))
    key, result = text(data.get("toolCallId")), data.get("result")
    if not key:
        log.skip("tool result without a call", line.number)
        return
    outcome = outcome_of(result, data.get("success"), data.get("error"))
    if outcome == "rejected":
        yield _activity(log, "denial", f"{key}:denial", at)
    yield from calls.result(key, outcome, output_of(result))


def _abort(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    yield _activity(log, "interrupt", id, at)


def _shutdown(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    data = table(line.value.get("data"))
    yield SessionLog(tool=log.tool, session=_session(log), ended_at=at, log_path=str(log.path))
    metrics = {model: table(table(one).get("usage")) for model, one in table(data.get("modelMetrics")).items()}
    totals = {model: [count(usage.get(name)) for name in _COUNTS] for model, usage in metrics.items()}
    start, last = data.get("sessionStartTime"), table(log.state.get("totals"))
    known = {model: counts for model, counts in last.items() if isinstance(counts, list)}
    has_grown = all(
        model in totals and all(new >= old for new, old in zip(totals[model], counts, strict=False))
        for model, counts in known.items()
    )
    if not has_grown or log.state.get("run") != start:
        known = {}
    log.state["totals"], log.state["run"] = totals, start
    for model, counts in totals.items():
        asked, read, stored, said = (
            new - old for new, old in zip(counts, known.get(model, [0, 0, 0, 0]), strict=False)
        )
        yield Usage(
            tool=log.tool,
            session=_session(log),
            id=f"{id}/{model}",
            at=at,
            model=model,
            input=max(asked - read - stored, 0),
            cache_read=read,
            cache_write=stored,
            output=said,
            quality="session_total",
        )


def _timeline(log: Log, session: dict[str, Any]) -> Iterator[LogRecord]:
    """Yield what a session of before 0.0.342 holds."""
    id = text(session.get("sessionId"))
    if not id:
        log.skip("session without an id", "")
        return
    log.state["session"] = id
    yield SessionLog(tool=log.tool, session=id, started_at=moment(session.get("startTime")), log_path=str(log.path))
    for number, entry in enumerate(items(session.get("timeline")), 1):
        at, kind = moment(entry.get("timestamp")), entry.get("type")
        own = text(entry.get("callId")) or text(entry.get("id")) or f"{id}/{number}"
        if not at:
            log.skip("entry without a time", f"entry {number}")
        elif kind == "user":
            yield _activity(log, "prompt", own, at)
        elif kind == "copilot":
            yield _activity(log, "reply", own, at)
        elif kind == "tool_call_completed":
            yield _activity(log, "tool_call", own, at)
            name, result = text(entry.get("name")) or text(entry.get("toolTitle")) or "", entry.get("result")
            outcome = outcome_of(result, None, None)
            if outcome == "rejected":
                yield _activity(log, "denial", f"{own}:denial", at)
            made = _made(log, name, entry.get("arguments"), (own, at, f"entry {number}"))
            yield from made.done(outcome, output_of(result))


_EVENTS = {
    "session.start": _start,
    "session.resume": _start,
    "session.model_change": _model,
    "session.mode_changed": _mode,
    "user.message": _prompt,
    "assistant.message": _reply,
    "tool.execution_start": _execution,
    "tool.execution_complete": _complete,
    "abort": _abort,
    "session.shutdown": _shutdown,
}
