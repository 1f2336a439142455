"""Goose's messages → records (see `goose` for the format)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from collector.records import Activity, Edit, LogRecord
from collector.sources.logs import calls
from collector.sources.logs.changes import Change, split
from collector.sources.logs.log import Line, Log
from collector.sources.logs.patches import unified_diff
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

TOOL = "goose"
_DECLINED = "The user has declined to run this tool"
_OWN = frozenset({"", "developer", "DeveloperSystem"})
"""The extensions whose tools work on files and in the shell."""
_MILLISECONDS = 10**11
_UNDO = "\0undo "
"""Stands before the path of what is no edit, but the end of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a message needs to know of its session."""

    id: str
    directory: str | None = None
    is_typed: bool = True
    """Whether a person wrote the user's messages."""
    model: str | None = None
    mode: str | None = None


class Conversation:
    """The messages of one session, in their order."""

    def __init__(self, log: Log, session: Session, waiting: calls.Calls) -> None:
        """Read the messages of a session of a log, calls waiting in `waiting`."""
        self._log, self._session, self._waiting = log, session, waiting
        self._done: dict[str, list[Edit]] = {}
        """What was edited, by path, until it is taken back."""

    def take(self, message: dict[str, Any], line: Line, place: str) -> Iterator[LogRecord]:
        """Yield what a message says."""
        content = items(message.get("content"))
        seconds = count(message.get("created"))
        seconds = seconds // 1000 if seconds > _MILLISECONDS else seconds
        at = moment(seconds) if seconds else None
        visible = table(message.get("metadata")).get("userVisible") is not False
        about = Activity(tool=TOOL, session=self._session.id, id="", at=at, kind="reply", mode=self._session.mode)
        if message.get("role") == "assistant":
            if visible:
                yield replace(about, id=self._key("assistant", seconds, content))
            for item in content:
                if item.get("type") in ("toolRequest", "frontendToolRequest"):
                    id = f"{seconds}:{item.get('id')}"
                    yield replace(about, id=id, kind="tool_call")
                    self._ask(item, replace(about, id=id), line, place)
            return
        if message.get("role") != "user":
            return
        for item in content:
            if item.get("type") == "toolResponse":
                yield from self._answer(item, replace(about, id=f"{seconds}:{item.get('id')}:denial", kind="denial"))
        if visible and self._session.is_typed and any(_is_typed(item) for item in content):
            yield from self._waiting.give_up()
            yield replace(about, id=self._key("user", seconds, content), kind="prompt")

    def _key(self, role: str, seconds: int, content: list[dict[str, Any]]) -> str:
        """Return an id that a message keeps in every copy."""
        said = "\n".join(f"{item.get('type')} {item.get('id')} {item.get('text')}" for item in content)
        return f"{role}:{seconds}:{self._log.hashed([said])['exact'][0]:x}"

    def _ask(self, item: dict[str, Any], about: Activity, line: Line, place: str) -> None:
        """Remember a call until its result comes."""
        value = table(table(item.get("toolCall")).get("value"))
        extension, _, name = (text(value.get("name")) or "").rpartition("__")
        if about.at is None or extension not in _OWN:
            return
        asked = calls.arguments(value.get("arguments"))
        call = calls.call(
            self._log,
            session=about.session,
            id=about.id,
            at=about.at,
            directory=self._session.directory,
            place=place,
            changes=_changes(name, asked),
            command=calls.command(asked) if name == "shell" else "",
            model=self._session.model,
        )
        self._waiting.wait(str(item.get("id")), call, line)

    def _answer(self, item: dict[str, Any], denial: Activity) -> Iterator[LogRecord]:
        """Yield what a call did, its result being here."""
        key, result = str(item.get("id")), table(item.get("toolResult"))
        value = result.get("value")
        said = calls.printed(table(value).get("content") if isinstance(value, dict) else value)
        failed = result.get("status") == "error" or table(value).get("isError") is True
        if said.startswith(_DECLINED):
            yield denial
            self._waiting.refuse(key)
        for record in self._waiting.result(key, "failed" if failed else "done", said):
            if isinstance(record, Edit) and record.operation == "touch" and record.path.startswith(_UNDO):
                yield from self._take_back(record)
                continue
            if isinstance(record, Edit) and record.outcome == "done":
                self._done.setdefault(record.path, []).append(record)
            yield record

    def _take_back(self, undo: Edit) -> Iterator[Edit]:
        """Yield the last edit of a file anew, as one that was taken back."""
        edits = self._done.get(undo.path.removeprefix(_UNDO))
        if edits and undo.outcome == "done":
            yield replace(edits.pop(), outcome="undone")


def _is_typed(item: dict[str, Any]) -> bool:
    return item.get("type") == "text" and bool(text(item.get("text")))


def _changes(tool: str, asked: dict[str, Any]) -> list[Change]:
    path = text(asked.get("path"))
    command = str(asked.get("command")) if tool == "text_editor" else tool
    diff = text(asked.get("diff"))
    if not path or command not in _EDITS:
        return []
    return [unified_diff(diff, path)] if diff else _EDITS[command](asked)


def _inserted(asked: Mapping[str, Any]) -> list[Change]:
    return [Change(path=asked["path"], operation="update", lines=split(str(asked.get("new_str") or "")))]


def _edited(asked: Mapping[str, Any]) -> list[Change]:
    return calls.edited({"path": asked["path"], "old": asked.get("before"), "new": asked.get("after")})


def _undone(asked: Mapping[str, Any]) -> list[Change]:
    return [Change(path=f"{_UNDO}{asked['path']}", operation="touch")]


_EDITS: Mapping[str, calls.Tool] = {
    "write": calls.written,
    "str_replace": calls.edited,
    "edit": _edited,
    "insert": _inserted,
    "undo_edit": _undone,
}
