"""Amp's threads of the time when they were kept on the machine: `…/amp/threads/T-*.json`, whole files.

Source: observed threads (`v` 220). Since spring 2026 threads lie on Amp's servers and what is here ends with them; a
stub without messages gives a session alone. Traps: usage stands in messages (`usage`, whose input leaves out cached
tokens) or, in older threads, in `usageLedger.events`, and sometimes in both: the ledger counts only where no message
has usage. Only what people sent and what models used has a time: other things have that of the message before.
Message numbers start at 0 in every thread, so the thread's id goes before them.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from collector.records import Activity, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs.calls import arguments, call, command, created, edited, patched, printed
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_WRITERS = {"create_file": created, "edit_file": edited, "apply_patch": patched}
_OUTCOMES: dict[str, Outcome] = {
    "done": "done",
    "error": "failed",
    "cancelled": "rejected",
    "rejected-by-user": "rejected",
}


def find(home: Home) -> Iterator[LogFile]:
    """Yield the threads that are still here."""
    for root in home.data("amp"):
        for path in walk(root / "threads", ".json"):
            if path.name.startswith("T-"):
                yield LogFile("amp", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what a thread holds."""
    thread = log.document()
    session = text(thread.get("id"))
    if not session:
        log.skip("thread without an id", "")
        return
    tree = next(iter(items(table(table(thread.get("env")).get("initial")).get("trees"))), {})
    repository, directory = table(tree.get("repository")), _folder(tree.get("uri"))
    yield SessionLog(
        tool=log.tool,
        session=session,
        started_at=moment(thread.get("created")),
        directory=directory,
        remote=text(repository.get("url")),
        head=text(repository.get("sha")),
        mode=text(thread.get("agentMode")),
        log_path=str(log.path),
        log_version=_version(thread),
    )
    yield from _Thread(log, session, directory, thread).records()


def _folder(uri: Any) -> str | None:
    """Return the path that a `file://` address names."""
    return unquote(urlsplit(uri).path) if isinstance(uri, str) and uri.startswith("file://") else None


def _version(thread: dict[str, Any]) -> str | None:
    return text(table(table(table(thread.get("env")).get("initial")).get("platform")).get("clientVersion"))


class _Thread:
    """One thread on its way through."""

    def __init__(self, log: Log, session: str, directory: str | None, thread: dict[str, Any]) -> None:
        self.log, self.session, self.directory = log, session, directory
        self.messages = items(thread.get("messages"))
        self.ledger = items(table(thread.get("usageLedger")).get("events"))
        self.at = moment(thread.get("created"))
        blocks = (block for message in self.messages for block in items(message.get("content")))
        self.runs = {key: table(block.get("run")) for block in blocks if (key := text(block.get("toolUseID")))}

    def records(self) -> Iterator[LogRecord]:
        """Yield everything but the session itself."""
        for place, message in enumerate(self.messages):
            usage = table(message.get("usage"))
            sent = table(message.get("meta")).get("sentAt")
            self.at = moment(usage.get("timestamp")) or moment(sent) or self.at
            number = message.get("messageId", place)
            if self.at is None or not isinstance(number, int | str):
                self.log.skip("message without a time or number", f"message {place}")
            elif message.get("role") == "user":
                yield from self._said(message, f"{self.session}/{number}", self.at)
            elif message.get("role") == "assistant":
                yield from self._reply(message, f"{self.session}/{number}", self.at, place)
        if not any(table(message.get("usage")) for message in self.messages):
            yield from self._ledger()

    def _activity(self, kind: Any, id: str, at: datetime, mode: str | None = None) -> Activity:
        return Activity(tool=self.log.tool, session=self.session, id=id, at=at, kind=kind, mode=mode)

    def _said(self, message: dict[str, Any], id: str, at: datetime) -> Iterator[LogRecord]:
        content = message.get("content")
        texts = [block for block in items(content) if block.get("type") == "text"]
        if printed(texts) or text(content):
            yield self._activity("prompt", id, at, text(message.get("agentMode")))

    def _reply(self, message: dict[str, Any], id: str, at: datetime, place: int) -> Iterator[LogRecord]:
        yield self._activity("reply", id, at)
        if table(message.get("state")).get("type") == "cancelled":
            yield self._activity("interrupt", f"{id}:interrupt", at)
        usage = table(message.get("usage"))
        model = text(usage.get("model"))
        if usage:
            yield Usage(
                tool=self.log.tool,
                session=self.session,
                id=id,
                at=at,
                model=model,
                input=count(usage.get("inputTokens")),
                cache_write=count(usage.get("cacheCreationInputTokens")),
                cache_read=count(usage.get("cacheReadInputTokens")),
                output=count(usage.get("outputTokens")),
            )
        for block in items(message.get("content")):
            if block.get("type") == "tool_use":
                yield from self._call(block, at, place, model)

    def _call(self, block: dict[str, Any], at: datetime, place: int, model: str | None) -> Iterator[LogRecord]:
        key, name = text(block.get("id")), text(block.get("name"))
        if not key or not name:
            self.log.skip("tool call without id or name", f"message {place}")
            return
        yield self._activity("tool_call", key, at)
        run, args, writer = self.runs.get(key, {}), arguments(block.get("input")), _WRITERS.get(name)
        status = text(run.get("status"))
        outcome = _OUTCOMES.get(status) if status else None
        if outcome is None and (status or place == len(self.messages) - 1):
            return  # it is still running
        if status == "rejected-by-user":
            yield self._activity("denial", f"{key}:denial", at)
        result = run.get("result")
        if count(table(result).get("exitCode")) and outcome == "done":
            outcome = "failed"
        made = call(
            self.log,
            session=self.session,
            id=key,
            at=at,
            directory=text(args.get("cwd")) or self.directory,
            place=f"message {place}",
            changes=writer(args) if writer else (),
            command=command(args) if name == "Bash" else "",
            model=model,
        )
        yield from made.done(outcome or "done", printed(table(result).get("output") or result))

    def _ledger(self) -> Iterator[Usage]:
        for number, event in enumerate(self.ledger):
            tokens = table(event.get("tokens"))
            yield Usage(
                tool=self.log.tool,
                session=self.session,
                id=f"{self.session}/ledger/{text(event.get('id')) or number}",
                at=moment(event.get("timestamp")),
                model=text(event.get("model")),
                input=count(tokens.get("input")),
                cache_write=count(tokens.get("cacheCreationInputTokens")),
                cache_read=count(tokens.get("cacheReadInputTokens")),
                output=count(tokens.get("output")),
            )
