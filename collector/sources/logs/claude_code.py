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
from collector.sources.logs.claude_calls import AWAITED, Call, awaiting, matters, outcome, understood
from collector.sources.logs.claude_lines import Block, Fork, Message, Record, Tokens, at, is_noise, records
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
    for number, offset, raw in log.whole_lines():
        # the first lines are always decoded, since they tell the session
        if (reader.sessions and is_noise(raw, reader.calls)) or not (line := raw.strip(b"\r\n \t\0")):
            continue
        for record in records(log, line, number):
            reader.take(record, number, offset)
        if reader.found:
            yield from reader.found
            reader.found.clear()
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
        self.found: list[LogRecord] = []
        """What the last records said."""
        self.sessions = {name: _Session(*kept) for name, kept in log.state.get("sessions", {}).items()}
        self._log = log
        self._own_agent = log.path.stem[6:] if log.path.stem.startswith("agent-") else ""
        self._chains: dict[str, str] = log.state.get("chains", {})
        self._about: dict[str, SessionLog] = {}
        self._said: dict[str, tuple[object, ...]] = {}
        """What the last record of each session said of it."""
        self._again: tuple[Line, dict[str, Any]] | None = None

    def take(self, record: Record, number: int, offset: int) -> None:
        """Find what a record says."""
        if record.data is not None and record.data.message is not None:
            record = _of_sub_agent(record, record.data.message, record.data.agentId)
        session = self._session(record)
        if session is None:
            return
        before = self.sessions.get(session)
        self._note(record, session, before)
        if record.type == "assistant":
            calls = self._assistant(record, session, number)
            if calls and not self.calls:
                self._again = (Line(number, offset, {}), self._state(session, before))
            self.calls.update(calls)
        elif record.type == "user":
            self._user(record, session, number)
        elif is_queued_prompt(record.attachment):
            self._prompt(record, session)

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
        """Return the session that a record belongs to, None where it belongs to none."""
        if not record.sessionId:
            return None
        if not (record.isSidechain or self._own_agent):
            return record.sessionId
        return f"agent-{record.agentId or self._own_agent or self._chain(record)}"

    def _chain(self, record: Record) -> str:
        """Return the name of the side chain that a record continues: the id of its first record."""
        uuid = record.uuid or "?"
        self._chains[uuid] = chain = self._chains.get(record.parentUuid or "", uuid)
        return chain

    def _note(self, record: Record, session: str, known: _Session | None) -> None:
        """Note what a record says of its session: mostly what the one before it did."""
        said = (
            record.cwd,
            record.version,
            record.permissionMode,
            record.mode,
            record.relocatedCwd,
            record.forkedFrom,
        )
        if self._said.get(session) == said:
            return
        self._said[session] = said
        about = self._about.get(session) or self._begun(record, session, known)
        cwd, mode = record.relocatedCwd or record.cwd, record.permissionMode
        if mode is None and record.mode in _MODES:
            mode = record.mode
        known = known or _Session()
        if session not in self.sessions or (cwd and cwd != known.cwd) or (mode and mode != known.mode):
            self.sessions[session] = _Session(cwd or known.cwd, mode or known.mode, known.message, known.tokens)
        fork = record.forkedFrom
        forked_from = fork.sessionId if isinstance(fork, Fork) else fork
        version = record.version
        is_told = (mode or about.mode, version or about.log_version, forked_from or about.forked_from)
        if is_told != (about.mode, about.log_version, about.forked_from):
            self._about[session] = replace(about, mode=is_told[0], log_version=is_told[1], forked_from=is_told[2])

    def _begun(self, record: Record, session: str, known: _Session | None) -> SessionLog:
        parent = record.sessionId if session != record.sessionId else None
        self._about[session] = about = SessionLog(
            tool=_TOOL,
            session=session,
            parent_session=parent,
            directory=None if known else record.cwd,
            log_path=str(self._path_of(session, parent)),
        )
        return about

    def _path_of(self, session: str, parent: str | None) -> Path:
        """Return the log of a session: where only copies of a sub-agent's records are met, its own, if it is there."""
        path = self._log.path
        own = path.with_suffix("") / "subagents" / f"{session}.jsonl"
        return own if parent and not self._own_agent and is_file(own) else path

    def _state(self, session: str = "", before: _Session | None = None) -> dict[str, Any]:
        """Return what must be remembered; given a session as it was before a line, as it was there."""
        sessions = dict(self.sessions)
        if session and before is None:
            del sessions[session]
        elif before is not None:
            sessions[session] = before
        return {"sessions": sessions, "chains": dict(self._chains)}

    # --- what it says --------------------------------------------------------------------------------------

    def _assistant(self, record: Record, session: str, number: int) -> dict[str, Call]:
        """Find what a line of a message says, and return the calls in it whose results are wanted."""
        message, calls = record.message, dict[str, Call]()
        if message is None:
            self._log.skip("assistant record without a message", number)
            return calls
        if message.model == "<synthetic>" or record.isApiErrorMessage:
            return calls
        known, name = self.sessions[session], message.id or record.uuid or f"line {number}"
        tokens = _counted(message.usage)
        if name != known.message:
            self._happened(record, session, name, "reply")
        if name != known.message or tokens != known.tokens:
            if tokens:
                self.found.append(_usage(record, session, message, name, tokens))
            self.sessions[session] = _Session(known.cwd, known.mode, name, tokens)
        for index, block in enumerate(message.content if isinstance(message.content, list) else ()):
            if block.type == "tool_use":
                called = block.id or f"{record.uuid}:{index}"
                self._happened(record, session, called, "tool_call")
                if block.name in AWAITED and (call := self._awaited(called, block, record, session, number)):
                    calls[called] = call
        return calls

    def _awaited(self, name: str, block: Block, record: Record, session: str, number: int) -> Call | None:
        call, when = understood(block), at(record)
        if call is None:
            self._log.skip(f"{block.name} call that is not understood", number)
        elif when is None:
            self._log.skip("call without a time", number)
        elif matters(call):
            made = Call(
                id=name,
                tool=block.name,
                session=session,
                at=when,
                directory=self.sessions[session].cwd,
                model=record.message.model if record.message else None,
                # a sub-agent's record may be met in two files, on different lines
                place=f"record {record.uuid}" if record.isSidechain else f"line {number}",
                asked=call,
            )
            return awaiting(self._log, made)
        return None

    def _user(self, record: Record, session: str, number: int) -> None:
        blocks = _blocks(record)
        results = [block for block in blocks if block.type == "tool_result"]
        for block in results:
            refused = is_refusal(record, block)
            if refused:
                self._happened(record, session, f"{block.tool_use_id}:denied", "denial")
            if call := self.calls.pop(block.tool_use_id, None):
                self.found.extend(outcome(self._log, call, record, block, refused=refused))
        if results:
            return
        match what_is_said(record, blocks):
            case "prompt":
                self._prompt(record, session)
            case "interrupt":
                self._happened(record, session, record.uuid or f"line {number}", "interrupt")
            case None:
                pass

    def _prompt(self, record: Record, session: str) -> None:
        """Note a prompt; what was awaited until now will not be told any more."""
        for call in self.calls.values():
            self.found.extend(outcome(self._log, call, None, None, refused=False))
        self.calls.clear()
        self._chains.clear()
        self._happened(record, session, record.uuid or f"at {record.timestamp}", "prompt")

    def _happened(self, record: Record, session: str, name: str, kind: ActivityKind) -> None:
        mode = self.sessions[session].mode
        self.found.append(Activity(tool=_TOOL, session=session, id=name, at=at(record), kind=kind, mode=mode))


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
