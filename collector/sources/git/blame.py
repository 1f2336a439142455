"""`git blame` of one file at a commit: where each line was born. Never of a work tree, whose filters could run."""

import re
from dataclasses import dataclass
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.git.hardened import LONG, ask

_HEAD = re.compile(rb"(?P<sha>[0-9a-f]{40,64}) (?P<born>\d+) (?P<now>\d+)(?: \d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedLine:
    """One line of a file: its number and text now, and the commit, path and number at its birth."""

    number: int
    text: str
    sha: str
    path: str
    born_as: int


def blame(where: Path, path: str, revision: str, *, line: int | None = None) -> list[BlamedLine]:
    """Return the lines of a file (path as in the repository) at a commit, or one line of it.

    Raises:
        RepositoryError: no such file or line there, or git failed.
    """
    if not re.fullmatch(r"[0-9a-f]{40,64}", revision):
        raise RepositoryError(f"{revision!r} is no full commit name")
    only = () if line is None else ("-L", f"{line},{line}")
    answer = ask(where, "blame", "--porcelain", "--no-textconv", *only, revision, "--", path, patience=LONG)
    return _parse(answer)


def _parse(answer: bytes) -> list[BlamedLine]:
    lines: list[BlamedLine] = []
    paths: dict[bytes, str] = {}
    sha, born, now = b"", 0, 0
    for raw in answer.split(b"\n"):
        if raw.startswith(b"\t"):
            lines.append(
                BlamedLine(
                    number=now, text=raw[1:].decode("utf-8", "replace"), sha=sha.decode(), path=paths[sha], born_as=born
                )
            )
        elif head := _HEAD.fullmatch(raw):
            sha, born, now = head["sha"], int(head["born"]), int(head["now"])
        elif raw.startswith(b"filename "):
            paths[sha] = raw.removeprefix(b"filename ").decode("utf-8", "backslashreplace")
    return lines
