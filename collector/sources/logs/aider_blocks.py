"""The edits in a reply of a model to Aider: SEARCH/REPLACE blocks, diffs, patches and whole files."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.sources.logs.changes import Change, replaced, split
from collector.sources.logs.patches import apply_patch, unified_diff

_HEAD = re.compile(r"<{5,9} (?:SEARCH|ORIGINAL)>?\s*$")
_DIVIDER = re.compile(r"={5,9}\s*$")
_UPDATED = re.compile(r">{5,9} (?:REPLACE|UPDATED)\s*$")
_FENCE = re.compile(r"(?P<fence>`{3,}|<(?:source|code|pre|codeblock|sourcecode)>)(?P<language>[^`]*)$")
_LIKE_A_FILE = re.compile(r"[./]\w[^\s]*$")
_FILE_BEFORE = 3
"""Lines before a block in which its file may be named."""
_LONGEST_NAME = 250


class Block(NamedTuple):
    """One change that a reply asks for."""

    change: Change
    is_listing: bool = False
    """Whether it is a whole file, which only shows something unless Aider says that it was applied."""


def blocks(lines: Sequence[str]) -> list[Block]:
    """Return what a reply asks to be changed, in order."""
    found: list[Block] = []
    number, file = 0, ""
    while number < len(lines):
        if _HEAD.match(lines[number].strip()):
            file = _named(lines[max(0, number - _FILE_BEFORE) : number]) or file
            number, change = _replacement(lines, number + 1, file)
            found += [Block(change)] if change else []
        elif opened := _FENCE.match(lines[number].strip()):
            body = _body(lines, number + 1, opened["fence"])
            if not any(_HEAD.match(line.strip()) for line in body):
                found += _listing(body, opened["language"].strip(), _named(lines[max(0, number - 1) : number]))
                number += len(body) + 1
            number += 1
        elif lines[number].startswith("*** Begin Patch"):
            body = _until(lines, number, "*** End Patch")
            found += map(Block, apply_patch(_text(body)))
            number += len(body)
        else:
            number += 1
    return found


def _replacement(lines: Sequence[str], start: int, file: str) -> tuple[int, Change | None]:
    """Return where a block ends, and its change."""
    old: list[str] = []
    new: list[str] = []
    side = old
    for number in range(start, len(lines)):
        bare = lines[number].strip()
        if _UPDATED.match(bare) or (side is new and _DIVIDER.match(bare)):
            change = Change(path=file, operation="update" if old else "add", lines=replaced(_text(old), _text(new)))
            return number + 1, change if file else None
        if side is old and _DIVIDER.match(bare):
            side = new
        else:
            side.append(lines[number])
    return len(lines), None


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _body(lines: Sequence[str], start: int, fence: str) -> Sequence[str]:
    """Return the lines until a fence is closed."""
    closing = fence if fence.startswith("`") else fence.replace("<", "</")
    return _until(lines, start, closing)[:-1]


def _until(lines: Sequence[str], start: int, end: str) -> Sequence[str]:
    """Return the lines up to one that begins so, that one included."""
    for number in range(start, len(lines)):
        if lines[number].startswith(end):
            return lines[start : number + 1]
    return [*lines[start:], ""]


def _listing(body: Sequence[str], language: str, file: str) -> Iterator[Block]:
    """Yield what a fenced listing changes: diffs, a patch, or the whole file that is named above it."""
    if any(line.startswith("*** Begin Patch") for line in body):
        yield from map(Block, apply_patch(_text(body)))
    elif language == "diff" or (body and body[0].startswith("--- ")):
        yield from map(Block, _diffs(body))
    elif file:
        yield Block(Change(path=file, operation="update", lines=split(_text(body))), is_listing=True)


def _diffs(body: Sequence[str]) -> Iterator[Change]:
    """Yield what the diffs of a listing change, each of one file; their ranges are seldom right."""
    starts = [
        number
        for number, line in enumerate(body[:-1])
        if line.startswith("--- ") and body[number + 1].startswith("+++ ")
    ]
    for start, end in zip(starts, [*starts, len(body)][1:], strict=True):
        old, new = body[start][4:].strip(), body[start + 1][4:].strip()
        if new.startswith("b/") and (old.startswith("a/") or old == "/dev/null"):
            new = new[2:]
        path = old.removeprefix("a/") if new == "/dev/null" else new
        if path:
            yield unified_diff(_text(body[start:end]), path)


def _named(lines: Sequence[str]) -> str:
    """Return the file that the nearest of some lines names, nothing where none does."""
    plain = ""
    for line in reversed(lines):
        name = line.strip()
        if _UPDATED.match(name):  # the block before this one is of the same file
            break
        if opened := _FENCE.match(name):
            name = opened["language"].strip()  # the name may stand where the language does
            if not _LIKE_A_FILE.search(name):
                continue
        name = name.rstrip(":").lstrip("#").strip().strip("`").strip("*").strip()
        if _LIKE_A_FILE.search(name) and len(name) <= _LONGEST_NAME:
            return name.split()[-1].strip("`")
        if name and " " not in name and name != "...":
            plain = plain or name
    return plain
