"""One `git fast-import` process: commits go in as text, their SHAs come out at once.

Every commit names its parents itself, so one scratch ref is enough; real refs are set when all SHAs are known.
"""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sample_repos.git import neutral_environment

SCRATCH = "refs/scratch/build"


@dataclass(frozen=True, slots=True)
class Blob:
    """What a tree holds at a path: content, or for a submodule (mode 160000) the sha it points to."""

    data: bytes
    mode: str = "100644"


Tree = dict[bytes, Blob]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One identity line of a commit: `Name <email>` as bytes, and git's own date (`seconds zone`)."""

    who: bytes
    date: str


@dataclass(slots=True)
class Stream:
    """A running fast-import on a repository; use it as a context manager."""

    repository: Path
    _process: subprocess.Popen[bytes] = field(init=False)
    _mark: int = field(init=False, default=0)

    def __enter__(self) -> Self:
        """Start the process; the ref of the stream may be moved at will."""
        command = ["git", "-C", str(self.repository), "fast-import", "--quiet", "--force"]
        self._process = subprocess.Popen(
            [*command, "--date-format=raw-permissive"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=neutral_environment(),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until everything is written; a stream that git refused raises."""
        self._stdin.close()
        code = self._process.wait()
        self._stdout.close()
        if code and kind is None:
            raise subprocess.CalledProcessError(code, "git fast-import")

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def commit(
        self,
        *,
        author: Stamp,
        committer: Stamp,
        message: bytes,
        parents: Sequence[int | str],
        changes: Mapping[bytes, Blob | None],
        encoding: str | None = None,
    ) -> int:
        """Write a commit on top of `parents` (marks or SHAs); None removes a path. Returns its mark."""
        self._mark += 1
        self._stdin.write(f"reset {SCRATCH}\n\ncommit {SCRATCH}\nmark :{self._mark}\n".encode())
        for word, stamp in ((b"author", author), (b"committer", committer)):
            self._stdin.write(b"%s %s %s\n" % (word, stamp.who, stamp.date.encode()))
        if encoding:
            self._stdin.write(f"encoding {encoding}\n".encode())
        self._stdin.write(_data(message))
        for word_, parent in zip(_words(), parents, strict=False):
            self._stdin.write(f"{word_} {_name(parent)}\n".encode())
        self._stdin.writelines(_change(path, blob) for path, blob in changes.items())
        return self._mark

    def tag(self, name: str, target: int, tagger: Stamp, message: bytes) -> None:
        """Write an annotated tag and its ref."""
        head = f"tag {name}\nfrom :{target}\ntagger ".encode()
        self._stdin.write(head + tagger.who + b" " + tagger.date.encode() + b"\n" + _data(message))

    def sha(self, mark: int) -> str:
        """The sha of a commit that was just written."""
        return self.shas([mark])[0]

    def shas(self, marks: Sequence[int]) -> list[str]:
        """The SHAs of many marks; asked in batches that fit a pipe's buffer in both directions."""
        found: list[str] = []
        for start in range(0, len(marks), 500):
            batch = marks[start : start + 500]
            self._stdin.writelines(f"get-mark :{mark}\n".encode() for mark in batch)
            self._stdin.flush()
            lines = [self._stdout.readline().decode().strip() for _ in batch]
            if not all(lines):
                raise subprocess.CalledProcessError(self._process.wait(), "git fast-import")
            found += lines
        return found


def raw_date(when: datetime) -> str:
    """Git's `seconds zone` of a time, also before 1970."""
    offset = when.utcoffset()
    if offset is None:
        raise ValueError(f"{when} has no time zone")
    minutes = int(offset.total_seconds() // 60)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
    return f"{int(when.timestamp())} {zone}"


def merged_tree(base: Tree, trees: Sequence[Tree]) -> Tree:
    """What merging `trees` gives, file by file: whoever changed a path since `base` wins."""
    merged = dict(trees[0])
    for other in trees[1:]:
        for path in base.keys() | other.keys():
            if other.get(path) == base.get(path):
                continue
            if path in other:
                merged[path] = other[path]
            else:
                merged.pop(path, None)
    return merged


def changes_between(old: Tree, new: Tree) -> dict[bytes, Blob | None]:
    """What turns one tree into another: removals first, in a stable order."""
    gone: dict[bytes, Blob | None] = dict.fromkeys(sorted(old.keys() - new.keys()))
    return gone | {path: new[path] for path in sorted(new) if old.get(path) != new[path]}


def _words() -> Iterable[str]:
    yield "from"
    while True:
        yield "merge"


def _name(parent: int | str) -> str:
    return f":{parent}" if isinstance(parent, int) else parent


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(path: bytes) -> bytes:
    """A path as fast-import reads it: octal escapes for whatever is not plain."""
    plain = all(32 < byte < 127 and byte not in b'"\\' for byte in path)
    escaped = (bytes([byte]) if 32 < byte < 127 and byte not in b'"\\' else b"\\%03o" % byte for byte in path)
    return path if plain else b'"' + b"".join(escaped) + b'"'


def _change(path: bytes, blob: Blob | None) -> bytes:
    if blob is None:
        return b"D %s\n" % _quoted(path)
    if blob.mode == "160000":
        return b"M 160000 %s %s\n" % (blob.data, _quoted(path))
    return b"M %s inline %s\n%s" % (blob.mode.encode(), _quoted(path), _data(blob.data))
