"""Qwen Code's chats: `~/.qwen/projects/<folder>/chats/<session>.jsonl`, one record a line, a tree by `parentUuid`.

Source: QwenLM/qwen-code, `chatRecordingService.ts`@015346f1. Traps: `user` records are a person's only with the
provenance `real_user`, or with neither provenance nor subtype (notifications, cron and slash commands have one).
`/branch` copies records into a new file with the same uuid: they count for the session that wrote them. `/rewind`
takes no edit back. Prompt tokens include cached ones; whether candidates include thoughts differs between providers
and follows from the total. Displays of long results are cut (`truncatedForSession`): then the arguments tell.
Chats from before this format are read by `gemini_cli`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from collector.records import Activity, Edit, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import Calls, call, printed
from collector.sources.logs.changes import replaced
from collector.sources.logs.gemini_tools import changes_of, command_of, level_of, outcome_of, output_of, whole_of
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sidecar import beside
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text


def find(home: Home) -> Iterator[LogFile]:
    """Yield the chats of Qwen Code."""
    for root in [*home.named("QWEN_RUNTIME_DIR", ".qwen"), *_moved(home)]:
        for path in walk(root / "projects", ".jsonl"):
            if "chats" in path.parts[len(root.parts) :]:
                yield LogFile("qwen", path)


def _moved(home: Home) -> Iterator[Path]:
    """Yield the folder that the settings name, if they do: older chats stay where they were."""
    named = text(table(beside(home.path / ".qwen/settings.json").get("advanced")).get("runtimeOutputDir"))
    if named:
        yield home.path / named.removeprefix("~/")


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a chat."""
    calls = Calls(log)
    for line in log.lines():
        record = line.value
        at = moment(record.get("timestamp"))
        id = text(table(record.get("forkedFrom")).get("messageUuid")) or text(record.get("uuid"))
        if not id or not at:
            log.skip("record without uuid or time", line.number)
            continue
        yield from _about(log, record)
        kind = record.get("type")
        if kind == "user":
            yield from _prompt(log, record, id, at, calls)
        elif kind == "assistant":
            yield from _reply(log, line, id, at, calls)
        elif kind == "tool_result":
            yield from _result(log, record, at, calls)
    calls.end()


def _session(log: Log, record: dict[str, Any]) -> str:
    """Return the session of a record: the file's, or a sub-agent's within it."""
    agent = text(record.get("agentId")) if record.get("isSidechain") else None
    return f"{log.path.stem}/{agent}" if agent else log.path.stem


def _about(log: Log, record: dict[str, Any]) -> Iterator[SessionLog]:
    """Yield what a record says of its session, when it says something new."""
    session, state = _session(log, record), log.state
    if record.get("type") == "system" and record.get("subtype") == "session_approval_mode":
        payload = table(record.get("systemPayload"))
        state["mode"] = text(record.get("mode")) or text(payload.get("mode")) or state.get("mode")
    origin = text(table(record.get("forkedFrom")).get("sessionId")) or text(record.get("sessionId"))
    fork = origin if origin != log.path.stem else None
    known = [state.get("mode"), fork or state.get("fork"), text(record.get("version"))]
    if state.get(session) == known:
        return
    yield SessionLog(
        tool=log.tool,
        session=session,
        parent_session=log.path.stem if session != log.path.stem else None,
        forked_from=known[1],
        directory=text(record.get("cwd")) if session not in state else None,
        mode=known[0],
        log_path=str(log.path),
        log_version=known[2],
    )
    state[session], state["fork"] = known, known[1]


def _prompt(log: Log, record: dict[str, Any], id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    provenance, said = record.get("provenance"), printed(table(record.get("message")).get("parts"))
    by_person = provenance == "real_user" or (not provenance and not record.get("subtype"))
    if by_person and said and not record.get("isSidechain"):
        yield from calls.give_up()
        yield Activity(
            tool=log.tool, session=_session(log, record), id=id, at=at, kind="prompt", mode=log.state.get("mode")
        )


def _reply(log: Log, line: Line, id: str, at: datetime, calls: Calls) -> Iterator[LogRecord]:
    record, mode = line.value, log.state.get("mode")
    session, model = _session(log, record), text(record.get("model"))
    yield Activity(tool=log.tool, session=session, id=id, at=at, kind="reply", mode=mode)
    if tokens := table(record.get("usageMetadata")):
        asked, cached = count(tokens.get("promptTokenCount")), count(tokens.get("cachedContentTokenCount"))
        yield Usage(
            tool=log.tool,
            session=session,
            id=id,
            at=at,
            model=model,
            input=max(asked - cached, 0),
            cache_read=cached,
            output=_output(tokens, asked),
        )
    for number, part in enumerate(items(table(record.get("message")).get("parts"))):
        one = table(part.get("functionCall"))
        if name := text(one.get("name")):
            key = text(one.get("id")) or f"{id}:{number}"
            yield Activity(tool=log.tool, session=session, id=key, at=at, kind="tool_call", mode=mode)
            args = table(one.get("args"))
            made = call(
                log,
                session=session,
                id=key,
                at=at,
                directory=text(args.get("directory")) or text(record.get("cwd")),
                place=f"line {line.number}",
                changes=changes_of(name, args, None),
                command=command_of(name, args),
                model=model,
            )
            calls.wait(key, made, line)


def _output(tokens: dict[str, Any], asked: int) -> int:
    said, thought = count(tokens.get("candidatesTokenCount")), count(tokens.get("thoughtsTokenCount"))
    total = count(tokens.get("totalTokenCount"))
    return said if total == asked + said else said + thought


def _result(log: Log, record: dict[str, Any], at: datetime, calls: Calls) -> Iterator[LogRecord]:
    told = table(record.get("toolCallResult"))
    parts = table(record.get("message")).get("parts")
    responses = (text(table(part.get("functionResponse")).get("id")) for part in items(parts))
    key = text(told.get("callId")) or next(filter(None, responses), None)
    if not key:
        log.skip("tool result without a call", text(record.get("uuid")) or "")
        return
    output = output_of(parts)
    outcome = outcome_of(told.get("status", "success"), output)
    if outcome == "rejected":
        session = _session(log, record)
        yield Activity(
            tool=log.tool, session=session, id=f"{key}:denial", at=at, kind="denial", mode=log.state.get("mode")
        )
    for made in calls.result(key, outcome or "done", output):
        yield _shown(log, made, told.get("resultDisplay")) if isinstance(made, Edit) else made


def _shown(log: Log, edit: Edit, display: Any) -> Edit:
    """Return an edit with the lines that its result shows, where it shows the whole file before and after."""
    level, whole = level_of({}, display), whole_of(display)
    if not whole:
        return replace(edit, level=level)
    hashes = log.hashed(replaced(*whole))
    return replace(
        edit,
        level=level,
        operation="update" if whole[0] else "add",
        exact=hashes["exact"],
        trimmed=hashes["trimmed"],
        squeezed=hashes["squeezed"],
    )
