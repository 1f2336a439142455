"""History as a stream: commits go in by name, `Commit` and `FileChange` records come out.

A few `git diff-tree --stdin` processes live for the whole pass, one a job. Each is fed a batch of commits and
then a line that is no commit name: git echoes such a line and flushes, so that a batch's end is certain and
nothing has to be restarted (git-diff-tree(1), `--stdin`). The output is read by position; a token that stands
where none may stand fails the pass. A blob that a partial clone lacks ends git: that commit is read again
without its contents and marked unmeasured, and a new process goes on behind it.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import SEEK_END, BufferedReader
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from subprocess import Popen
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

from collector.errors import RepositoryError
from collector.records import Commit, FileChange, Skipped
from collector.sources.git.hardened import reason, start
from collector.sources.git.message import read_message
from collector.sources.git.noise import by_path, readable

BATCH = 500
_AHEAD = 3
_FIELDS = ("%H", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B")
_FORMAT = "--format=%x01" + "%x00".join(_FIELDS) + "%x00"
_DIFF = ("diff-tree", "--stdin", "--root", "-r", "--always", "-z", "--raw", "--no-abbrev", "--encoding=UTF-8")
_MEASURED = (*_DIFF, "-M", "--numstat", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", _FORMAT)
_UNMEASURED = (*_DIFF, "--no-renames", _FORMAT)
# What git says when an object is not there, as opposed to there and damaged.
_MISSING = re.compile(rb"unable to read [0-9a-f]{40,64}|could not fetch|promisor|lazy fetching disabled")
_DAMAGED = re.compile(rb"corrupt|inflate|bad (object|header)|mismatch|garbage")
_MARK = b"end of batch\n"
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MODES = {"120000": "symlink", "160000": "submodule"}


@dataclass(slots=True)
class Batch:
    """What one batch of commits held."""

    commits: list[Commit] = field(default_factory=list)
    changes: list[FileChange] = field(default_factory=list)
    blobs: dict[str, str] = field(default_factory=dict)
    """For each path the newest of its blobs in this batch (zeros where it was deleted), as far as content matters."""
    skipped: list[Skipped] = field(default_factory=list)


def stream(
    where: Path, repo: str, shas: Iterable[str], *, jobs: int = 1, missing: frozenset[str] = frozenset()
) -> Iterator[Batch]:
    """Yield the named commits batch by batch, in the order given, read by `jobs` git processes at once.

    Memory holds a few batches, however long the history is. `missing` names blobs that a partial clone lacks:
    commits that need one are not even tried (one that is missing unexpectedly costs a restart of git).

    Raises:
        RepositoryError: git failed, ended early or said something that is not understood.
    """
    readers = [_Reader(where, repo, missing) for _ in range(jobs)]
    idle: SimpleQueue[_Reader] = SimpleQueue()
    for reader in readers:
        idle.put(reader)

    def read(batch: list[str]) -> Batch:
        reader = idle.get()
        try:
            return reader.read(batch)
        finally:
            idle.put(reader)

    names = iter(shas)
    pending: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            # a few batches ahead, so that git goes on while the last ones are being loaded
            while (batch := list(islice(names, BATCH))) or pending:
                if batch:
                    pending.append(pool.submit(read, batch))
                if not batch or len(pending) >= _AHEAD * jobs:
                    yield pending.popleft().result()
            for reader in readers:
                reader.close()
        except BaseException:
            for future in pending:
                future.cancel()
            for reader in readers:
                reader.kill()
            raise


def blobs_of(where: Path, shas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield path and blob of every file in the named commits, in their order, without looking into any."""
    for start_at in range(0, len(shas), BATCH):
        git = _Git(where, _UNMEASURED)
        output, whole = _exchange(git.process, shas[start_at : start_at + BATCH])
        _, complaint = git.end()
        batch = Batch()
        if not whole:
            raise RepositoryError(f"{where}: history could not be read: {reason(complaint)}")
        parse("", output, batch, wanted=lambda blobs: True)
        yield from batch.blobs.items()


class _Git:
    """One `git diff-tree` that is fed batches."""

    def __init__(self, where: Path, arguments: Sequence[str]) -> None:
        self.complaints = TemporaryFile()  # noqa: SIM115 - closed by end()
        self.process = start(where, *arguments, complaints=self.complaints)

    def end(self) -> tuple[int, bytes]:
        """Close its input, wait for it, return its code and what it complained of last."""
        self.process.communicate()
        size = self.complaints.seek(0, SEEK_END)
        self.complaints.seek(max(0, size - 4096))
        said = self.complaints.read()
        self.complaints.close()
        return self.process.returncode, said


class _Reader:
    """A place in the stream, read by one thread at a time."""

    def __init__(self, where: Path, repo: str, missing: frozenset[str]) -> None:
        self._where, self._repo, self._missing = where, repo, missing
        self._git: _Git | None = None

    def read(self, shas: Sequence[str]) -> Batch:
        """Read these commits whole, or raise."""
        batch = Batch()
        rest = self._read_incomplete(shas, batch) if self._missing else list(shas)
        singly = 0
        while rest:
            some = rest[:1] if singly else rest
            done, died = self._attempt(some, batch)
            # git may die before or after it printed the commit it died over, so the next two go one by one
            singly = 2 if died and len(some) > 1 else max(0, singly - 1)
            rest = rest[done:]
        return batch

    def _attempt(self, shas: Sequence[str], batch: Batch) -> tuple[int, bool]:
        """Read as many commits as git can; return how many are done and whether it died."""
        self._git = self._git or _Git(self._where, _MEASURED)
        output, whole = _exchange(self._git.process, shas)
        if whole:
            read = parse(self._repo, output, batch)
            if read != len(shas):
                raise RepositoryError(f"{self._where}: git gave {read} of {len(shas)} commits")
            return read, False
        git, self._git = self._git, None
        _, complaint = git.end()
        if _DAMAGED.search(complaint) or not _MISSING.search(complaint):
            raise RepositoryError(f"{self._where}: history could not be read: {reason(complaint)}")
        if len(shas) > 1:
            return parse(self._repo, output, batch, whole=False), True
        self._read_unmeasured(shas, batch, lambda blobs: True)
        return 1, True

    def _read_incomplete(self, shas: Sequence[str], batch: Batch) -> list[str]:
        """Take those commits that need a blob known to be missing; return the others."""
        taken = self._read_unmeasured(shas, batch, lambda blobs: not self._missing.isdisjoint(blobs))
        return [sha for sha in shas if sha not in taken]

    def _read_unmeasured(self, shas: Sequence[str], batch: Batch, wanted: Callable[[Iterable[str]], bool]) -> set[str]:
        """Read commits without their contents (files are known, lines are not) and take the wanted ones."""
        git = _Git(self._where, _UNMEASURED)
        output, whole = _exchange(git.process, shas)
        _, complaint = git.end()
        taken: set[str] = set()
        if not whole or parse(self._repo, output, batch, wanted=wanted, taken=taken) != len(shas):
            raise RepositoryError(f"{self._where}: history could not be read: {reason(complaint)}")
        batch.skipped.extend(
            Skipped(source=self._repo, reason="lines unmeasured: a blob is missing", count=1, example=sha)
            for sha in sorted(taken)
        )
        return taken

    def close(self) -> None:
        """End git, which must end well."""
        if self._git is not None:
            code, complaint = self._git.end()
            if code != 0:
                raise RepositoryError(f"{self._where}: git ended with {code}: {reason(complaint)}")

    def kill(self) -> None:
        """End git at once, whatever it is doing; whoever reads from it sees the end of its output."""
        if self._git is not None:
            self._git.process.kill()


def _exchange(process: Popen[bytes], shas: Sequence[str]) -> tuple[bytes, bool]:
    """Send commit names and read until git echoes the end mark; False when it died before."""
    into, out = cast(IO[bytes], process.stdin), cast(BufferedReader, process.stdout)
    try:
        into.write("".join(f"{sha}\n" for sha in shas).encode() + _MARK)
        into.flush()
    except BrokenPipeError:
        pass  # git died: its output ends early, and stderr says why
    output = bytearray()
    while block := out.read1(1 << 20):
        output += block
        if output.endswith(_MARK):
            return bytes(output[: -len(_MARK)]), True
    return bytes(output), False


def parse(
    repo: str,
    output: bytes,
    batch: Batch,
    *,
    whole: bool = True,
    wanted: Callable[[Iterable[str]], bool] | None = None,
    taken: set[str] | None = None,
) -> int:
    """Append the commits in git's output to the batch and return how many the output holds.

    With `whole=False` git died: what it began last is left out. With `wanted` the output has no line counts, and
    only commits whose blobs are wanted are appended, unmeasured, and their names added to `taken`.

    Raises:
        RepositoryError: a token stands where none of its kind may stand.
    """
    tokens = output.split(b"\0")
    tokens.pop()
    place, count = 0, 0
    while place < len(tokens):
        header = tokens[place : place + len(_FIELDS)]
        try:
            if not header[0].startswith(b"\x01") or tokens[place + len(_FIELDS)] != b"":
                raise _StrayError(tokens[place])
            raws, place = _raws(tokens, place + len(_FIELDS) + 1)
            counts, place = _counts(tokens, place)
        except (_StrayError, IndexError) as stray:
            if not whole:
                break
            raise RepositoryError(f"{repo}: git's output is not understood near {stray}") from None
        if not whole and place >= len(tokens):
            break
        count += 1
        if wanted is not None and not wanted(blob for raw in raws for blob in raw.blobs):
            continue
        commit = _commit(repo, header, batch)
        batch.commits.append(commit)
        _changes(commit, raws, None if wanted else counts, batch)
        if taken is not None:
            taken.add(commit.sha)
    return count


class _StrayError(Exception):
    """A token where none of its kind may stand."""


class _Raw(NamedTuple):
    """A changed file: its mode (the old one, where it was deleted), its old and new blob, its path."""

    mode: str
    blobs: tuple[str, str]
    path: str


def _raws(tokens: Sequence[bytes], place: int) -> tuple[list[_Raw], int]:
    """Read `:old-mode new-mode old-blob new-blob status`, each followed by one path, or two after a rename."""
    raws: list[_Raw] = []
    if place < len(tokens) and tokens[place].startswith(b"\n"):
        token = tokens[place][1:]
        while token.startswith(b":"):
            old_mode, mode, old_blob, blob, status = token[1:].decode("ascii").split(" ")
            place += 2 if status[0] in "RC" else 1
            raws.append(_Raw(old_mode if status == "D" else mode, (old_blob, blob), _path(tokens[place])))
            place += 1
            token = tokens[place] if place < len(tokens) else b""
    return raws, place


_Counts = dict[str, tuple[int, int, str | None, bool]]
"""By path: lines added, lines deleted, old path, whether it is binary."""


def _counts(tokens: Sequence[bytes], place: int) -> tuple[_Counts, int]:
    """Read `added TAB deleted TAB path`; an empty path is followed by the old and the new one."""
    counts: _Counts = {}
    while place < len(tokens) and not tokens[place].startswith(b"\x01"):
        try:
            added, deleted, name = tokens[place].split(b"\t", 2)
        except ValueError:
            raise _StrayError(tokens[place][:80]) from None
        old = None
        if not name:
            old, name = _path(tokens[place + 1]), tokens[place + 2]
            place += 2
        binary = added == b"-"
        counts[_path(name)] = (0, 0, old, True) if binary else (int(added), int(deleted), old, False)
        place += 1
    return counts, place


def _path(token: bytes) -> str:
    """Return a path as text in which every odd byte can still be told from every other."""
    return token.decode("utf-8", "backslashreplace")


def _text(token: bytes) -> str:
    return token.decode("utf-8", "replace")


def _commit(repo: str, header: Sequence[bytes], batch: Batch) -> Commit:
    sha = header[0][1:].decode("ascii")
    parents = tuple(header[1].decode("ascii").split())
    message = read_message(_text(header[8]))
    return Commit(
        repo=repo,
        sha=sha,
        parents=parents,
        author_name=_text(header[2]),
        author_email=_text(header[3]),
        committer_name=_text(header[5]),
        committer_email=_text(header[6]),
        authored_at=_time(header[4], repo, sha, batch),
        committed_at=_time(header[7], repo, sha, batch),
        subject=message.subject,
        message_markers=message.markers,
        is_merge=len(parents) > 1,
    )


def _time(token: bytes, repo: str, sha: str, batch: Batch) -> datetime:
    """Return a time in UTC; one that no calendar holds is put at its nearest end and counted."""
    try:
        return datetime.fromtimestamp(int(token), UTC)
    except (ValueError, OverflowError, OSError):
        batch.skipped.append(Skipped(source=repo, reason="date out of range", count=1, example=sha))
        return _LATEST if token.strip().isdigit() else _EPOCH


def _changes(commit: Commit, raws: list[_Raw], counts: _Counts | None, batch: Batch) -> None:
    for mode, (_, blob), path in raws:
        if readable(path):
            batch.blobs.setdefault(path, blob)
        noise = _MODES.get(mode)
        if counts is None:
            added, deleted, old = None, None, None
        else:
            # git prints no counts for a change that changes no line, such as a new mode
            added, deleted, old, binary = counts.get(path, (0, 0, None, False))
            noise = noise or ("binary" if binary else None)
        batch.changes.append(
            FileChange(
                repo=commit.repo,
                sha=commit.sha,
                path=path,
                old_path=old,
                lines_added=added,
                lines_deleted=deleted,
                noise=noise or by_path(path),
            )
        )
