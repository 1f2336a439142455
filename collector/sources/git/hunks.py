"""What a commit gave its files: the lines it added, told from the hunks' headers, and the blobs; no text is kept."""

import re
import subprocess
from codecs import escape_decode
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from collector.sources.git import history
from collector.sources.git.hardened import LONG, ask, command, environment

_DIFF = (
    "diff-tree", "--stdin", "--root", "-r", "-p", "-U0", "-M", "--no-color", "--no-ext-diff", "--no-textconv",
    "--full-index", "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_SHA = re.compile(rb"[0-9a-f]{40,64}\n")

Spans = list[tuple[int, int]]
"""Ranges of lines, 1-based and inclusive, in ascending order."""


def added(where: Path, shas: Collection[str], *, missing: frozenset[str] = frozenset()) -> dict[str, dict[str, Spans]]:
    """Return by commit and path the lines that it added; a merge added none.

    Commits that need a blob of `missing`, or another one that is gone, are not in it: what they added can't be told.
    """
    wanted = sorted(set(shas).difference(history.lacking(where, list(shas), missing) if missing else ()))
    return _added(where, wanted)


def _added(where: Path, shas: list[str]) -> dict[str, dict[str, Spans]]:
    if not shas:
        return {}
    found: dict[str, dict[str, Spans]] = {sha: {} for sha in shas}
    with TemporaryFile() as names:
        names.write("".join(f"{sha}\n" for sha in shas).encode())
        names.seek(0)
        git = subprocess.Popen(
            command(where, _DIFF), stdin=names, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        )
        assert git.stdout is not None
        with git.stdout as diff:
            for sha, path, span in _spans(diff):
                found[sha].setdefault(path, []).append(span)
    if git.wait() == 0:
        return found
    # A blob is missing: half the commits each time, until only those that need it are left out.
    middle = len(shas) // 2
    return _added(where, shas[:middle]) | _added(where, shas[middle:]) if middle else {}


def _spans(diff: IO[bytes]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield commit, path and range of every hunk that adds lines; what a hunk holds is counted, never looked at."""
    sha, path = "", ""
    for line in diff:
        if line.startswith(b"@@ ") and (hunk := _HUNK.match(line)):
            gone, first, more = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            _pass_over(diff, gone + more)
            if more:
                yield sha, path, (first, first + more - 1)
        elif line.startswith(b"+++ "):
            path = _path(line[4:-1]).removeprefix("b/")
        elif _SHA.fullmatch(line):
            sha = line[:-1].decode()


def _pass_over(diff: IO[bytes], lines: int) -> None:
    while lines > 0 and (line := diff.readline()):
        lines -= not line.startswith(b"\\")  # git's own remark that a file ends without a newline


def _path(name: bytes) -> str:
    """Return a path as git prints it: after one with a space may stand a tab, one with odd characters is quoted."""
    name = name.removesuffix(b"\t")
    if name.startswith(b'"'):
        name = escape_decode(name[1:-1])[0]
    return name.decode("utf-8", "backslashreplace")


def within(spans: Spans, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a range that lie within these spans.

    >>> list(within([(1, 3), (7, 9)], 2, 8))
    [(2, 3), (7, 8)]
    """
    for first, last in spans:
        if first <= end and last >= start:
            yield max(first, start), min(last, end)


def moved(spans: Spans, onto: Spans, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the added lines of a range stand in another commit of the same patch: the n-th is the n-th.

    >>> list(moved([(1, 3), (7, 9)], [(11, 16)], 3, 7))
    [(13, 14)]
    """
    offset = 0
    for first, last in spans:
        for low, high in within([(first, last)], start, end):
            yield from _at(onto, offset + low - first, offset + high - first)
        offset += last - first + 1


def _at(spans: Spans, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the `low`-th to the `high`-th line of these spans, counted from 0."""
    before = 0
    for first, last in spans:
        here = last - first + 1
        if low < before + here and high >= before:
            yield first + max(low - before, 0), first + min(high - before, here - 1)
        before += here


@dataclass(slots=True)
class Given:
    """When a commit was written, and which content it gave the files that it changed."""

    authored_at: int
    committed_at: int
    blobs: dict[str, str] = field(default_factory=dict)


def given(where: Path, shas: Collection[str]) -> dict[str, Given]:
    """Return what the named commits gave; a merge gave nothing of its own."""
    feed = "".join(f"{sha}\n" for sha in shas).encode()
    asked = (
        "--stdin",
        "--always",
        "--root",
        "-r",
        "--no-renames",
        "--raw",
        "--full-index",
        "--abbrev=64",
        "--format=%H %at %ct",
    )
    answer = ask(where, "diff-tree", *asked, stdin=feed, patience=LONG) if shas else b""
    found: dict[str, Given] = {}
    commit = Given(authored_at=0, committed_at=0)
    for line in answer.split(b"\n"):
        if line.startswith(b":"):
            meta, _, name = line.partition(b"\t")
            commit.blobs[_path(name)] = meta.split()[3].decode()
        elif line:
            sha, authored_at, committed_at = line.decode().split()
            commit = found[sha] = Given(authored_at=int(authored_at), committed_at=int(committed_at))
    return found
