"""Patches as agents write them → the files they change and the lines that are new: Codex's own grammar and diffs.

Agents write patches by hand, so nothing is trusted: line counts of hunks may be wrong, envelopes may be missing, ends
of lines may be CRLF. A `+` line that only repeats what the hunk takes away was carried over and is not new.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.records import Operation
from collector.sources.logs.changes import Change, Lines, replaced, split

_NOWHERE = "/dev/null"
_HEADER = re.compile(r"\*\*\* (?P<verb>Add File|Update File|Delete File|Move to): ?(?P<path>.*)")
_GIT = re.compile(r'diff --git (?P<old>"(?:[^"\\]|\\.)*"|\S+) (?P<new>"(?:[^"\\]|\\.)*"|\S+)$')
_RENAME = re.compile(r"(?:rename|copy) (?P<end>from|to) (?P<path>.+)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_OPERATIONS: dict[str, Operation] = {"Add File": "add", "Update File": "update", "Delete File": "delete"}


@dataclass(slots=True)
class _File:
    """One file of a patch while it is being read."""

    path: str
    operation: Operation = "update"
    moved_from: str | None = None
    hunks: list[list[str]] = field(default_factory=list)

    def take(self, line: str) -> None:
        if not self.hunks:
            self.hunks.append([])
        self.hunks[-1].append(line)

    def change(self) -> Change:
        lines = () if self.operation == "delete" else _written(self.hunks)
        return Change(path=self.path, operation=self.operation, lines=lines, moved_from=self.moved_from)


def apply_patch(text: str) -> list[Change]:
    """Return what a patch in Codex's grammar changes, file by file; nothing for a text that is no such patch."""
    files: list[_File] = []
    current: _File | None = None
    for line in _lines(text):
        # inside a file only a line without indent is a header: an indented one is context that looks like one
        header = _HEADER.match(line if current else line.strip())
        if header and header["verb"] == "Move to":
            if current:
                current.path, current.moved_from = header["path"].strip(), current.path
                current.operation = "move"
        elif header:
            current = _File(header["path"].strip(), _OPERATIONS[header["verb"]])
            files.append(current)
        elif line.startswith("*** "):
            if line.startswith("*** End Patch"):
                current = None
        elif current and line.startswith("@@"):
            current.hunks.append([])
        elif current:
            current.take(line)
    return [file.change() for file in files if file.path]


def unified_diff(text: str, path: str) -> Change:
    """Return what one file's diff writes, whether or not it has headers or ranges."""
    operation: Operation = "update"
    hunks: list[list[str]] = [[]]
    lines = _lines(text)
    for number, line in enumerate(lines):
        if line.startswith("@@"):
            if line.startswith("@@ -0,0 "):
                operation = "add"
            hunks.append([])
        elif _is_header(lines, number):
            if line.rstrip() == f"--- {_NOWHERE}":
                operation = "add"
            if lines[number + 1].rstrip() == f"+++ {_NOWHERE}":
                operation = "delete"
            hunks.append([])
        elif line.startswith("+++ ") and number and _is_header(lines, number - 1):
            continue
        else:
            hunks[-1].append(line)
    return Change(path=path, operation=operation, lines=() if operation == "delete" else _written(hunks))


def git_diff(text: str) -> list[Change]:
    """Return what a diff of many files changes, as it is given to `git apply` or `patch`."""
    files: list[_File] = []
    in_hunk = False
    lines = _lines(text)
    for number, line in enumerate(lines):
        if named := _GIT.match(line):
            files.append(_File(_bare(named["new"]), moved_from=_bare(named["old"])))
            in_hunk = False
        elif _is_header(lines, number):
            if in_hunk or not files or files[-1].moved_from is None:
                files.append(_File(""))
            _name(files[-1], line[4:], lines[number + 1][4:])
            in_hunk = False
        elif line.startswith("@@") and files:
            files[-1].hunks.append([])
            in_hunk = True
        elif in_hunk:
            files[-1].take(line)
        elif files:
            _extended(files[-1], line)
    return [_settled(file).change() for file in files if file.path]


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in split(text)]


def _written(hunks: Sequence[Sequence[str]]) -> Lines:
    """Return the new lines of hunks, a gap between those of two."""
    lines: list[str | None] = []
    for hunk in hunks:
        body = [line for line in hunk if not line.startswith("\\")]  # `\ No newline at end of file`
        if any(line.startswith("-") for line in body):
            new = replaced(_side(body, "-"), _side(body, "+"))
        else:
            new = _added(body)
        if new:
            lines += [None, *new] if lines else new
    return tuple(lines)


def _side(body: Sequence[str], sign: str) -> str:
    """Return the text before (`-`) or after (`+`) a hunk."""
    return "".join(f"{line[1:]}\n" for line in body if line[:1] == sign or line[:1] not in ("+", "-"))


def _added(body: Sequence[str]) -> list[str | None]:
    lines: list[str | None] = []
    last = -2
    for number, line in enumerate(body):
        if line.startswith("+"):
            lines += [None, line[1:]] if lines and number > last + 1 else [line[1:]]
            last = number
    return lines


def _is_header(lines: Sequence[str], number: int) -> bool:
    """Whether `---` and `+++` name a file here: a line that was taken away may begin so, but no range follows it."""
    if not lines[number].startswith("--- ") or number + 1 >= len(lines) or not lines[number + 1].startswith("+++ "):
        return False
    return number + 2 >= len(lines) or lines[number + 2].startswith("@@")


def _name(file: _File, old: str, new: str) -> None:
    """Take the names of the `---` and `+++` lines."""
    before, after = _bare(old), _bare(new)
    if before == _NOWHERE:
        file.path, file.operation = after, "add"
    elif after == _NOWHERE:
        file.path, file.operation = before, "delete"
    else:
        file.path = after


def _extended(file: _File, line: str) -> None:
    """Take a line between `diff --git` and the first hunk."""
    if line.startswith("new file"):
        file.operation = "add"
    elif line.startswith("deleted file"):
        file.operation = "delete"
    elif renamed := _RENAME.match(line):
        if renamed["end"] == "to":
            file.path, file.operation = _unquoted(renamed["path"]), "move" if line.startswith("rename") else "add"
        else:
            file.moved_from = _unquoted(renamed["path"])


def _settled(file: _File) -> _File:
    if file.operation != "move":
        file.moved_from = None
    return file


def _bare(name: str) -> str:
    """Return a diff's name for a file without its time, its quotes and the `a/` or `b/` before it."""
    name = _unquoted(name.partition("\t")[0].strip())
    return name[2:] if name.startswith(("a/", "b/")) else name


def _unquoted(name: str) -> str:
    """Return a name without git's quotes, as which bytes beyond ASCII stand in octal."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name

    def byte(found: re.Match[bytes]) -> bytes:
        what = found[1]
        return bytes([int(what, 8) & 0xFF]) if len(what) == 3 else _LETTERS.get(what, what)

    return _ESCAPE.sub(byte, name[1:-1].encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
