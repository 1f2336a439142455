"""Codex CLI: `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<local time>-<uuid>.jsonl`, and `archived_sessions/`.

Source: openai/codex, codex-rs/rollout and codex-rs/protocol, and sessions as people publish them. Traps:

- a session that was archived has the same file name in another folder, a compressed one (`.jsonl.zst`) may lie beside
  its plain self: each counts once, the plain one wins;
- the file of a fork or of a sub-agent begins with a copy of its parent's records: with the parent's `session_meta`
  after its own, with times before its own start or all within one moment. New files say where the copy ends
  (`subagent_history_start_ordinal`, `history_base.end_ordinal_exclusive`). A copy counts in the parent's file;
- `token_count` is told again whenever rate limits change: the running totals tell repetitions apart; cached input is
  part of the input, reasoning of the output;
- what a person typed is `user_message`; messages of the role `user` hold injected texts too. With
  `history_mode: paginated` there are `item_completed` records instead. Nobody types to a sub-agent;
- a patch stands in its call and again in `patch_apply_end`, which also says what came of it and counts alone;
- `compacted` holds copies of records. `thread_rolled_back` takes turns out of the context, not out of the files;
- before autumn 2025 lines had no envelope and no times, in spring 2025 the file was one JSON object.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collector.records import Activity, ActivityKind, CommitCall, Edit, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs import codex_calls
from collector.sources.logs.changes import Change
from collector.sources.logs.codex_calls import Part, Result
from collector.sources.logs.commits import commits_in
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

TOOL = "codex"
_PLACES = ("sessions", "archived_sessions")
_NAMED = re.compile(r"rollout-.*?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_UNINTERESTING = re.compile(
    rb'"type"\s*:\s*"(?:reasoning|compacted|world_state|agent_reasoning|exec_command_output_delta)"'
)
_INJECTED = ("<environment_context>", "<user_instructions>", "# AGENTS.md", "<turn_aborted>", "<ENVIRONMENT_CONTEXT>")
_DIRECTORY = re.compile(r"<cwd>([^<\n]+)</cwd>|Current working directory: ([^\n]+)")
_COPYING = timedelta(seconds=0.25)
"""Between two records of a copy there is less time, before a model's first answer there is more."""
_CALLS = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call")
_RESULTS = ("function_call_output", "custom_tool_call_output")
_COUNTED = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "total_tokens")


def find(home: Home) -> Iterator[LogFile]:
    """Yield each session's log once, wherever and however often it lies there."""
    for root in home.named("CODEX_HOME", ".codex"):
        known: dict[str, Path] = {}
        for compressed in (False, True):
            for place in _PLACES:
                for path in walk(root / place, ".jsonl.zst") if compressed else walk(root / place, ".jsonl", ".json"):
                    if path.name.startswith("rollout-"):
                        known.setdefault(path.name.removesuffix(".zst"), path)
        yield from (LogFile(TOOL, path) for path in known.values())


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a session's log."""
    rollout = _Rollout(log)
    if log.path.suffix == ".json":
        yield from rollout.document(log.document())
    else:
        for line in log.lines(lambda raw: not _UNINTERESTING.search(raw[:400])):
            yield from rollout.line(line)
    yield from rollout.end()


@dataclass(slots=True)
class _State:
    """What is remembered from run to run."""

    session: str = ""
    directory: str | None = None
    model: str | None = None
    mode: str | None = None
    started: str | None = None
    """The session's own time of start."""
    ended: str | None = None
    is_bare: bool = False
    """Whether lines have no envelope."""
    is_typed: bool = True
    """Whether prompts are a person's."""
    copied_below: int = 0
    """The ordinal at which the session's own records begin."""
    copying: str | None = None
    """The time of the last record of a copy, while the file's first records are one."""
    totals: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Pending:
    """A call whose result has not come."""

    line: Line
    before: dict[str, Any]
    """The state before it."""
    id: str
    at: datetime | None
    edits: list[Edit]
    are_patches: list[bool]
    """Of each edit, whether it came from a patch and not from a command."""
    commands: list[tuple[str, str | None]]
    """Commands that may commit, and where."""


class _Rollout:
    def __init__(self, log: Log) -> None:
        self.log = log
        known = {one.name for one in fields(_State)}
        self.state = _State(**{name: value for name, value in log.state.items() if name in known})
        self.now = moment(self.state.ended)
        self.seen = False
        self.pending: dict[str, _Pending] = {}
        self.running: dict[str, str] = {}
        """Processes that go on, and the calls that began them."""
        self.speaking: dict[str, str] = {}
        """Calls of `write_stdin`, and their processes."""

    # --- lines -----------------------------------------------------------------------------------------------

    def document(self, value: dict[str, Any]) -> Iterator[LogRecord]:
        """Take a session that is one JSON object."""
        session = table(value.get("session"))
        if not session:
            if value:
                self.log.skip("rollout without a session", "")
            return
        yield from self._bare_meta(session)
        for number, item in enumerate(items(value.get("items")), 1):
            yield from self._bare(Line(number, 0, item))

    def line(self, line: Line) -> Iterator[LogRecord]:
        """Take one line."""
        value = line.value
        if "payload" not in value:
            yield from self._bare(line)
            return
        kind, payload = value.get("type"), value["payload"]
        if not isinstance(payload, dict):
            self.log.skip("record without a payload", line.number)
            return
        self._clock(value)
        if kind == "session_meta":
            yield from self._meta(payload, value)
            return
        copied = self._is_copied(value)
        if kind == "turn_context":
            self._context(payload)
        elif copied:
            if payload.get("type") == "token_count":
                self._totals(table(payload.get("info")).get("total_token_usage"))
        elif kind == "response_item":
            yield from self._item(payload, line)
        elif kind == "event_msg":
            yield from self._event(payload, line)

    def end(self) -> Iterator[LogRecord]:
        """Yield what is open as it stands, and remember where to read on."""
        oldest = min(self.pending.values(), key=lambda one: one.line.number, default=None)
        for pending in self.pending.values():
            yield from pending.edits
        if self.seen:
            ended = None if self.state.is_bare else self.now  # without times nothing says when it ended
            yield SessionLog(
                tool=TOOL, session=self._session(), log_path=str(self.log.path), ended_at=ended, mode=self.state.mode
            )
        self.state.ended = self.now.isoformat() if self.now else None
        self.log.state = asdict(self.state)
        if oldest is not None and self.log.path.suffix == ".jsonl":
            self.log.again_from(oldest.line)
            self.log.state = oldest.before

    # --- the session -----------------------------------------------------------------------------------------

    def _session(self) -> str:
        """Return the session's id: the file's name has it where no record does."""
        if self.state.session:
            return self.state.session
        named = _NAMED.match(self.log.path.name)
        return named[1] if named else self.log.path.name.partition(".")[0]

    def _clock(self, value: dict[str, Any]) -> None:
        self.seen = True
        self.now = moment(value.get("timestamp")) or self.now

    def _meta(self, payload: dict[str, Any], value: dict[str, Any]) -> Iterator[LogRecord]:
        """Take a `session_meta`: the first is the session's, others were copied with a parent's records."""
        session = text(payload.get("id")) or text(payload.get("session_id"))
        state = self.state
        if state.session:
            return
        if not session:
            self.log.skip("session_meta without an id", "")
            return
        state.session = session
        state.directory = text(payload.get("cwd"))
        state.started = text(payload.get("timestamp")) or text(value.get("timestamp"))
        spawned, parent = _origin(payload)
        forked = text(payload.get("forked_from_id"))
        state.is_typed = not spawned and payload.get("thread_source") in (None, "user")
        state.copied_below = count(payload.get("subagent_history_start_ordinal")) or count(
            table(payload.get("history_base")).get("end_ordinal_exclusive")
        )
        if (spawned or forked) and not state.copied_below:
            state.copying = text(value.get("timestamp"))
        git = table(payload.get("git"))
        yield SessionLog(
            tool=TOOL,
            session=session,
            parent_session=parent,
            forked_from=forked if forked != parent else None,
            started_at=moment(state.started),
            directory=state.directory,
            remote=text(git.get("repository_url")),
            head=text(git.get("commit_hash")),
            log_path=str(self.log.path),
            log_version=text(payload.get("cli_version")),
        )

    def _is_copied(self, value: dict[str, Any]) -> bool:
        """Whether a record is a copy of a parent's."""
        state = self.state
        if state.copied_below and isinstance(value.get("ordinal"), int):
            return bool(value["ordinal"] < state.copied_below)
        if state.copying is None:
            return False
        before, at, started = moment(state.copying), moment(value.get("timestamp")), moment(state.started)
        if at and started and at < started:
            return True
        if before and at and at - before <= _COPYING:
            state.copying = str(value["timestamp"])
            return True
        state.copying = None
        return False

    def _context(self, payload: dict[str, Any]) -> None:
        self.state.model = text(payload.get("model")) or self.state.model
        self.state.directory = text(payload.get("cwd")) or self.state.directory
        approval = payload.get("approval_policy")
        sandbox = payload.get("sandbox_policy")
        words = [_word(approval), _word(sandbox)]
        self.state.mode = " ".join(word for word in words if word) or self.state.mode

    # --- lines without an envelope ---------------------------------------------------------------------------

    def _bare_meta(self, value: dict[str, Any]) -> Iterator[LogRecord]:
        self._clock(value)
        self.state.is_bare = True
        yield from self._meta(value, value)

    def _bare(self, line: Line) -> Iterator[LogRecord]:
        value = line.value
        if "type" not in value and "record_type" not in value and text(value.get("id")):
            yield from self._bare_meta(value)
        elif text(value.get("type")):
            self._clock(value)
            self.state.is_bare = True
            yield from self._item(value, line)
        elif "record_type" not in value:
            self.log.skip("record of no type", line.number)

    def _bare_prompt(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take a message of the role `user` where nothing else tells what a person typed."""
        said = "\n".join(text(part.get("text")) or "" for part in items(payload.get("content")))
        if found := _DIRECTORY.search(said[:10_000]):
            self.state.directory = (found[1] or found[2]).strip()
        if not said.lstrip().startswith(_INJECTED):
            yield from self._prompt(line, payload)

    # --- response items --------------------------------------------------------------------------------------

    def _item(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        kind = payload.get("type")
        if kind == "message":
            if payload.get("role") == "assistant":
                yield self._activity("reply", self._id(payload.get("id"), line))
            elif payload.get("role") == "user" and self.state.is_bare:
                yield from self._bare_prompt(payload, line)
        elif kind in _CALLS:
            yield from self._call(payload, line)
        elif kind in _RESULTS:
            yield from self._result(payload)

    def _call(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        call = text(payload.get("call_id")) or text(payload.get("id"))
        id = self._id(call, line)
        yield self._activity("tool_call", id)
        try:
            parts = codex_calls.parts(payload)
        except (ValueError, RecursionError):
            self.log.skip("call whose arguments are no JSON", line.number)
            return
        if call and (process := codex_calls.process_of(payload)):
            self.speaking[call] = process
        if call and any(part.changes or "git" in part.command for part in parts):
            self.pending[call] = self._opened(id, parts, line)

    def _opened(self, id: str, parts: list[Part], line: Line) -> _Pending:
        made: list[tuple[Change, str | None, bool]] = []
        for part in parts:
            directory = self._directory(part)
            made += [(change, directory, not part.command) for change in part.changes]
        made.sort(key=lambda one: _absolute(one[0].path, one[1]))
        before = asdict(self.state) | {"ended": self.now.isoformat() if self.now else None}
        return _Pending(
            line=line,
            before=before,
            id=id,
            at=self.now,
            edits=self._edits(id, [(change, directory) for change, directory, _ in made], line),
            are_patches=[is_patch for _, _, is_patch in made],
            commands=[(part.command, self._directory(part)) for part in parts if "git" in part.command],
        )

    def _directory(self, part: Part) -> str | None:
        return _absolute(part.directory, self.state.directory) if part.directory else self.state.directory

    def _edits(self, id: str, changes: Iterable[tuple[Change, str | None]], line: Line) -> list[Edit]:
        if self.now is None:
            self.log.skip("edit without a time", line.number)
            return []
        return [
            Edit(
                tool=TOOL,
                session=self._session(),
                id=f"{id}:{number}",
                at=self.now,
                path=change.path,
                directory=directory,
                operation=change.operation,
                outcome="done",
                level="agent",
                model=self.state.model,
                moved_from=change.moved_from,
                place=f"line {line.number}",
                **self.log.hashed(change.lines),
            )
            for number, (change, directory) in enumerate(changes)
        ]

    def _result(self, payload: dict[str, Any]) -> Iterator[LogRecord]:
        call = text(payload.get("call_id")) or ""
        told = codex_calls.result(payload.get("output"))
        if process := self.speaking.pop(call, None):
            call = self.running.get(process, "")
        pending = self.pending.get(call)
        if pending is None:
            return
        if told.process:
            self.running[told.process] = call
            if not pending.commands:
                del self.pending[call]
        elif not process or told.exit_code is not None:
            del self.pending[call]
        yield from self._settled(pending, told)

    def _settled(self, pending: _Pending, told: Result) -> Iterator[LogRecord]:
        """Yield a call's edits with what came of them, and its commits."""
        for edit, is_patch in zip(pending.edits, pending.are_patches, strict=True):
            yield replace(edit, outcome=_outcome(edit, is_patch, told))
        if told.is_rejected:
            yield self._activity("denial", f"{pending.id}:denial")
            return
        for command, directory in pending.commands:
            for number, made in enumerate(commits_in(command, told.output)):
                if self.now and (made.sha or not (told.is_failed or told.process)):
                    yield CommitCall(
                        tool=TOOL,
                        session=self._session(),
                        id=f"{pending.id}:{made.sha or number}",
                        at=self.now,
                        directory=directory,
                        sha=made.sha,
                        kind=made.kind,
                        place=f"line {pending.line.number}",
                    )

    def _forget(self, *, aborted: bool = False) -> Iterator[LogRecord]:
        """Yield the edits of calls whose results will not come any more."""
        for pending in self.pending.values():
            for edit, is_patch in zip(pending.edits, pending.are_patches, strict=True):
                yield replace(edit, outcome="failed" if aborted and is_patch else "done")
        self.pending.clear()
        self.running.clear()
        self.speaking.clear()

    # --- events ----------------------------------------------------------------------------------------------

    def _event(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        kind = payload.get("type")
        if kind == "user_message":
            yield from self._prompt(line, payload)
        elif kind == "token_count":
            yield from self._usage(table(payload.get("info")), line)
        elif kind == "patch_apply_end":
            yield from self._patched(text(payload.get("call_id")), payload, line)
        elif kind == "item_completed":
            yield from self._completed(table(payload.get("item")), line)
        elif kind == "turn_aborted":
            if payload.get("reason", "interrupted") == "interrupted":
                yield self._activity("interrupt", self._id(payload.get("turn_id"), line, "interrupt"))
            yield from self._forget(aborted=True)

    def _prompt(self, line: Line, payload: dict[str, Any]) -> Iterator[LogRecord]:
        yield from self._forget()
        if self.state.is_typed:
            yield self._activity("prompt", self._id(payload.get("id"), line))

    def _completed(self, item: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take an item of the paginated mode."""
        kind = (text(item.get("type")) or "").replace("_", "").lower()
        if kind == "usermessage":
            yield from self._prompt(line, item)
        elif kind == "filechange":
            yield from self._patched(text(item.get("id")), item, line)
        elif kind == "commandexecution" and "user" not in str(item.get("source")).lower():  # else a person's `!command`
            yield from self._executed(item, line)

    def _patched(self, call: str | None, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take what a patch did: its changes count, not those of the call."""
        pending = self.pending.pop(call, None) if call else None
        id = pending.id if pending else self._id(call, line)
        changes = sorted(codex_calls.file_changes(payload.get("changes")), key=lambda change: change.path)
        edits = pending.edits if pending else []
        if changes:
            directory = edits[0].directory if edits else self.state.directory
            changes.sort(key=lambda change: _absolute(change.path, directory))
            edits = self._edits(id, [(change, directory) for change in changes], line)
        status = payload.get("status")
        outcome: Outcome = "done"
        if status == "declined":
            outcome = "rejected"
            yield self._activity("denial", f"{id}:denial")
        elif status == "failed" or payload.get("success") is False:
            outcome = "failed"
        if pending is None and payload.get("type") != "patch_apply_end":
            yield self._activity("tool_call", id)
        for edit in edits:
            yield replace(edit, at=pending.at if pending and pending.at else edit.at, outcome=outcome)

    def _executed(self, item: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take a command that has run."""
        call = text(item.get("id"))
        pending = self.pending.pop(call, None) if call else None
        if pending is None:
            id = self._id(call, line)
            yield self._activity("tool_call", id)
            pending = self._opened(id, codex_calls.executed(item), line)
        code = item.get("exit_code")
        said = text(item.get("aggregated_output")) or ""
        if item.get("status") == "declined":
            said, code = "rejected by user", None
        yield from self._settled(pending, Result(said, code if isinstance(code, int) else None))

    # --- tokens ----------------------------------------------------------------------------------------------

    def _usage(self, info: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take a `token_count`: the last request's tokens, or what the running totals grew by."""
        if not info:
            return
        before = self.state.totals
        totals = self._totals(info.get("total_token_usage"))
        last = info.get("last_token_usage")
        if isinstance(last, dict):
            counts = [count(last.get(name)) for name in _COUNTED]
        else:
            grown = [new - old for new, old in zip(totals, before or [0] * len(totals), strict=True)]
            counts = totals if any(one < 0 for one in grown) else grown
        if not any(counts[:4]):
            return
        given, cached, cache_write, written, _ = counts
        id = ":".join(map(str, totals)) if totals else f"line {line.number}"
        yield Usage(
            tool=TOOL,
            session=self._session(),
            id=f"{self._session()}:{id}",
            at=self.now,
            model=self.state.model,
            input=max(0, given - cached - cache_write),
            cache_write=cache_write,
            cache_read=min(cached, given),
            output=written,
        )

    def _totals(self, value: Any) -> list[int]:
        """Remember and return the running totals; what can't be read leaves them as they are."""
        if isinstance(value, dict):
            self.state.totals = [count(value.get(name)) for name in _COUNTED]
        return self.state.totals

    # --- how -------------------------------------------------------------------------------------------------

    def _activity(self, kind: ActivityKind, id: str) -> Activity:
        return Activity(tool=TOOL, session=self._session(), id=id, at=self.now, kind=kind, mode=self.state.mode)

    def _id(self, given: Any, line: Line, kind: str = "line") -> str:
        """Return a record's own id; short ones such as `call_0` are not the only of their name."""
        own = text(given)
        if own and len(own) >= 12:
            return own if kind == "line" else f"{own}:{kind}"
        return f"{self._session()}:{kind} {line.number}"


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


def _absolute(path: str, directory: str | None) -> str:
    return posixpath.normpath(posixpath.join(directory or "", path))


def _outcome(edit: Edit, is_patch: bool, told: Result) -> Outcome:
    """Return what became of an edit. A command that failed may well have written before what it shows."""
    if told.is_rejected:
        return "rejected"
    if is_patch or told.exit_code is None:
        return "failed" if told.is_failed or told.says_patch_failed else "done"
    return "failed" if told.is_failed and (not edit.exact or told.says_patch_failed) else "done"
