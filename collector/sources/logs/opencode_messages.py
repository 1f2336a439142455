"""OpenCode's messages of any generation, in the words of 1.x → records (see `opencode` for the format)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from collector.records import Activity, ActivityKind, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs import calls, opencode_tools
from collector.sources.logs.log import Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, table, text

TOOL = "opencode"
_ABORTED = frozenset({"MessageAbortedError", "aborted", "AbortedError"})
_REFUSED = "The user rejected permission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a message needs to know of its session."""

    id: str
    parent: str | None = None
    fork: str | None = None
    directory: str | None = None
    version: str | None = None
    agent: str | None = None
    started: datetime | None = None
    reverted: str | None = None
    """The message from which on all was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of any generation, in the words of 1.x."""

    id: str
    key: str
    """The id of its records: its own, or in a fork's copy the original's."""
    data: dict[str, Any]
    parts: list[dict[str, Any]]


def session_log(log: Log, session: Session) -> SessionLog:
    """Return what a log says of a session as a whole."""
    return SessionLog(
        tool=TOOL,
        session=session.id,
        parent_session=session.parent,
        forked_from=session.fork,
        started_at=session.started,
        directory=session.directory,
        mode=session.agent,
        log_path=str(log.path),
        log_version=session.version,
    )


def agent_of(data: dict[str, Any]) -> str | None:
    """Return which agent a message is of, such as `build` or `plan`: what it may do depends on that."""
    return text(data.get("agent")) or text(data.get("mode"))


def records(log: Log, session: Session, message: Message) -> Iterator[LogRecord]:
    """Yield what a message says."""
    data = message.data
    at = moment(table(data.get("time")).get("created"))

    def happened(kind: ActivityKind, id: str = message.key, when: datetime | None = at) -> Activity:
        return Activity(tool=TOOL, session=session.id, id=id, at=when, kind=kind, mode=agent_of(data))

    if data.get("role") == "user":
        if not session.parent and any(map(_is_typed, message.parts)):
            yield happened("prompt")
        return
    if data.get("role") != "assistant":
        return
    yield happened("reply")
    error = table(data.get("error"))
    if error.get("name") in _ABORTED or error.get("type") in _ABORTED:
        yield happened("interrupt", f"{message.key}:interrupt")
    yield from _usage(session, message, at)
    for part in message.parts:
        if part.get("type") == "tool":
            id = f"{message.key}:{text(part.get('callID')) or part.get('id')}"
            state = table(part.get("state"))
            when = moment(table(state.get("time")).get("start")) or at
            yield happened("tool_call", id, when)
            if str(state.get("error") or "").startswith(_REFUSED) or _said(state).startswith(_REFUSED):
                yield happened("denial", f"{id}:denial", when)
            if when:
                yield from _done(log, session, message, _Part(part, id, when))


def _is_typed(part: dict[str, Any]) -> bool:
    if part.get("type") == "text":
        return bool(text(part.get("text"))) and not part.get("synthetic") and not part.get("ignored")
    return part.get("type") == "subtask"  # a command that a person gave to a sub-agent


def _usage(session: Session, message: Message, at: datetime | None) -> Iterator[Usage]:
    tokens = table(message.data.get("tokens"))
    cache = table(tokens.get("cache"))
    usage = Usage(
        tool=TOOL,
        session=session.id,
        id=message.key,
        at=at,
        model=text(message.data.get("modelID")),
        input=count(tokens.get("input")),
        cache_write=count(cache.get("write")),
        cache_read=count(cache.get("read")),
        output=count(tokens.get("output")) + count(tokens.get("reasoning")),
        cost_usd=amount(message.data.get("cost")) or None,
    )
    if usage.input or usage.output or usage.cache_read or usage.cache_write or usage.cost_usd:
        yield usage


def _said(state: dict[str, Any]) -> str:
    """Return the message of a failed call."""
    error = state.get("error")
    return text(table(error).get("message")) or text(error) or ""


class _Part(NamedTuple):
    """A call of a tool."""

    data: dict[str, Any]
    id: str
    at: datetime


def _done(log: Log, session: Session, message: Message, part: _Part) -> Iterator[LogRecord]:
    """Yield what a call changed, nothing as long as it runs: its row is written again at its end."""
    state, tool = table(part.data.get("state")), part.data.get("tool")
    if state.get("status") not in ("completed", "error"):
        return
    asked = table(state.get("input"))
    outcome: Outcome = "done"
    if state["status"] == "error":
        outcome = "rejected" if _said(state).startswith(_REFUSED) else "failed"
    elif session.reverted and message.id >= session.reverted:
        outcome = "undone"
    shown = table(state.get("metadata")) if state["status"] == "completed" else {}
    command = calls.command(asked) if tool in ("bash", "shell") else ""
    call = calls.call(
        log,
        session=session.id,
        id=part.id,
        at=part.at,
        directory=text(asked.get("workdir")) or text(table(message.data.get("path")).get("cwd")) or session.directory,
        place=f"message {message.id}",
        changes=opencode_tools.changes(str(tool), asked, shown),
        command=command,
        model=text(message.data.get("modelID")),
    )
    yield from call.done(outcome, text(state.get("output")) or text(shown.get("output")) or "")
