"""What Claude Code's edit tools wrote, from what the model asked for and, where the log has it, what was done.

The result of a call is believed before its input: a person may have changed the text on the way. Its
`structuredPatch` is never read, since it has blanks where the file has tabs.
"""

from typing import NamedTuple

import msgspec

from collector.records import Operation
from collector.sources.logs.changes import Lines, replaced, split

TOOLS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit"})
_NOTHING = msgspec.Raw(b"null")
_NEWLINE = b"\\n"


class Piece(msgspec.Struct, gc=False):
    """One replacement of a `MultiEdit`."""

    old_string: str | None = ""
    new_string: str | None = ""


class Asked(msgspec.Struct, gc=False):
    """The input of a call."""

    file_path: str | None = None
    notebook_path: str | None = None
    old_string: str | None = None
    new_string: str | None = None
    replace_all: bool | None = None
    content: str | None = None
    edits: list[Piece] | None = None
    new_source: str | None = None
    edit_mode: str | None = None
    command: str | None = None


class Done(msgspec.Struct, gc=False):
    """The result of a call; what is text of a file stays undecoded until it is needed."""

    type: str | None = None
    content: str | None = None
    oldString: msgspec.Raw = _NOTHING  # noqa: N815 - the log's own names
    newString: msgspec.Raw = _NOTHING  # noqa: N815
    originalFile: msgspec.Raw = _NOTHING  # noqa: N815
    replaceAll: bool | None = None  # noqa: N815
    userModified: bool | None = None  # noqa: N815
    edits: list[Piece] | None = None
    original_file: str | None = None
    updated_file: str | None = None


class Written(NamedTuple):
    """What one call wrote into its file."""

    operation: Operation
    lines: Lines


asked = msgspec.json.Decoder(Asked).decode
done = msgspec.json.Decoder(Done).decode
_text = msgspec.json.Decoder(str).decode


def written(tool: str, call: Asked, result: Done | None, original: bytes, said: str) -> Written:
    """Return what a call wrote.

    `original` is the file as it was, as JSON, where the result itself lacks it; `said` is what the model was told.
    """
    match tool:
        case "Write":
            return _write(call, result, said)
        case "MultiEdit":
            return Written("update", _pieces((result and result.edits) or call.edits or []))
        case "NotebookEdit":
            return _notebook(call, result)
        case _:
            return _edit(call, result, original)


def _edit(call: Asked, result: Done | None, original: bytes) -> Written:
    old, new = call.old_string or "", call.new_string or ""
    if result is None:
        return Written("update" if old else "add", replaced(old, new))
    before = _string(result.oldString)
    if before is not None:
        old, new = before, _string(result.newString) or ""
    original = original or bytes(result.originalFile)
    if not old:  # an empty file, or none, is filled
        return Written("add" if original in (b"null", b'""') else "update", split(new))
    if result.replaceAll and original.startswith(b'"'):
        whole = _text(original)
        return Written("update", replaced(whole, whole.replace(old, new)))
    raw = bytes(result.oldString)[1:-1]
    place = original.find(raw, 1)
    while place > 0 and _is_escaped(original, place):
        place = original.find(raw, place + 1)
    if place < 0:
        return Written("update", replaced(old, new))
    head, tail = _around(original, place, place + len(raw))
    if old.endswith("\n") and new.endswith("\n"):
        tail = ""
    return Written("update", replaced(head + old + tail, head + new + tail))


def _around(original: bytes, begins: int, ends: int) -> tuple[str, str]:
    """Return what stands before and after a part of a file on the same lines, the file being a JSON string."""
    start = original.rfind(_NEWLINE, 0, begins)
    while start > 0 and _is_escaped(original, start):
        start = original.rfind(_NEWLINE, 0, start)
    stop = original.find(_NEWLINE, ends)
    while stop > 0 and _is_escaped(original, stop):
        stop = original.find(_NEWLINE, stop + 1)
    head = original[start + len(_NEWLINE) if start > 0 else 1 : begins]
    tail = original[ends : stop if stop > 0 else len(original) - 1]
    return _text(b'"' + head + b'"'), _text(b'"' + tail + b'"')


def _is_escaped(text: bytes, place: int) -> bool:
    """Return whether an odd number of backslashes stands before a place, so that it lies inside an escape."""
    slashes = 0
    while text[place - slashes - 1 : place - slashes] == b"\\":
        slashes += 1
    return slashes % 2 == 1


def _string(raw: msgspec.Raw) -> str | None:
    return _text(raw) if bytes(raw).startswith(b'"') else None


def _write(call: Asked, result: Done | None, said: str) -> Written:
    if result is None or result.content is None:
        updated = "has been updated" in said
        return Written("update" if updated else "add", split(call.content or ""))
    if result.type == "create":
        return Written("add", split(result.content))
    return Written("update", replaced(_string(result.originalFile) or "", result.content))


def _pieces(edits: list[Piece]) -> Lines:
    parts = [replaced(piece.old_string or "", piece.new_string or "") for piece in edits]
    lines: list[str | None] = []
    for part in parts:
        if part:
            lines += [None, *part] if lines else part
    return lines


def _notebook(call: Asked, result: Done | None) -> Written:
    if result is not None and result.original_file and result.updated_file:
        return Written("update", replaced(result.original_file, result.updated_file))
    return Written("update", [] if call.edit_mode == "delete" else split(call.new_source or ""))
