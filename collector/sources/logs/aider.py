"""Aider: `.aider.chat.history.md` at the top of a repository, Markdown that only grows, and an optional analytics log.

Source: Aider's own code (5dc9490b) and the transcripts that it publishes.

- One file holds many runs; each begins with its time, local and without a zone. Nothing after that has one: what a
  person typed is timed by `.aider.input.history`, replies by the LLM history, where they lie beside it.
- `#### ` is what a person typed, `> ` is Aider's own, all else the model's. A quote by the model looks like Aider's
  own, so only what Aider is known to say counts.
- A block is an edit when `> Applied edit to <file>` follows; a reply that did not conform is followed by another.
- `> Commit <sha>` names Aider's commit, but not after `Committing … before applying edits`, which saves what a person
  left uncommitted, and not after `/commit`. `/undo` takes a commit back.
- Tokens are rounded (`2.1k`). The analytics log has them exactly and counts where it covers a run: its `launched`
  follows the start within seconds. It does not say whose event is whose when two run at once: the latest's.
- What followed the last commit is read again with it: an `/undo` may take it back.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collector.records import LogRecord, SessionLog, Usage
from collector.sources.logs.aider_exchange import TOOL, Exchange, Made
from collector.sources.logs.aider_times import Times
from collector.sources.logs.home import Home, LogFile, is_file
from collector.sources.logs.log import Line, Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, parsed, table, text

_CHAT, _TYPED, _LLM = ".aider.chat.history.md", ".aider.input.history", ".aider.llm.history"
_AGAIN = 20
"""Exchanges after which a commit is no longer expected to be taken back."""
_MOST_LINES = 200_000
"""Lines of an exchange beyond which nothing is looked for."""
_OPTIONS = ("chat-history-file", "input-history-file", "llm-history-file", "analytics-log")
_SET = re.compile(rf"^(?P<name>{'|'.join(_OPTIONS)}):\s*(?P<value>\S.*?)\s*(?:#.*)?$", re.MULTILINE)
_STARTED = re.compile(rb"^# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*$", re.MULTILINE)
_LAUNCHED_WITHIN = timedelta(seconds=30)


def find(home: Home) -> Iterator[LogFile]:
    """Yield the histories of known repositories and of the home folder, and the analytics logs."""
    chats: dict[Path, tuple[Path, ...]] = {}
    analytics: dict[Path, None] = {}
    general = _configured(home.path)
    for folder in dict.fromkeys((*home.repositories, home.path)):
        chosen = {**general, **_configured(folder), **_environment(home)}
        chat = folder / chosen.get("chat-history-file", _CHAT)
        typed = folder / chosen.get("input-history-file", _TYPED)
        llm = folder / chosen.get("llm-history-file", _LLM)
        if "analytics-log" in chosen and is_file(folder / chosen["analytics-log"]):
            analytics[folder / chosen["analytics-log"]] = None
        for path in dict.fromkeys((chat, folder / _CHAT)):
            if is_file(path):
                chats.setdefault(path, tuple(filter(is_file, (typed, llm))))
    for path, beside in chats.items():
        yield LogFile(TOOL, path, (*beside, *analytics))
    for path in analytics:
        yield LogFile(TOOL, path, tuple(chats))


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a chat history or an analytics log."""
    with log.path.open("rb") as file:
        is_analytics = file.read(200).lstrip()[:1] == b"{"
    yield from _events(log) if is_analytics else _chats(log)


def _environment(home: Home) -> dict[str, str]:
    """Return the files that variables name: `AIDER_CHAT_HISTORY_FILE` and the like."""
    named = {option: home.environment.get(f"AIDER_{option.replace('-', '_').upper()}", "") for option in _OPTIONS}
    return {option: _expanded(home.path, value) for option, value in named.items() if value and "\0" not in value}


def _configured(folder: Path) -> dict[str, str]:
    """Return the files that the settings in a folder name."""
    try:
        settings = (folder / ".aider.conf.yml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    return {found["name"]: _expanded(folder, found["value"].strip("'\"")) for found in _SET.finditer(settings)}


def _expanded(home: Path, value: str) -> str:
    return str(home / value[2:]) if value.startswith("~/") else value


def _session_id(path: Path, started: str) -> str:
    """Return a run's id: its start, and the name of its folder, which stays when the folder is moved."""
    return f"{started.replace(' ', 'T')}@{path.parent.name}"


# --- chat histories ----------------------------------------------------------------------------------------------


def _chats(log: Log) -> Iterator[LogRecord]:
    times, launched, root = Times(log.beside), _launched(log.beside), _root(log.path)
    kept: list[tuple[Line, dict[str, Any]]] = []
    made: Made = {}
    for line, lines in _exchanges(log):
        kept = [*kept[-_AGAIN:], (line, dict(log.state))]
        commit = next(reversed(made), None)
        started = _STARTED.match(lines[0].encode())
        if started:
            yield from _begun(log, started[1].decode(), root, launched)
        if "session" in log.state:
            yield from Exchange(log, line.number, times, made).records(lines[1:] if started else lines)
        else:
            log.skip_once("text before the first start", str(line.number))
        if next(reversed(made), None) not in (None, commit):
            kept = kept[-1:]
    if kept:
        line, state = kept[0]
        log.state = state | {"skipped": log.state.get("skipped", [])}
        log.again_from(line)


def _exchanges(log: Log) -> Iterator[tuple[Line, list[str]]]:
    """Yield the lines from each start or prompt to the next, and where they begin."""
    begins, was_prompt = Line(0, 0, {}), False
    lines: list[str] = []
    for number, offset, raw in log.whole_lines():
        line = raw.decode("utf-8", "replace").rstrip("\n").removesuffix("\r")
        is_prompt = _is_prompt(log, line)
        if lines and (_STARTED.match(raw) or (is_prompt and not was_prompt)):
            yield begins, lines
            lines = []
        if not lines:
            begins = Line(number, offset, {})
        if len(lines) == _MOST_LINES:
            log.skip_once("exchange too long", str(begins.number))
        if (lines or line.strip()) and len(lines) <= _MOST_LINES:
            lines.append(line)
        was_prompt = is_prompt
    if lines:
        yield begins, lines


def _is_prompt(log: Log, line: str) -> bool:
    """Return whether a person typed a line: two spaces end it, unlike most of a model's headings.

    Where an editor has cut those spaces from a file, all such lines count.
    """
    if not line.startswith("#### "):
        return False
    if line.endswith("  "):
        log.state["has_ends"] = True
    return line.endswith("  ") or not log.state.get("has_ends")


def _begun(log: Log, started: str, root: str | None, launched: list[datetime]) -> Iterator[LogRecord]:
    at = moment(started, zone=None)
    id = _session_id(log.path, started)
    while id == log.state.get("session"):  # two starts within one second
        id += "+"
    next_launch = launched[bisect_left(launched, at) :][:1] if at else []
    log.state = {
        "session": id,
        "at": at.isoformat() if at else None,
        "root": root,
        "has_ends": log.state.get("has_ends", False),
        "skipped": log.state.get("skipped", []),
        "is_counted": any(at and one - at <= _LAUNCHED_WITHIN for one in next_launch),
    }
    yield SessionLog(tool=TOOL, session=id, started_at=at, directory=root, log_path=str(log.path))


def _root(path: Path) -> str | None:
    """Return the folder that the paths in a history are relative to: the top of the work tree, else its own."""
    for folder in path.parents:
        if (folder / ".git").exists():
            return str(folder)
    return str(path.parent) if path.name == _CHAT else None


# --- the analytics log -------------------------------------------------------------------------------------------


def _launched(paths: Iterable[Path]) -> list[datetime]:
    """Return when the runs began that analytics logs tell of."""
    found: list[datetime] = []
    for path in paths:
        with suppress(OSError), path.open("rb") as file:
            times = (moment(table(parsed(line)).get("time")) for line in file if b'"launched"' in line)
            found += filter(None, times)
    return sorted(found)


def _starts(paths: Iterable[Path]) -> list[tuple[datetime, str]]:
    """Return when the runs began of which chat histories tell, and their ids."""
    found: list[tuple[datetime, str]] = []
    for path in paths:
        with suppress(OSError), path.open("rb") as file:
            times = [match[1].decode() for line in file if (match := _STARTED.match(line))]
            found += [(at, _session_id(path, time)) for time in times if (at := moment(time, zone=None))]
    return sorted(found)


def _events(log: Log) -> Iterator[LogRecord]:
    starts = _starts(log.beside)
    for line in log.lines():
        event, properties = line.value.get("event"), table(line.value.get("properties"))
        at = moment(line.value.get("time"))
        if event == "launched" and at:
            place = bisect_right(starts, (at + timedelta(seconds=1), "")) - 1
            if place >= 0 and at - starts[place][0] <= _LAUNCHED_WITHIN:
                id = starts[place][1]
            else:
                id = f"analytics-{at:%Y-%m-%dT%H:%M:%S}"
            log.state = {"session": id, "replies": 0}
            yield SessionLog(tool=TOOL, session=id, started_at=at, log_path=str(log.path))
        elif event == "exit":
            log.state = {}
        elif event == "message_send" and (session := text(log.state.get("session"))):
            log.state["replies"] = count(log.state.get("replies")) + 1
            model = text(properties.get("main_model"))
            yield Usage(
                tool=TOOL,
                session=session,
                id=f"{session}:{log.state['replies']}",
                at=at,
                model=None if model and model.endswith("REDACTED") else model,
                input=count(properties.get("prompt_tokens")),
                output=count(properties.get("completion_tokens")),
                cost_usd=amount(properties.get("cost")) or None,
            )
