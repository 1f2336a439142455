"""Kimi Code's sessions: `~/.kimi-code/sessions/wd_…/<session>/agents/<agent>/wire.jsonl`, a journal for each agent.

Source: MoonshotAI/kimi-code@d723cc47, `docs/en/configuration/data-locations.md`, `wire-manifest.d.ts` (protocol 1.5).
`state.json` beside `agents` names the folder and the session that was forked. Traps: a prompt stands in `turn.prompt`
and again in `context.append_message`, usage in `usage.record` and again in `step.end`: the first of each is read. Only
the origin `user` is a person. Ids of calls (`Bash_0`) repeat, so times go with them. A session that was taken over
from Kimi CLI (`ses_<id>`) begins with a copy that has one time for everything: Kimi CLI's own log, which stays, has it
with times, so the copy is left out and what follows belongs to the same session.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from collector.records import Activity, ActivityKind, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import Calls, arguments, call, command, edited, printed, written
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sidecar import beside
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, table, text

_WRITERS = {"Write": written, "WriteFile": written, "Edit": edited, "StrReplaceFile": edited}
_SHELLS = ("Bash", "Shell")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the journals of agents."""
    for root in home.named("KIMI_CODE_HOME", ".kimi-code"):
        for path in walk(root / "sessions", "wire.jsonl"):
            if path.name == "wire.jsonl" and path.parent.parent.name == "agents":
                yield LogFile("kimi", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in an agent's journal."""
    journal = _Journal(log)
    for line in log.lines():
        yield from journal.record(line)
    journal.calls.end()


class _Journal:
    """One agent's journal on its way through."""

    def __init__(self, log: Log) -> None:
        self.log, self.calls = log, Calls(log)
        folder = log.path.parent.parent.parent
        self.meta = beside(folder / "state.json")
        self.main, agent = folder.name.removeprefix("ses_"), log.path.parent.name
        self.session = self.main if agent == "main" else f"{self.main}/{agent}"
        self.is_imported = table(self.meta.get("custom")).get("imported_from_kimi_cli") is True
        self.directory = text(self.meta.get("workDir")) or text(self.meta.get("cwd")) or _workspace(folder.parent)

    def record(self, line: Line) -> Iterator[LogRecord]:
        """Yield what a record says."""
        value, kind = line.value, line.value.get("type")
        if kind == "metadata":
            yield self._about(value)
            return
        at = moment(value.get("time"))
        reader = _READ.get(kind) if isinstance(kind, str) else None
        if not reader:
            return
        if not at:
            self.log.skip("record without a time", line.number)
        elif at.timestamp() > self.log.state.get("copied", 0):
            yield from reader(self, line, f"{at.timestamp():.3f}/{self.log.path.parent.name}", at)

    def _about(self, value: dict[str, Any]) -> SessionLog:
        created = moment(value.get("created_at"))
        if self.is_imported and created:
            self.log.state["copied"] = created.timestamp()
        return SessionLog(
            tool=self.log.tool,
            session=self.session,
            parent_session=self.main if self.session != self.main else None,
            forked_from=text(self.meta.get("forkedFrom")),
            started_at=None if self.is_imported else created,
            directory=self.directory,
            mode=self.log.state.get("mode"),
            log_path=str(self.log.path),
        )

    def _activity(self, kind: ActivityKind, id: str, at: datetime) -> Activity:
        mode = self.log.state.get("mode")
        return Activity(tool=self.log.tool, session=self.session, id=f"{id}/{kind}", at=at, kind=kind, mode=mode)

    def prompt(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        origin = line.value.get("origin", "user")
        self.log.state["cancelled"] = False
        if (table(origin).get("kind") or origin) == "user" and self.session == self.main:
            yield from self.calls.give_up()
            yield self._activity("prompt", id, at)

    def cancel(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        is_end = line.value.get("type") == "turn.ended"
        if not is_end or (line.value.get("reason") == "cancelled" and not self.log.state.get("cancelled")):
            yield self._activity("interrupt", id, at)
        self.log.state["cancelled"] = not is_end

    def usage(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        tokens = table(line.value.get("usage"))
        asked, said = count(tokens.get("inputOther")), count(tokens.get("output"))
        yield Usage(
            tool=self.log.tool,
            session=self.session,
            id=f"{id}/{asked}/{said}",
            at=at,
            model=text(line.value.get("model")) or self.log.state.get("model"),
            input=asked,
            cache_write=count(tokens.get("inputCacheCreation")),
            cache_read=count(tokens.get("inputCacheRead")),
            output=said,
        )

    def setting(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        value, state = line.value, self.log.state
        state["model"] = text(value.get("model")) or text(value.get("modelAlias")) or state.get("model")
        state["directory"] = text(value.get("cwd")) or state.get("directory")
        yield from ()

    def mode(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        self.log.state["mode"] = text(line.value.get("mode"))
        yield SessionLog(
            tool=self.log.tool, session=self.session, mode=self.log.state["mode"], log_path=str(self.log.path)
        )

    def approval(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        result, key = line.value.get("result"), text(line.value.get("toolCallId")) or ""
        decision = table(result).get("decision") or result
        if decision in ("rejected", "reject"):
            yield self._activity("denial", f"{id}/{key}", at)
        if decision in ("rejected", "reject", "cancelled"):
            self.calls.refuse(key)

    def loop(self, line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        event = table(line.value.get("event"))
        kind, key = event.get("type"), text(event.get("toolCallId"))
        if kind == "step.begin":
            yield self._activity("reply", f"{id}/{text(event.get('uuid')) or ''}", at)
        elif kind == "tool.call" and key:
            yield from self._call(event, line, f"{id}/{key}", at)
        elif kind == "tool.result" and key:
            result = table(event.get("result"))
            yield from self.calls.result(
                key, "failed" if result.get("isError") is True else "done", printed(result.get("output"))
            )

    def _call(self, event: dict[str, Any], line: Line, id: str, at: datetime) -> Iterator[LogRecord]:
        name, args = text(event.get("name")) or "", arguments(event.get("args"))
        yield self._activity("tool_call", id, at)
        writer, shown = _WRITERS.get(name), text(table(event.get("display")).get("cwd"))
        made = call(
            self.log,
            session=self.session,
            id=id,
            at=at,
            directory=text(args.get("cwd")) or shown or self.log.state.get("directory") or self.directory,
            place=f"line {line.number}",
            changes=writer(args) if writer else (),
            command=command(args) if name in _SHELLS else "",
            model=self.log.state.get("model"),
        )
        self.calls.wait(str(event["toolCallId"]), made, line)


_READ = {
    "turn.prompt": _Journal.prompt,
    "turn.steer": _Journal.prompt,
    "turn.cancel": _Journal.cancel,
    "turn.ended": _Journal.cancel,
    "usage.record": _Journal.usage,
    "llm.request": _Journal.setting,
    "config.update": _Journal.setting,
    "permission.set_mode": _Journal.mode,
    "permission.record_approval_result": _Journal.approval,
    "context.append_loop_event": _Journal.loop,
}


def _workspace(folder: Path) -> str | None:
    """Return the working folder that the list of workspaces has under the name of a folder of sessions."""
    workspaces = table(beside(folder.parent.parent / "workspaces.json").get("workspaces"))
    return text(table(workspaces.get(folder.name)).get("root"))
