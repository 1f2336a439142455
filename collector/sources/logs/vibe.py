"""Mistral Vibe's sessions: `~/.vibe/logs/session/<name>/{meta.json,messages.jsonl}`, once `session_*.json` alone.

Source: mistralai/mistral-vibe@ac8f1a09, `vibe/core/session/session_logger.py`. Messages have no times, so an activity
has none, and an edit has that of the session's end (its start, where it states no end). `meta.json` is replaced as a
whole at every turn and is read as a log of its own: tokens of the session, who was asked and said no
(`tool_calls_rejected`), the commit at the start. It also holds the configuration and the system prompt, which are
left alone. Sub-agents lie in `agents/` below their session. `injected` messages are nobody's. Failed calls answer in
`<tool_error>`, refused ones in `<user_cancellation>`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from collector.records import Activity, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs.calls import Calls, arguments, call, command, edited, first, printed, written
from collector.sources.logs.changes import Change, replaced
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sidecar import beside
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, items, table, text

_META, _MESSAGES = "meta.json", "messages.jsonl"
_BLOCK = re.compile(r"^<{5,} SEARCH\r?\n(.*?)^={5,}\r?\n(.*?)^>{5,} REPLACE", re.MULTILINE | re.DOTALL)
_LABEL = re.compile(r"^(?:stdout|stderr|output): ", re.MULTILINE)


def find(home: Home) -> Iterator[LogFile]:
    """Yield the sessions of Vibe: for each its messages and what is said about it."""
    for root in home.named("VIBE_HOME", ".vibe"):
        for path in walk(root / "logs/session", _META, _MESSAGES, ".json"):
            if path.name in (_META, _MESSAGES) or path.name.startswith("session_"):
                yield LogFile("mistral-vibe", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session."""
    if log.path.name == _META:
        yield from _about(log, log.document())
        return
    calls, whole = Calls(log), log.document() if log.path.name != _MESSAGES else {}
    meta = table(whole.get("metadata")) if whole else beside(log.path.with_name(_META))
    session = text(meta.get("session_id"))
    if not session:
        log.skip("session without an id", "")
        return
    if whole:
        yield from _about(log, meta)
        lines = [Line(number, 0, one) for number, one in enumerate(items(whole.get("messages")), 1)]
    for line in lines if whole else log.lines():
        yield from _message(log, line, meta, session, calls)
    calls.end()


def _about(log: Log, meta: dict[str, Any]) -> Iterator[LogRecord]:
    session, parent = text(meta.get("session_id")), text(meta.get("parent_session_id"))
    if not session:
        log.skip("session without an id", "")
        return
    is_nested = "agents" in log.path.parts[-4:-2]
    yield SessionLog(
        tool=log.tool,
        session=session,
        parent_session=parent if is_nested else None,
        forked_from=None if is_nested else parent,
        started_at=moment(meta.get("start_time")),
        ended_at=moment(meta.get("end_time")),
        directory=_directory(meta),
        head=text(meta.get("git_commit")),
        mode=text(table(meta.get("agent_profile")).get("name")),
        log_path=str(log.path.with_name(_MESSAGES) if log.path.name == _META else log.path),
    )
    stats = table(meta.get("stats"))
    cached = count(stats.get("session_cached_tokens"))
    yield Usage(
        tool=log.tool,
        session=session,
        id=f"{session}/total",
        at=_time(meta),
        model=text(table(meta.get("config")).get("active_model")),
        input=max(count(stats.get("session_prompt_tokens")) - cached, 0),
        cache_read=cached,
        output=count(stats.get("session_completion_tokens")),
        quality="session_total",
        cost_usd=amount(stats.get("session_cost")),
    )
    for number in range(min(count(stats.get("tool_calls_rejected")), 10_000)):
        yield Activity(tool=log.tool, session=session, id=f"{session}/rejected/{number}", at=None, kind="denial")


def _directory(meta: dict[str, Any]) -> str | None:
    return text(table(meta.get("environment")).get("working_directory"))


def _time(meta: dict[str, Any]) -> datetime | None:
    return moment(meta.get("end_time")) or moment(meta.get("start_time"))


def _message(log: Log, line: Line, meta: dict[str, Any], session: str, calls: Calls) -> Iterator[LogRecord]:
    message = line.value
    id, role = _id(line, session), message.get("role")
    if role == "user" and message.get("injected") is not True:
        yield from calls.give_up()
        yield Activity(tool=log.tool, session=session, id=id, at=None, kind="prompt")
    elif role == "assistant":
        yield Activity(tool=log.tool, session=session, id=id, at=None, kind="reply")
        for block in items(message.get("tool_calls")):
            yield from _call(log, block, line, meta, calls)
    elif role == "tool" and (key := text(message.get("tool_call_id"))):
        output = printed(message.get("content"))
        outcome: Outcome = "done"
        if output.lstrip().startswith("<user_cancellation>"):
            outcome = "rejected"
        elif output.lstrip().startswith("<tool_error>"):
            outcome = "failed"
        yield from calls.result(key, outcome, _LABEL.sub("", output))


def _id(line: Line, session: str) -> str:
    return text(line.value.get("message_id")) or f"{session}/{line.number}"


def _call(log: Log, block: dict[str, Any], line: Line, meta: dict[str, Any], calls: Calls) -> Iterator[LogRecord]:
    function, session, at = table(block.get("function")), str(meta["session_id"]), _time(meta)
    name, key = text(function.get("name")), text(block.get("id"))
    id = f"{_id(line, session)}/{key}"
    if not name or not key:
        log.skip("tool call without id or name", line.number)
        return
    yield Activity(tool=log.tool, session=session, id=id, at=None, kind="tool_call")
    if not at:
        return
    args, writer = arguments(function.get("arguments")), _WRITERS.get(name)
    made = call(
        log,
        session=session,
        id=id,
        at=at,
        directory=_directory(meta),
        place=f"line {line.number}",
        changes=writer(args) if writer else (),
        command=command(args) if name == "bash" else "",
        model=text(table(meta.get("config")).get("active_model")),
    )
    calls.wait(key, made, line)


def _searched(args: Mapping[str, Any]) -> list[Change]:
    """Return what `search_replace` changes: blocks as git marks conflicts."""
    path, lines = first(args, ("file_path", "path")), list[str | None]()
    for old, new in _BLOCK.findall(first(args, ("content",)) or ""):
        fresh = replaced(old, new)
        lines += [None, *fresh] if lines and fresh else fresh
    return [Change(path=path, operation="update", lines=lines)] if path else []


_WRITERS = {"write_file": written, "edit": edited, "search_replace": _searched}
