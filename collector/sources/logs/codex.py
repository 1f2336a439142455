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
- a patch stands in its call and again in `patch_apply_end`, which says what came of it and counts alone, be it told
  before the call's output or after; a script that calls tools by itself (`exec`) tells its patches only there;
- `compacted` holds copies of records. `thread_rolled_back` takes turns out of the context, not out of the files;
- before autumn 2025 lines had no envelope and no times, in spring 2025 the file was one JSON object.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from collector.records import LogRecord, SessionLog, Usage
from collector.sources.logs.codex_state import TOOL, State
from collector.sources.logs.codex_work import Work
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_PLACES = ("sessions", "archived_sessions")
_UNINTERESTING = re.compile(
    rb'"type"\s*:\s*"(?:reasoning|compacted|world_state|agent_reasoning|exec_command_output_delta)"'
)
_INJECTED = ("<environment_context>", "<user_instructions>", "# AGENTS.md", "<turn_aborted>", "<ENVIRONMENT_CONTEXT>")
_DIRECTORY = re.compile(r"<cwd>([^<\n]+)</cwd>|Current working directory: ([^\n]+)")
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


class _Rollout:
    def __init__(self, log: Log) -> None:
        self.log = log
        self.state = State.of(log)
        self.work = Work(log, self.state)
        self.seen = False

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
        copied = self.state.is_copied(value)
        if kind == "turn_context":
            self.state.context(payload)
        elif copied:
            if payload.get("type") == "token_count":
                self._totals(table(payload.get("info")).get("total_token_usage"))
        elif kind == "response_item":
            yield from self._item(payload, line)
        elif kind == "event_msg":
            yield from self._event(payload, line)

    def end(self) -> Iterator[LogRecord]:
        """Yield how the session stands, and remember where to read on."""
        state = self.state
        if self.seen:
            ended = None if state.is_bare else state.now  # without times nothing says when it ended
            yield SessionLog(tool=TOOL, session=state.id, log_path=str(self.log.path), ended_at=ended, mode=state.mode)
        self.log.state = state.saved()
        yield from self.work.end()

    def _clock(self, value: dict[str, Any]) -> None:
        self.seen = True
        self.state.clock(value)

    # --- the session -----------------------------------------------------------------------------------------

    def _meta(self, payload: dict[str, Any], value: dict[str, Any]) -> Iterator[LogRecord]:
        """Take a `session_meta`: the first is the session's, others were copied with a parent's records."""
        state = self.state
        if state.session:
            return
        if not (text(payload.get("id")) or text(payload.get("session_id"))):
            self.log.skip("session_meta without an id", "")
            return
        parent, forked = state.begin(payload, value), text(payload.get("forked_from_id"))
        git = table(payload.get("git"))
        yield SessionLog(
            tool=TOOL,
            session=state.id,
            parent_session=parent,
            forked_from=forked if forked != parent else None,
            started_at=moment(state.started),
            directory=state.directory,
            remote=text(git.get("repository_url")),
            head=text(git.get("commit_hash")),
            log_path=str(self.log.path),
            log_version=text(payload.get("cli_version")),
        )

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
                yield self.state.activity("reply", self.state.record_id(payload.get("id"), line))
            elif payload.get("role") == "user" and self.state.is_bare:
                yield from self._bare_prompt(payload, line)
        elif kind in _CALLS:
            yield from self.work.call(payload, line)
        elif kind in _RESULTS:
            yield from self.work.result(payload)

    # --- events ----------------------------------------------------------------------------------------------

    def _event(self, payload: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        kind = payload.get("type")
        if kind == "user_message":
            yield from self._prompt(line, payload)
        elif kind == "token_count":
            yield from self._usage(table(payload.get("info")), line)
        elif kind == "patch_apply_end":
            yield from self.work.patched(text(payload.get("call_id")), payload, line)
        elif kind == "item_completed":
            yield from self._completed(table(payload.get("item")), line)
        elif kind == "turn_aborted":
            if payload.get("reason", "interrupted") == "interrupted":
                yield self.state.activity("interrupt", self.state.record_id(payload.get("turn_id"), line, "interrupt"))
            yield from self.work.forget(aborted=True)

    def _prompt(self, line: Line, payload: dict[str, Any]) -> Iterator[LogRecord]:
        yield from self.work.forget()
        if self.state.is_typed:
            yield self.state.activity("prompt", self.state.record_id(payload.get("id"), line))

    def _completed(self, item: dict[str, Any], line: Line) -> Iterator[LogRecord]:
        """Take an item of the paginated mode."""
        kind = (text(item.get("type")) or "").replace("_", "").lower()
        if kind == "usermessage":
            yield from self._prompt(line, item)
        elif kind == "filechange":
            yield from self.work.patched(text(item.get("id")), item, line)
        elif kind == "commandexecution" and "user" not in str(item.get("source")).lower():  # else a person's `!command`
            yield from self.work.executed(item, line)

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
            session=self.state.id,
            id=f"{self.state.id}:{id}",
            at=self.state.now,
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
