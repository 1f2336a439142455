"""What a person typed to Aider, and all that followed until the next time → records (see `aider` for the format)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from collector.records import Activity, ActivityKind, CommitCall, Edit, LogRecord, Outcome, SessionLog, Usage
from collector.sources.logs.aider_blocks import Block, blocks
from collector.sources.logs.aider_times import Times
from collector.sources.logs.changes import Change
from collector.sources.logs.log import Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, text

TOOL = "aider"
_PROMPT = "#### "
_TO_MODEL = ("/ask", "/code", "/architect", "/context", "/help", "/ok")
"""Commands that ask the model something; the others are for Aider alone."""
_NUMBER = r"([\d.,]+[kM]?)"
_OWN = {
    "version": re.compile(r"Aider v(\S+)"),
    "model": re.compile(r"(?:Main model|Model): (\S+) with "),
    "tokens": re.compile(
        rf"Tokens: {_NUMBER} sent(?:, {_NUMBER} cache write)?(?:, {_NUMBER} cache hit)?, {_NUMBER} received\.(.*)"
    ),
    "cost": re.compile(r"(Cost: .*)"),
    "applied": re.compile(r"Applied edit to (.+)"),
    "dry": re.compile(r"Did not apply edit to (.+) \(--dry-run\)"),
    "skipped": re.compile(r"Skipping edits to (.+?)(?: that matches .*)?$"),
    "failed": re.compile(r"(The LLM did not conform to the edit format|Exception while updating files)"),
    "saving": re.compile(r"Committing (.+) before applying edits\."),
    "commit": re.compile(r"Commit ([0-9a-f]{7,64})(?: |$)"),
    "removed": re.compile(r"Removed: ([0-9a-f]{7,64})(?: |$)"),
    "interrupt": re.compile(r"\^C"),
    "denial": re.compile(
        r"(Create new file|Allow (?:edits|creation)\b.*|Edit the files|Run shell commands?)\?.*\bn(?:o)?$",
        re.IGNORECASE,
    ),
}
"""What Aider itself says, after `> `, as far as it says something here."""
_UNDOABLE = 20
"""Commits whose edits are remembered."""
_COST = re.compile(r"Cost: \$([\d.]+) message")


Made = dict[str, list[Edit]]
"""The edits that are in the latest commits."""


class Exchange:
    """An exchange of a log: the log's state tells what was before, and is brought on."""

    def __init__(self, log: Log, number: int, times: Times, made: Made) -> None:
        """Begin with the line of this number; `made` is brought on."""
        self._log, self._number, self._times, self._made = log, number, times, made
        self._done: list[Edit] = []
        log.state["exchange"] = count(log.state.get("exchange")) + 1
        self._session = str(log.state["session"])
        self._at = moment(log.state.get("at"))
        self._reply: list[str] = []
        self._pending: list[Block] = []
        self._applied: set[str] = set()
        self._edits = 0
        self._replies = 0
        self._said = False
        """Whether the model wrote anything."""
        self._is_own_commit = True
        self._last: Usage | None = None

    def records(self, lines: Sequence[str]) -> Iterator[LogRecord]:
        """Yield what it says."""
        typed = 0
        while typed < len(lines) and lines[typed].startswith(_PROMPT):
            typed += 1
        if typed:
            yield from self._typed("\n".join(line[len(_PROMPT) :].rstrip() for line in lines[:typed]))
        for number, line in enumerate(lines[typed:], self._number + typed):
            if own := _own(line):
                self._flush()
                yield from self._take(*own, number)
            else:
                self._reply.append(line)
        self._flush()
        yield from self._leave("failed")
        if self._said and not self._replies:
            yield self._happened("reply")
        self._log.state["at"] = self._at.isoformat() if self._at else None

    def _typed(self, said: str) -> Iterator[LogRecord]:
        """Take what a person typed."""
        self._at = self._times.typed(said, self._at)
        command = said.split(maxsplit=1)[0] if said.startswith("/") else ""
        self._log.state["command"] = command
        self._is_own_commit = command != "/commit"
        is_asked = not command or (command in _TO_MODEL and said != command)
        if is_asked and said.strip() not in ("", "<blank>") and not said.startswith("!"):
            yield self._happened("prompt")

    def _flush(self) -> None:
        """Take what the model wrote until here."""
        if any(line.strip() and not line.startswith(">") for line in self._reply):
            self._said = True
            self._pending += blocks(self._reply)
            self._applied.clear()
            self._at = self._times.replied(self._at)
        self._reply = []

    def _take(self, kind: str, found: re.Match[str], number: int) -> Iterator[LogRecord]:
        """Take what Aider itself says."""
        match kind:
            case "version":
                yield SessionLog(tool=TOOL, session=self._session, log_path=str(self._log.path), log_version=found[1])
            case "model":
                self._log.state["model"] = found[1]
            case "tokens" | "cost":
                yield from self._used(kind, found)
            case "applied":
                yield from self._outcome(found[1], "done", number)
            case "dry":
                yield from self._outcome(found[1], "failed", number)
            case "skipped":
                yield from self._outcome(found[1], "rejected", number)
            case "failed":
                yield from self._leave("failed")
            case "saving":
                self._is_own_commit = False
            case "commit":
                yield from self._committed(found[1], number)
            case "removed":
                yield from self._removed(found[1])
            case "interrupt" | "denial":
                yield self._happened("interrupt" if kind == "interrupt" else "denial")

    def _happened(self, kind: ActivityKind) -> Activity:
        number = count(self._log.state.get(kind)) + 1
        self._log.state[kind] = number
        return Activity(tool=TOOL, session=self._session, id=f"{self._session}:{kind}:{number}", at=self._at, kind=kind)

    def _used(self, kind: str, found: re.Match[str]) -> Iterator[LogRecord]:
        said = found[1] if kind == "cost" else found[5]
        if kind == "tokens":
            self._replies += 1
            reply = self._happened("reply")
            yield reply
            sent, written, hit, received = (_number(part) for part in found.groups()[:4])
            self._last = Usage(
                tool=TOOL,
                session=self._session,
                id=f"{self._session}:{self._log.state['reply']}",
                at=self._at,
                model=text(self._log.state.get("model")),
                input=max(sent - written - hit, 0),
                cache_write=written,
                cache_read=hit,
                output=received,
                quality="lower_bound",
            )
        cost = _COST.search(said)
        if self._last and not self._log.state.get("is_counted"):
            yield replace(self._last, cost_usd=float(cost[1].strip(".") or 0)) if cost else self._last

    def _outcome(self, path: str, outcome: Outcome, number: int) -> Iterator[Edit]:
        """Yield the edits of a file whose outcome is told."""
        path = path.strip()
        mine = [block for block in self._pending if _is_same(block.change.path, path)]
        if not mine and outcome == "done" and path not in self._applied:
            mine = [Block(Change(path=path, operation="touch"))]  # the reply doesn't show it in a way known here
        self._pending = [block for block in self._pending if block not in mine]
        self._applied.add(path)
        for block in mine:
            yield from self._edit(replace(block.change, path=path), outcome, number)

    def _leave(self, outcome: Outcome) -> Iterator[Edit]:
        """Yield the edits that were never applied; a listing was none."""
        for block in self._pending:
            if not block.is_listing:
                yield from self._edit(block.change, outcome, self._number)
        self._pending = []

    def _edit(self, change: Change, outcome: Outcome, number: int) -> Iterator[Edit]:
        if self._at is None:
            return
        self._edits += 1
        hashes = self._log.hashed(change.lines)
        edit = Edit(
            tool=TOOL,
            session=self._session,
            id=f"{self._session}:edit:{self._log.state['exchange']}:{self._edits}",
            at=self._at,
            path=change.path,
            directory=text(self._log.state.get("root")),
            operation=change.operation,
            outcome=outcome,
            model=text(self._log.state.get("model")),
            moved_from=change.moved_from,
            place=f"line {number}",
            exact=hashes["exact"],
            trimmed=hashes["trimmed"],
            squeezed=hashes["squeezed"],
        )
        if outcome == "done":
            self._done.append(edit)
        yield edit

    def _committed(self, sha: str, number: int) -> Iterator[LogRecord]:
        """Take a commit, which is of a person's work after `/commit` or where files were saved before an edit."""
        if not self._is_own_commit:
            self._is_own_commit = self._log.state.get("command") != "/commit"
            return
        self._made[sha] = self._done
        self._done = []
        for old in list(self._made)[:-_UNDOABLE]:
            del self._made[old]
        if self._at:
            yield CommitCall(
                tool=TOOL,
                session=self._session,
                id=f"{self._session}:{sha}",
                at=self._at,
                directory=text(self._log.state.get("root")),
                sha=sha,
                place=f"line {number}",
            )

    def _removed(self, sha: str) -> Iterator[LogRecord]:
        """Yield the edits of a commit anew that was taken back."""
        for known in [known for known in self._made if known.startswith(sha) or sha.startswith(known)]:
            yield from (replace(edit, outcome="undone") for edit in self._made.pop(known))


def _own(line: str) -> tuple[str, re.Match[str]] | None:
    """Return what a line says that Aider itself wrote, None for all else."""
    if line.startswith("> "):
        said = line[2:].strip()
        for kind, known in _OWN.items():
            if found := known.match(said):
                return kind, found
    return None


def _number(said: str | None) -> int:
    """Return a number as Aider shortens it: `310`, `2.1k`, `15k`."""
    if not said:
        return 0
    scale = {"k": 1_000, "M": 1_000_000}.get(said[-1], 1)
    try:
        return round(float(said.rstrip("kM").replace(",", "")) * scale)
    except ValueError:
        return 0


def _is_same(named: str, applied: str) -> bool:
    """Return whether a block's file is the one that was edited: the model may leave out folders, or make some up."""
    one, other = PurePosixPath(named.replace("\\", "/")).parts, PurePosixPath(applied.replace("\\", "/")).parts
    short = min(len(one), len(other))
    return short > 0 and (one[-short:] == other[-short:] or applied.endswith(f" {named}"))
