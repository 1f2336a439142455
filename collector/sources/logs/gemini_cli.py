"""Gemini CLI's chats (and Qwen Code's before it had a format of its own): `~/.gemini/tmp/<project>/chats/`.

Source: google-gemini/gemini-cli@5411f113. `session-*.json` is one object, rewritten whole; since v0.39
`session-*.jsonl` is a journal. Its traps: a message is appended again, with the same id, whenever it changes; `$set`
changes the head, and `$set.messages` repeats all messages; `$rewindTo` takes messages back, though not what they did
to files, so nothing is taken back here. Going on with a `.json` makes a whole `.jsonl` copy beside it: the copy is
read. Sub-agents lie in `chats/<parent session>/`. `<project>` is a slug or the SHA-256 of the project's folder, which
`.project_root` or `projects.json` name. `cached` is a part of `input`; `thoughts` and `tool` are not in the others.
A call's id (`replace-1`) may repeat, so the message's goes before it. A `cancelled` call is a denial, whether a person
said no or stopped it. `logs.json` and `checkpoint-*.json` only repeat what chats hold.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from collector.records import Activity, LogRecord, SessionLog, Usage
from collector.sources.logs.calls import call, printed
from collector.sources.logs.gemini_tools import changes_of, command_of, level_of, outcome_of, output_of
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Log
from collector.sources.logs.sidecar import beside, words
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_INJECTED = ("/", "?", "<session_context>", "<hook_context>")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the chats of Gemini CLI, and of the Qwen Code of old."""
    roots = [("gemini-cli", root / ".gemini/tmp") for root in home.named("GEMINI_CLI_HOME", ".")]
    for tool, root in [*roots, ("qwen", home.path / ".qwen/tmp")]:
        for path in walk(root, ".json", ".jsonl"):
            copied = path.suffix == ".json" and path.with_suffix(".jsonl").exists()
            if "chats" in path.parts[len(root.parts) :] and not copied:
                yield LogFile(tool, path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a chat."""
    if log.path.suffix == ".json":
        chat = log.document()
        if not text(chat.get("sessionId")):
            log.skip("chat without a session id", "")
        else:
            yield from _head(log, chat)
            for number, message in enumerate(items(chat.get("messages")), 1):
                yield from _message(log, message, f"message {number}")
        return
    for number, _, value in log.lines():
        place = f"line {number}"
        if "$set" in value:
            change = table(value["$set"])
            yield from _head(log, change)
            for message in items(change.get("messages")):
                yield from _message(log, message, place)
        elif "sessionId" in value and "type" not in value:
            yield from _head(log, value)
        elif "type" in value:
            if not log.state.get("session"):
                yield from _head(log, {"sessionId": log.path.stem})
            yield from _message(log, value, place)


def _head(log: Log, head: dict[str, Any]) -> Iterator[SessionLog]:
    """Take what a head, or a change of it, says of the session."""
    folder = log.path.parent
    state = log.state
    if session := text(head.get("sessionId")):
        is_nested = folder.name != "chats"
        state["session"] = log.path.stem if is_nested and session == folder.name else session
        state["parent"] = folder.name if is_nested else None
        state["directory"] = _directory(folder.parent if is_nested else folder)
    yield SessionLog(
        tool=log.tool,
        session=_session(log),
        parent_session=state.get("parent"),
        started_at=moment(head.get("startTime")),
        ended_at=moment(head.get("lastUpdated")),
        directory=state.get("directory"),
        log_path=str(log.path),
    )


def _session(log: Log) -> str:
    return text(log.state.get("session")) or log.path.stem


def _directory(chats: Path) -> str | None:
    """Return the project's folder: from the marker beside the chats, else from the list of all projects."""
    project = chats.parent
    if root := words(project / ".project_root"):
        return root
    for path, slug in table(beside(project.parent.parent / "projects.json").get("projects")).items():
        if project.name in (slug, sha256(path.encode("utf-8", "surrogatepass")).hexdigest()):
            return str(path)
    return None


def _where(root: str | None, directory: str | None) -> str | None:
    """Return where a command ran: its directory may be relative to the project's."""
    return str(PurePosixPath(root or "", directory)) if directory else root


def _message(log: Log, message: dict[str, Any], place: str) -> Iterator[LogRecord]:
    kind, id, at = message.get("type"), text(message.get("id")), moment(message.get("timestamp"))
    if kind not in ("user", "gemini", "qwen"):
        return
    if not id or not at:
        log.skip("message without id or time", place)
        return
    session = _session(log)
    if kind == "user":
        said = printed(message.get("content")).lstrip()
        if said and not said.startswith(_INJECTED) and not log.state.get("parent"):
            yield Activity(tool=log.tool, session=session, id=id, at=at, kind="prompt")
        return
    yield Activity(tool=log.tool, session=session, id=id, at=at, kind="reply")
    if tokens := table(message.get("tokens")):
        cached = count(tokens.get("cached"))
        yield Usage(
            tool=log.tool,
            session=session,
            id=id,
            at=at,
            model=text(message.get("model")),
            input=max(count(tokens.get("input")) - cached, 0) + count(tokens.get("tool")),
            cache_read=cached,
            output=count(tokens.get("output")) + count(tokens.get("thoughts")),
        )
    for one in items(message.get("toolCalls")):
        yield from _call(log, message, one, place)


def _call(log: Log, message: dict[str, Any], one: dict[str, Any], place: str) -> Iterator[LogRecord]:
    """Yield a call, and what it did once its status says so: the message is written again until then."""
    name, args, session = text(one.get("name")), table(one.get("args")), _session(log)
    at = moment(one.get("timestamp")) or moment(message.get("timestamp"))
    if not name or not at:
        log.skip("tool call without a name", place)
        return
    id = f"{message['id']}/{text(one.get('id')) or name}"
    yield Activity(tool=log.tool, session=session, id=id, at=at, kind="tool_call")
    output = output_of(one.get("result"))
    # the first versions wrote no status, and the call only when it had run
    outcome = outcome_of(one.get("status", "success"), output)
    if outcome is None:
        return
    if outcome == "rejected":
        yield Activity(tool=log.tool, session=session, id=f"{id}:denial", at=at, kind="denial")
    display = one.get("resultDisplay")
    made = call(
        log,
        session=session,
        id=id,
        at=at,
        directory=_where(log.state.get("directory"), text(args.get("directory"))),
        place=place,
        changes=changes_of(name, args, display),
        command=command_of(name, args),
        model=text(message.get("model")),
        level=level_of(args, display),
    )
    yield from made.done(outcome, output)
