"""What a repository itself says of its files: linguist attributes and the commits that blame should ignore.

Read from the default branch's tree, not from a work tree, so that every clone says the same. Patterns are those
of gitattributes(5): gitignore patterns relative to the file's folder, a later line and a deeper file win.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collector.sources.git.blobs import contents

_IGNORED_REVISIONS = ".git-blame-ignore-revs"
_KINDS = ("linguist-generated", "linguist-vendored")
_LARGEST = 1 << 20
_SHA = re.compile(r"^\s*([0-9a-f]{64}|[0-9a-f]{40})\b", re.MULTILINE | re.IGNORECASE)

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)
_PARTS = re.compile(r"^\*\*/|/\*\*/|/\*\*$|\*+|\?|\[[!^]?\]?(?:\\.|[^\]])*\]|\\.|.", re.DOTALL)
_TRANSLATED = {"**/": "(?:.*/)?", "/**/": "/(?:.*/)?", "/**": "/.*", "*": "[^/]*", "**": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True)
class _Line:
    folder: str
    pattern: re.Pattern[str]
    sets: Mapping[str, bool]


class Attributes:
    """The linguist attributes of a tree."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the contents of the tree's `.gitattributes` files, by path."""
        # a deeper file wins over a shallower one, and within a file the later line wins
        self._lines = [
            line for path in sorted(files, key=lambda name: name.count("/")) for line in _lines(path, files[path])
        ]

    def noise(self, path: str) -> str | None:
        """Return `attribute: linguist-…` if the repository calls this file generated or vendored."""
        found: dict[str, bool] = {}
        for line in self._lines:
            if path.startswith(line.folder) and line.pattern.match(path[len(line.folder) :]):
                found.update(line.sets)
        return next((f"attribute: {kind}" for kind in _KINDS if found.get(kind)), None)

    def __bool__(self) -> bool:
        """Return whether any line speaks of generated or vendored files."""
        return bool(self._lines)


def _lines(path: str, content: bytes) -> Iterable[_Line]:
    folder = path.removesuffix(".gitattributes")
    for text in content.decode("utf-8", "backslashreplace").split("\n"):
        pattern, words = _first_word(text)
        sets = _sets(words)
        # A folder's pattern does not reach the files below it, and a negative one is forbidden (gitattributes(5)).
        if sets and pattern and not pattern.startswith(("#", "[attr]", "!")) and not pattern.endswith("/"):
            yield _Line(folder, _compile(pattern), sets)


def _first_word(text: str) -> tuple[str, list[str]]:
    """Return a line's pattern, which may stand in quotes as in C, and its other words."""
    quoted = _QUOTED.match(text.lstrip(" \t"))
    if quoted:
        return re.sub(r'\\(["\\])', r"\1", quoted[1]), quoted[2].split()
    first, *words = text.split() or [""]
    return first, words


def _sets(words: Iterable[str]) -> dict[str, bool]:
    sets: dict[str, bool] = {}
    for word in words:
        name, _, value = word.partition("=")
        bare = name.lstrip("-!")
        if bare in _KINDS:
            sets[bare] = name == bare and value.lower() != "false"
    return sets


def _compile(pattern: str) -> re.Pattern[str]:
    """Return what a pattern matches: file names in any folder, with a slash in it paths from its own folder on."""
    above = "" if "/" in pattern else "(?:.*/)?"
    parts = (_TRANSLATED.get(found[0]) or _literal(found[0]) for found in _PARTS.finditer(pattern.removeprefix("/")))
    try:
        return re.compile(f"{above}{''.join(parts)}\\Z", re.DOTALL)
    except re.error:  # a range such as [z-a] matches nothing
        return re.compile(r"(?!)")


def _literal(part: str) -> str:
    if len(part) > 2 and part.startswith("["):
        inside = part[1:-1]
        negated = inside[0] in "!^"
        return f"(?!/)[{'^' if negated else ''}{inside[negated:].replace('[', re.escape('['))}]"
    return re.escape(part[1:] if len(part) == 2 and part.startswith("\\") else part)


def read_attributes(where: Path, tree: Mapping[str, str], missing: Collection[str] = frozenset()) -> Attributes:
    """Read the `.gitattributes` files of a tree (blob by path)."""
    blobs = {path: blob for path, blob in tree.items() if path.rpartition("/")[2] == ".gitattributes"}
    content = dict(contents(where, blobs.values(), at_most=_LARGEST, missing=missing))
    return Attributes({path: content[blob] for path, blob in blobs.items() if blob in content})


def ignored_revisions(where: Path, tree: Mapping[str, str], missing: Collection[str] = frozenset()) -> set[str]:
    """Return the commits that the tree's `.git-blame-ignore-revs` names by their full SHA."""
    blob = tree.get(_IGNORED_REVISIONS)
    found = dict(contents(where, [blob] if blob else [], at_most=_LARGEST, missing=missing))
    return {sha.lower() for content in found.values() for sha in _SHA.findall(content.decode("utf-8", "replace"))}
