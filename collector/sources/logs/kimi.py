"""Kimi CLI's sessions: `~/.kimi/sessions/<md5 of the folder>/<session>/wire.jsonl`, what the agent told its screen.

Source: MoonshotAI/kimi-cli@4a550eff, `wire/types.py`. `kimi.json` names the folders, `state.json` beside the wire the
approval mode; no model is named anywhere. Traps: ids of calls (`Shell:1`) repeat from session to session and between
an agent and its sub-agents, so a record is known by its time, which `/fork` and `/undo` copy with it; sub-agents'
events stand in the wire of their session and count there, what is asked of them is no prompt. An approval answered
with `reject` is a denial. `StepInterrupted` is taken for a person's doing, though an error ends a step so as well.
Sessions of before there was a wire have no times and are not read. The successor, Kimi Code, has its own reader.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import md5
from pathlib import Path
from typing import Any

from collector.records import Activity, ActivityKind, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import Calls, arguments, call, command, edited, printed, written
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sidecar import beside
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_WRITERS = {"WriteFile": written, "StrReplaceFile": edited}
_SHELLS = ("Shell", "Bash", "CMD")
_ANSWERS = ("ApprovalResponse", "ApprovalRequestResolved")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the wires of sessions."""
    for root in home.named("KIMI_SHARE_DIR", ".kimi"):
        for path in walk(root / "sessions", "wire.jsonl"):
            # a sub-agent's own wire repeats what stands in its session's
            if path.name == "wire.jsonl" and "subagents" not in path.parts[len(root.parts) :]:
                yield LogFile("kimi", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session."""
    wire = _Wire(log)
    for line in log.lines():
        if not log.state.get("begun"):
            log.state["begun"] = True
            yield wire.about()
        message = table(line.value.get("message"))
        if message:
            yield from wire.event(line, message, "")
    wire.calls.end()


def _directory(path: Path) -> str | None:
    """Return the folder whose MD5 is the name of the folder around the session."""
    sessions = path.parent.parent
    for one in items(beside(sessions.parent.parent / "kimi.json").get("work_dirs")):
        folder = text(one.get("path"))
        if folder and sessions.name.endswith(
            md5(folder.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        ):
            return folder
    return None


class _Wire:
    """One wire on its way through."""

    def __init__(self, log: Log) -> None:
        self.log, self.calls, self.session = log, Calls(log), log.path.parent.name
        self.directory = _directory(log.path)
        approval = table(beside(log.path.with_name("state.json")).get("approval"))
        self.mode = next((name for name in ("yolo", "afk") if approval.get(name) is True), None)
        self.requests: dict[str, str] = {}

    def about(self) -> SessionLog:
        return SessionLog(
            tool=self.log.tool,
            session=self.session,
            directory=self.directory,
            mode=self.mode,
            log_path=str(self.log.path),
        )

    def event(self, line: Line, message: dict[str, Any], agent: str) -> Iterator[LogRecord]:
        """Yield what an event says, `agent` being the sub-agent that it is of."""
        at, kind, payload = moment(line.value.get("timestamp")), message.get("type"), table(message.get("payload"))
        if not at:
            self.log.skip("event without a time", line.number)
            return
        id = f"{at.timestamp():.6f}{agent and '/'}{agent}"
        if kind == "SubagentEvent" and not agent:
            name = text(payload.get("agent_id")) or text(payload.get("parent_tool_call_id"))
            yield from self.event(
                line, table(payload.get("event")), name or text(payload.get("task_tool_call_id")) or "?"
            )
        elif kind in ("TurnBegin", "SteerInput") and not agent:
            yield from self.calls.give_up()
            yield self._activity("prompt", f"{id}/prompt", at)
        elif kind == "StepBegin":
            yield self._activity("reply", f"{id}/reply", at)
        elif kind == "StepInterrupted":
            yield self._activity("interrupt", f"{id}/interrupt", at)
        elif kind == "StatusUpdate":
            yield from self._status(payload, id, at)
        elif kind == "ToolCall":
            yield from self._call(payload, line, f"{agent}/", f"{id}/call", at)
        elif kind == "ToolResult" and (key := text(payload.get("tool_call_id"))):
            result = table(payload.get("return_value")) or table(payload.get("result"))
            yield from self.calls.result(
                f"{agent}/{key}", "failed" if result.get("is_error") is True else "done", printed(result.get("output"))
            )
        elif kind == "ApprovalRequest" and (request := text(payload.get("id"))):
            self.requests[request] = f"{text(payload.get('agent_id')) or agent}/{text(payload.get('tool_call_id'))}"
        elif kind in _ANSWERS and payload.get("response") == "reject":
            yield self._activity("denial", f"{id}/denial", at)
            self.calls.refuse(self.requests.get(text(payload.get("request_id")) or "", ""))

    def _activity(self, kind: ActivityKind, id: str, at: datetime) -> Activity:
        mode = "plan" if self.log.state.get("plan") else self.mode
        return Activity(tool=self.log.tool, session=self.session, id=id, at=at, kind=kind, mode=mode)

    def _status(self, payload: dict[str, Any], id: str, at: datetime) -> Iterator[Usage]:
        if isinstance(plan := payload.get("plan_mode"), bool):
            self.log.state["plan"] = plan
        if tokens := table(payload.get("token_usage")):
            yield Usage(
                tool=self.log.tool,
                session=self.session,
                id=text(payload.get("message_id")) or f"{id}/usage",
                at=at,
                model=None,
                input=count(tokens.get("input_other")),
                cache_write=count(tokens.get("input_cache_creation")),
                cache_read=count(tokens.get("input_cache_read")),
                output=count(tokens.get("output")),
            )

    def _call(self, payload: dict[str, Any], line: Line, agent: str, id: str, at: datetime) -> Iterator[LogRecord]:
        function, key = table(payload.get("function")), text(payload.get("id"))
        name = text(function.get("name"))
        if not key or not name:
            self.log.skip("tool call without id or name", line.number)
            return
        yield self._activity("tool_call", id, at)
        args, writer = arguments(function.get("arguments")), _WRITERS.get(name)
        made = call(
            self.log,
            session=self.session,
            id=id,
            at=at,
            directory=self.directory,
            place=f"line {line.number}",
            changes=writer(args) if writer else (),
            command=command(args) if name in _SHELLS else "",
        )
        self.calls.wait(f"{agent}{key}", made, line)
