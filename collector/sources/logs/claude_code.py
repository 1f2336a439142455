"""Claude Code: `<configuration>/projects/<folder>/<session>.jsonl`, one line for each block of each message.

Source: transcripts of 2.0.64 to 2.1.42, the changelog, and what other readers say of later versions.

- Folder names can't be turned back into paths: the working directory, the session and the version come from each
  record. A session moves between folders and branches.
- A model's message stands on several lines that all carry its tokens, not always the same ones: the ledger takes
  the field-wise maximum over (`message.id`, `requestId`). Before 2.1.97 the output tokens are a placeholder.
- A sub-agent is a session of its own, `agent-<id>`. Its records are in a file of their own (beside the session's up
  to 2.1.1, in `<session>/subagents` since), or inline as side chains, and copies of them in the session's file as
  `progress`: all have the same ids, so they count once.
- A forked or resumed session begins with copies of the records of another, under their old ids.
- Many `user` lines were not typed by anyone (`claude_prompts`), most lines say nothing at all (`claude_lines`), and
  the text of an edit has its own traps (`claude_edits`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from collector.records import Activity, ActivityKind, LogRecord, SessionLog, TokenQuality, Usage
from collector.sources.logs.claude_calls import AWAITED, Call, call_of, outcome
from collector.sources.logs.claude_lines import Block, Message, Record, Tokens, at, is_noise, records
from collector.sources.logs.claude_prompts import is_queued_prompt, is_refusal, what_is_said
from collector.sources.logs.home import Home, LogFile, is_file, walk
from collector.sources.logs.log import Line, Log

_TOOL = "claude-code"
_FINAL_OUTPUT_SINCE = (2, 1, 97)
_MODES = frozenset({"default", "acceptEdits", "bypassPermissions", "plan", "auto", "dontAsk"})


def find(home: Home) -> Iterator[LogFile]:
    """Yield the transcripts of sessions and of sub-agents."""
    folders = home.named("CLAUDE_CONFIG_DIR")
    if not folders:
        folders = [*(folder / "claude" for folder in home.named("XDG_CONFIG_HOME", ".config")), home.path / ".claude"]
    for folder in folders:
        projects = folder / "projects"
        for path in walk(projects, ".jsonl"):
            inside = path.relative_to(projects).parts
            if len(inside) == 2 or ("subagents" in inside and path.name != "journal.jsonl"):
                yield LogFile(_TOOL, path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a transcript."""
    reader = _Reader(log)
    for number, offset, raw in log.raw_lines():
        if reader.sessions and is_noise(raw, reader.calls):
            continue
        for record in records(log, raw, number):
            yield from reader.take(record, Line(number, offset, {}))
    yield from reader.end()


class _Session(NamedTuple):
    """What is remembered of a session."""

    cwd: str | None = None
    mode: str | None = None
    message: str = ""
    """The message whose lines are being read."""
    tokens: Sequence[int] = []


class _Reader:
    """Turns the records of one transcript into what they say, in their order."""

    def __init__(self, log: Log) -> None:
        self.calls: dict[str, Call] = {}
        """The calls whose results are awaited."""
        self.sessions = {name: _Session(*kept) for name, kept in log.state.get("sessions", {}).items()}
        self._log = log
        self._own_agent = log.path.stem[6:] if log.path.stem.startswith("agent-") else ""
        self._chains: dict[str, str] = log.state.get("chains", {})
        self._about: dict[str, SessionLog] = {}
        self._again: tuple[Line, dict[str, Any]] | None = None

    def take(self, record: Record, line: Line) -> Iterator[LogRecord]:
        """Yield what a record says."""
        if record.data is not None and record.data.message is not None:
            record = _of_sub_agent(record, record.data.message, record.data.agentId)
        if not self.calls and record.type == "assistant" and any(one.name in AWAITED for one in _blocks(record)):
            self._again = (line, self._state())
        session = self._session(record)
        if session is None:
            return
        match record.type:
            case "assistant":
                yield from self._assistant(record, session, line)
            case "user":
                yield from self._user(record, session, line)
            case "attachment" if is_queued_prompt(record.attachment):
                yield from self._prompt(record, session)

    def end(self) -> Iterator[LogRecord]:
        """Yield the sessions, and remember what the next run must know."""
        yield from self._about.values()
        if self.calls and self._again is not None:
            line, self._log.state = self._again
            self._log.again_from(line)
        else:
            self._log.state = self._state()

    # --- whose it is ---------------------------------------------------------------------------------------

    def _session(self, record: Record) -> str | None:
        """Return the session that a record belongs to, None where it belongs to none; note what it says of it."""
        parent, session = None, record.sessionId
        if session and (record.isSidechain or self._own_agent):
            parent, session = session, f"agent-{record.agentId or self._own_agent or self._chain(record)}"
        if not session:
            return None
        known = self.sessions.get(session)
        if session not in self._about:
            self._about[session] = SessionLog(
                tool=_TOOL,
                session=session,
                parent_session=parent,
                directory=None if known else record.cwd,
                log_path=str(self._path_of(session, parent)),
            )
        self._note(session, known or _Session(), record)
        return session

    def _path_of(self, session: str, parent: str | None) -> Path:
        """Return the log of a session: where only copies of a sub-agent's records are met, its own, if it is there."""
        path = self._log.path
        own = path.with_suffix("") / "subagents" / f"{session}.jsonl"
        return own if parent and not self._own_agent and is_file(own) else path

    def _note(self, session: str, known: _Session, record: Record) -> None:
        mode = record.permissionMode or (record.mode if record.mode in _MODES else None) or known.mode
        cwd = record.relocatedCwd or record.cwd or known.cwd
        if mode != known.mode or cwd != known.cwd or session not in self.sessions:
            self.sessions[session] = _Session(cwd, mode, known.message, known.tokens)
        about, fork = self._about[session], record.forkedFrom
        forked_from = (fork if isinstance(fork, str) else fork.sessionId) if fork else about.forked_from
        version = record.version or about.log_version
        if (about.mode, about.log_version, about.forked_from) != (mode, version, forked_from):
            self._about[session] = replace(about, mode=mode, log_version=version, forked_from=forked_from)

    def _chain(self, record: Record) -> str:
        """Return the name of the side chain that a record continues: the id of its first record."""
        uuid = record.uuid or "?"
        self._chains[uuid] = chain = self._chains.get(record.parentUuid or "", uuid)
        return chain

    def _state(self) -> dict[str, Any]:
        return {"sessions": dict(self.sessions), "chains": dict(self._chains)}

    # --- what it says --------------------------------------------------------------------------------------

    def _assistant(self, record: Record, session: str, line: Line) -> Iterator[LogRecord]:
        message = record.message
        if message is None:
            self._log.skip("assistant record without a message", line.number)
            return
        if message.model == "<synthetic>" or record.isApiErrorMessage:
            return
        known, name = self.sessions[session], message.id or record.uuid or f"line {line.number}"
        tokens = _counted(message.usage)
        if name != known.message:
            yield self._activity(record, session, name, "reply")
        if name != known.message or tokens != known.tokens:
            if tokens:
                yield _usage(record, session, message, name, tokens)
            self.sessions[session] = _Session(known.cwd, known.mode, name, tokens)
        for index, block in enumerate(_blocks(record)):
            if block.type == "tool_use":
                call = block.id or f"{record.uuid}:{index}"
                yield self._activity(record, session, call, "tool_call")
                if block.name in AWAITED:
                    self._await(call, block, record, session, line)

    def _await(self, name: str, block: Block, record: Record, session: str, line: Line) -> None:
        when = at(record)
        if when is None:
            self._log.skip("call without a time", line.number)
            return
        about = {"id": name, "session": session, "at": when, "directory": self.sessions[session].cwd}
        about["model"] = record.message.model if record.message else None
        # a sub-agent's record may be met in two files, on different lines
        about["place"] = f"record {record.uuid}" if record.isSidechain else f"line {line.number}"
        call = call_of(self._log, block, **about)
        if call is None:
            self._log.skip(f"{block.name} call that is not understood", line.number)
        elif call.matters:
            self.calls[name] = call

    def _user(self, record: Record, session: str, line: Line) -> Iterator[LogRecord]:
        blocks = _blocks(record)
        results = [block for block in blocks if block.type == "tool_result"]
        for block in results:
            refused = is_refusal(record, block)
            if refused:
                yield self._activity(record, session, f"{block.tool_use_id}:denied", "denial")
            if call := self.calls.pop(block.tool_use_id, None):
                yield from outcome(self._log, call, record, block, refused=refused)
        if results:
            return
        match what_is_said(record, blocks):
            case "prompt":
                yield from self._prompt(record, session)
            case "interrupt":
                yield self._activity(record, session, record.uuid or f"line {line.number}", "interrupt")
            case None:
                pass

    def _prompt(self, record: Record, session: str) -> Iterator[LogRecord]:
        """Yield a prompt; what was awaited until now will not be told any more."""
        for call in self.calls.values():
            yield from outcome(self._log, call, None, None, refused=False)
        self.calls.clear()
        self._chains.clear()
        yield self._activity(record, session, record.uuid or f"at {record.timestamp}", "prompt")

    def _activity(self, record: Record, session: str, name: str, kind: ActivityKind) -> Activity:
        mode = self.sessions[session].mode
        return Activity(tool=_TOOL, session=session, id=name, at=at(record), kind=kind, mode=mode)


def _of_sub_agent(outer: Record, inner: Record, agent: str | None) -> Record:
    """Return the sub-agent's record that a line brings, with what the line says of both."""
    inner.agentId, inner.isSidechain = agent, True
    inner.sessionId, inner.cwd, inner.version = outer.sessionId, outer.cwd, outer.version
    inner.timestamp = inner.timestamp or outer.timestamp
    return inner


def _blocks(record: Record) -> list[Block]:
    content = record.message.content if record.message else ""
    return content if isinstance(content, list) else []


def _counted(usage: Tokens | None) -> list[int]:
    """Return input, cache writes, those for an hour, cache reads and output; nothing where there is no usage."""
    if usage is None:
        return []
    nested, hour = 0, 0
    if usage.cache_creation:
        hour = usage.cache_creation.ephemeral_1h_input_tokens or 0
        nested = hour + (usage.cache_creation.ephemeral_5m_input_tokens or 0)
    written = max(usage.cache_creation_input_tokens or 0, nested)  # the flat count was 0 in some versions
    return [usage.input_tokens or 0, written, hour, usage.cache_read_input_tokens or 0, usage.output_tokens or 0]


def _usage(record: Record, session: str, message: Message, name: str, tokens: Sequence[int]) -> Usage:
    return Usage(
        tool=_TOOL,
        session=session,
        id=f"{name}:{record.requestId}" if record.requestId else name,
        at=at(record),
        model=message.model,
        input=tokens[0],
        cache_write=tokens[1],
        cache_write_1h=tokens[2],
        cache_read=tokens[3],
        output=tokens[4],
        quality=_quality(record.version),
        cost_usd=record.costUSD,
    )


@cache
def _quality(version: str | None) -> TokenQuality:
    try:
        parts = tuple(int(part) for part in (version or "").split("-")[0].split(".")[:3])
    except ValueError:
        return "lower_bound"
    return "exact" if parts >= _FINAL_OUTPUT_SINCE else "lower_bound"
