"""Where a reading of a Codex session stands: whose records these are, under which model, mode and directory."""

import posixpath
import re
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Self

from collector.records import Activity, ActivityKind
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, table, text

TOOL = "codex"
_NAMED = re.compile(r"rollout-.*?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_COPYING = timedelta(seconds=0.25)
"""Between two records of a copy there is less time, before a model's first answer there is more."""
_SHORTEST = 12
"""Letters of an id that no other record has; `call_0` is one of many."""


@dataclass(slots=True)
class State:
    """What is remembered from line to line and from run to run."""

    session: str = ""
    """Empty until a record names the session."""
    directory: str | None = None
    model: str | None = None
    mode: str | None = None
    started: str | None = None
    """The session's own time of start."""
    ended: str | None = None
    """The time of the last record."""
    is_bare: bool = False
    """Whether lines have no envelope."""
    is_typed: bool = True
    """Whether prompts are a person's."""
    copied_below: int = 0
    """The ordinal at which the session's own records begin."""
    copying: str | None = None
    """The time of the last record of a copy, while the file's first records are one."""
    totals: list[int] = field(default_factory=list)
    """The running totals of tokens."""
    settled: list[str] = field(default_factory=list)
    """The last call whose result came, and the id of its record."""
    named: str = ""
    """The session as the file's name has it."""

    @classmethod
    def of(cls, log: Log) -> Self:
        """Return the state in which a log was left."""
        known = {one.name for one in fields(cls)}
        state = cls(**{name: value for name, value in log.state.items() if name in known})
        found = _NAMED.match(log.path.name)
        state.named = found[1] if found else log.path.name.partition(".")[0]
        return state

    def saved(self) -> dict[str, Any]:
        """Return the state as JSON; nothing in it is changed in place."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def id(self) -> str:
        """The session's id: the file's name has it where no record does."""
        return self.session or self.named

    @property
    def now(self) -> datetime | None:
        """The time of the last record that had one."""
        return moment(self.ended)

    def clock(self, value: dict[str, Any]) -> None:
        """Take the time of a record."""
        if at := moment(value.get("timestamp")):
            self.ended = at.isoformat()

    def context(self, payload: dict[str, Any]) -> None:
        """Take a `turn_context`."""
        self.model = text(payload.get("model")) or self.model
        self.directory = text(payload.get("cwd")) or self.directory
        words = [_word(payload.get("approval_policy")), _word(payload.get("sandbox_policy"))]
        self.mode = " ".join(word for word in words if word) or self.mode

    def begin(self, payload: dict[str, Any], value: dict[str, Any]) -> str | None:
        """Take the session's own `session_meta`, and return the session that started it."""
        self.session = text(payload.get("id")) or text(payload.get("session_id")) or ""
        self.directory = text(payload.get("cwd"))
        self.started = text(payload.get("timestamp")) or text(value.get("timestamp"))
        spawned, parent = _origin(payload)
        self.is_typed = not spawned and payload.get("thread_source") in (None, "user")
        base = table(payload.get("history_base"))
        self.copied_below = count(payload.get("subagent_history_start_ordinal")) or count(
            base.get("end_ordinal_exclusive")
        )
        if (spawned or text(payload.get("forked_from_id"))) and not self.copied_below:
            self.copying = text(value.get("timestamp"))
        return parent

    def is_copied(self, value: dict[str, Any]) -> bool:
        """Return whether a record is a copy of a parent's."""
        if self.copied_below and isinstance(value.get("ordinal"), int):
            return bool(value["ordinal"] < self.copied_below)
        if self.copying is None:
            return False
        before, at, started = moment(self.copying), moment(value.get("timestamp")), moment(self.started)
        if at and started and at < started:
            return True
        if before and at and at - before <= _COPYING:
            self.copying = str(value["timestamp"])
            return True
        self.copying = None
        return False

    def record_id(self, given: Any, line: Line, kind: str = "line") -> str:
        """Return a record's own id, or one made of its place where it has none that no other has."""
        own = text(given)
        if own and len(own) >= _SHORTEST:
            return own if kind == "line" else f"{own}:{kind}"
        return f"{self.id}:{kind} {line.number}"

    def activity(self, kind: ActivityKind, id: str) -> Activity:
        """Return something that happens now."""
        return Activity(tool=TOOL, session=self.id, id=id, at=self.now, kind=kind, mode=self.mode)


def absolute(path: str, directory: str | None) -> str:
    """Return a path joined to a directory, where one is known."""
    return posixpath.normpath(posixpath.join(directory or "", path))


def _origin(payload: dict[str, Any]) -> tuple[bool, str | None]:
    """Return whether a session is a sub-agent's, and the session that started it."""
    source = payload.get("source")
    sub = source.get("subagent") if isinstance(source, dict) else None
    spawn = table(table(sub).get("thread_spawn"))
    is_sub = bool(sub) or source == "subagent" or payload.get("thread_source") == "subagent"
    parent = text(payload.get("parent_thread_id")) or text(spawn.get("parent_thread_id"))
    return is_sub or parent is not None, parent


def _word(policy: Any) -> str | None:
    """Return a policy's name: a word, or an object's type, mode (2025) or only key."""
    if isinstance(policy, dict):
        return text(policy.get("type")) or text(policy.get("mode")) or text(next(iter(policy), None))
    return text(policy)
