"""The lines that commits added, as hashes: one `git diff-tree` for many commits, its patches hashed as they arrive.

The text of a line is forgotten as soon as it is hashed. Hunks are read by the counts in their heads, so that nothing
that stands in a file can be taken for the patch's own words. A commit's files are given out once it is whole.
"""

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from io import SEEK_END
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, cast

from collector.errors import RepositoryError
from collector.fingerprints import Fingerprints, is_distinctive
from collector.records import AddedLines, Skipped
from collector.sources.git import history
from collector.sources.git.hardened import command, environment, reason

LARGEST = 50_000
"""Added lines of a file beyond which it is not compared: nobody wrote them in a session."""
_ROOM = 400_000
"""Added lines of one commit that are held at once; files beyond are not compared."""
_LONGEST = 1 << 20
"""Bytes of a line beyond which it is not compared."""
# One line of context, since without any git looks for differences in another way than where it counts them.
_PATCHES = (
    "diff-tree", "--stdin", "--root", "-r", "--always", "-p", "-U1", "--inter-hunk-context=0", "-M", "--no-ext-diff",
    "--no-textconv", "--no-color", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", "--format=%x01%H",
)  # fmt: skip
_HUNK = re.compile(rb"@@ -\d+(?:,(?P<old>\d+))? \+(?P<start>\d+)(?:,(?P<new>\d+))? @@")
_MODE = re.compile(rb"(?:new file mode|index [0-9a-f]+\.\.[0-9a-f]+) (?P<mode>\d{6})\n")
_HEADS = (
    b"index ", b"--- ", b"+++ ", b"similarity index ", b"dissimilarity index ", b"rename from ", b"rename to ",
    b"old mode ", b"new mode ", b"new file mode ", b"deleted file mode ", b"Binary files ",
)  # fmt: skip
_ESCAPE = re.compile(rb'\\(?:([abfnrtv"\\])|([0-3][0-7]{2}))')
_ESCAPED = dict(zip(b'abfnrtv"\\', b'\a\b\f\n\r\t\v"\\', strict=True))
_LACKS_BLOB = "lines not compared: a blob is missing"


def added_lines(
    where: Path,
    repo: str,
    shas: Sequence[str],
    fingerprints: Fingerprints,
    *,
    paths: Collection[str] | None = None,
    missing: frozenset[str] = frozenset(),
    skipped: list[Skipped] | None = None,
) -> Iterator[AddedLines]:
    """Yield what the named commits added to each file (or that they only renamed it), commit after commit.

    Merges add nothing, binary files and links neither. With `paths` only files are told that have or had one of
    these names. `missing` names blobs that a partial clone lacks; commits that need one are left out and, like files
    too large to compare, told in `skipped`.

    Raises:
        RepositoryError: git failed, or said something that is not understood.
    """
    told: list[Skipped] = [] if skipped is None else skipped
    lacking = history.lacking(where, shas, missing) if missing else set[str]()
    pending = [[sha for sha in shas if sha not in lacking]]
    while pending:
        batch = pending.pop()
        if not batch:
            continue
        patches = _Patches(repo, fingerprints, None if paths is None else frozenset(paths))
        whole = yield from _read(where, batch, patches)
        told.extend(one for one in patches.skipped if whole or not one.example.startswith(f"{patches.sha}:"))
        if whole:
            continue
        # git died over the commit that it began last, or over a later one of which it had said nothing yet
        rest = batch[batch.index(patches.sha) if patches.sha else 0 :]
        if len(rest) > 1:
            pending += [rest[len(rest) // 2 :], rest[: len(rest) // 2]]
        else:
            lacking.update(rest)
    told.extend(Skipped(source=repo, reason=_LACKS_BLOB, count=1, example=sha) for sha in sorted(lacking))


def _read(where: Path, shas: Sequence[str], patches: "_Patches") -> Generator[AddedLines, None, bool]:
    """Yield what one git says, each commit once it is whole; return False if git died over a missing blob."""
    with TemporaryFile() as names, TemporaryFile() as complaints:
        # from a file: who feeds a pipe must not wait for who reads the answer
        names.write("".join(f"{sha}\n" for sha in shas).encode())
        names.seek(0)
        git = Popen(command(where, _PATCHES), stdin=names, stdout=PIPE, stderr=complaints, env=environment())
        stray = None
        try:
            with cast(IO[bytes], git.stdout) as out:
                yield from patches.read(out)
        except _StrayError as error:
            stray = error
        except BaseException:
            git.kill()  # whoever asked has had enough
            raise
        finally:
            code = git.wait()
        if code == 0 and stray is None and patches.seen == len(shas):
            yield from patches.held
            return True
        complaints.seek(max(0, complaints.seek(0, SEEK_END) - 4096))
        complaint = complaints.read()
        if code != 0 and history.lacks_blob(complaint):
            return False
        said = f"git's patches are not understood near {stray}" if stray else reason(complaint)
        if code == 0 and not stray:
            said = f"git gave {patches.seen} of {len(shas)} commits"
        raise RepositoryError(f"{where}: added lines could not be read: {said}")


class _StrayError(Exception):
    """A line where none of its kind may stand."""


class _Patches:
    """Reads what `git diff-tree -p` says."""

    def __init__(self, repo: str, fingerprints: Fingerprints, paths: frozenset[str] | None) -> None:
        self._repo, self._fingerprints, self._paths = repo, fingerprints, paths
        self.sha: str | None = None
        """The commit begun last."""
        self.seen = 0
        """How many were begun."""
        self.held: list[AddedLines] = []
        """Its files so far."""
        self.skipped: list[Skipped] = []
        self._room = _ROOM

    def read(self, out: IO[bytes]) -> Iterator[AddedLines]:
        """Yield the files of every commit but the last, which is held: whether it is whole, git's end tells."""
        line = out.readline()
        while line:
            if line.startswith(b"\x01"):
                yield from self.held
                self.seen += 1
                self.sha, self.held, self._room = line[1:-1].decode(), [], _ROOM
                line = out.readline()
                if line == b"\n":
                    line = out.readline()
            elif line.startswith(b"diff --git ") and self.sha:
                line = self._file(out)
            else:
                raise _StrayError(repr(line[:80]))

    def _file(self, out: IO[bytes]) -> bytes:
        """Read one file's patch, and return the line behind it."""
        path = old_path = mode = b""
        line = out.readline()
        while line.startswith(_HEADS):
            if line.startswith(b"+++ "):
                path = _unquoted(line[4:])[2:]
            elif line.startswith(b"rename from "):
                old_path = _unquoted(line[12:])
            elif line.startswith(b"rename to "):
                path = _unquoted(line[10:])
            elif found := _MODE.match(line):
                mode = found["mode"]
            line = out.readline()
        file = _File(_text(path), _text(old_path) if old_path else None)
        wanted = self._is_wanted(file) and mode in (b"", b"100644", b"100755")
        room = min(LARGEST, self._room) if wanted else 0
        while found := _HUNK.match(line):
            file.take(_hunk(out, found), self._fingerprints, room)
            line = out.readline()
            if line.startswith(b"\\"):  # "\ No newline at end of file"
                line = out.readline()
        if wanted and file.added > room:
            self._skip(file)
        elif wanted and (file.added or file.old_path):
            self._room -= file.added
            self.held.append(file.record(self._repo, self.sha or ""))
        return line

    def _is_wanted(self, file: "_File") -> bool:
        return self._paths is None or file.path in self._paths or file.old_path in self._paths

    def _skip(self, file: "_File") -> None:
        limit, what = (LARGEST, "file") if file.added > LARGEST else (_ROOM, "commit")
        why = f"lines not compared: more than {limit:,} in a {what}"
        self.skipped.append(Skipped(source=self._repo, reason=why, count=1, example=f"{self.sha}:{file.path}"))


def _hunk(out: IO[bytes], head: re.Match[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Read a hunk to the last line that its head announces; yield number and text of the new lines.

    The text of a line too long to compare is None.
    """
    old, new, number = int(head["old"] or 1), int(head["new"] or 1), int(head["start"])
    while old or new:
        line = out.readline(_LONGEST)
        sign = line[:1]
        if sign == b"\\":
            continue
        old -= sign in (b" ", b"-")
        new -= sign in (b" ", b"+")
        if sign not in (b" ", b"-", b"+") or old < 0 or new < 0:
            raise _StrayError(repr(line[:80]))
        text = line[1:] if line.endswith(b"\n") else None
        while not line.endswith(b"\n"):
            if not (line := out.readline(_LONGEST)):
                raise _StrayError("its end")
        if sign == b"+":
            yield number, text
        number += sign != b"-"


class _File:
    """The lines that a commit added to one file, hashed so far."""

    def __init__(self, path: str, old_path: str | None) -> None:
        self.path, self.old_path = path, old_path
        self.added = 0
        self.numbers: list[int] = []
        self._exact: list[int] = []
        self._trimmed: list[int] = []
        self._squeezed: list[int] = []
        self._distinctive: list[bool] = []

    def take(self, lines: Iterable[tuple[int, bytes | None]], fingerprints: Fingerprints, room: int) -> None:
        """Count lines, and hash them as long as there is room."""
        texts: list[str] = []
        for number, line in lines:
            self.added += 1
            if line is not None and self.added <= room:
                self.numbers.append(number)
                texts.append(line.decode("utf-8", "replace"))
        hashes = fingerprints.lines(texts)
        self._exact += hashes.exact
        self._trimmed += hashes.trimmed
        self._squeezed += hashes.squeezed
        self._distinctive += map(is_distinctive, texts)

    def record(self, repo: str, sha: str) -> AddedLines:
        """Return what may leave this place."""
        return AddedLines(
            repo=repo,
            sha=sha,
            path=self.path,
            old_path=self.old_path,
            numbers=tuple(self.numbers),
            exact=tuple(self._exact),
            trimmed=tuple(self._trimmed),
            squeezed=tuple(self._squeezed),
            distinctive=tuple(self._distinctive),
        )


def _unquoted(name: bytes) -> bytes:
    """Return a name as git means it: bare up to a tab, or in quotes with escapes as in C."""
    name = name.rstrip(b"\n")
    if name.startswith(b'"'):
        return _ESCAPE.sub(
            lambda found: bytes((_ESCAPED[found[1][0]] if found[1] else int(found[2], 8),)), name.rstrip(b"\t")[1:-1]
        )
    return name.removesuffix(b"\t")


def _text(name: bytes) -> str:
    """Return a path as the history tells it."""
    return name.decode("utf-8", "backslashreplace")
