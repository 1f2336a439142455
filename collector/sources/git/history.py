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
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import SEEK_END, BufferedReader
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from subprocess import Popen
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, cast

from collector.errors import RepositoryError
from collector.records import Commit, FileChange, Skipped
from collector.sources.git.hardened import reason, start
from collector.sources.git.message import read_message
from collector.sources.git.noise import by_path, readable

BATCH = 500
_AHEAD = 2
_ROOM = 1 << 16
_FIELDS = ("%H", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B")
_FORMAT = "--format=%x01" + "%x00".join(_FIELDS) + "%x00"
_DIFF = ("diff-tree", "--stdin", "--root", "-r", "--always", "-z", "--raw", "--no-abbrev", "--encoding=UTF-8")
_MEASURED = (*_DIFF, "-M", "--numstat", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", _FORMAT)
_UNMEASURED = (*_DIFF, "--no-renames", _FORMAT)
_MISSING = re.compile(rb"unable to read [0-9a-f]{40,64}|could not fetch|promisor|lazy fetching disabled")
_DAMAGED = re.compile(rb"(?m)^error: (?!could not fetch)|corrupt|bad (object|header)|mismatch|garbage")
# Nobody who writes a message or names a file can know it.
_MARK = f"end of batch {token_hex(16)}\n".encode()
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = (0, 0, None, False)
_MODES = {"120000": "symlink", "160000": "submodule"}


@dataclass(slots=True)
class Batch:
    """What one batch of commits held."""

    commits: list[Commit] = field(default_factory=list)
    changes: list[FileChange] = field(default_factory=list)
    blobs: dict[str, str] = field(default_factory=dict)
    """For each path the newest blob that it had in this batch (the old one, where it was deleted)."""
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
            pool.shutdown()
            for reader in readers:
                reader.abandon()
            raise


def blobs_of(where: Path, shas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield path and blob of every file in the named commits, in their order, without looking into any."""
    for start_at in range(0, len(shas), BATCH):
        batch = Batch()
        _read_blind(where, "", shas[start_at : start_at + BATCH], batch, lambda blobs: True)
        yield from batch.blobs.items()


def lacking(where: Path, shas: Sequence[str], missing: frozenset[str]) -> set[str]:
    """Return those of the named commits that changed a missing blob, so that their lines can't be told."""
    taken: set[str] = set()
    for start_at in range(0, len(shas), BATCH):
        some = shas[start_at : start_at + BATCH]
        taken |= _read_blind(where, "", some, Batch(), lambda blobs: not missing.isdisjoint(blobs))
    return taken


def lacks_blob(complaint: bytes) -> bool:
    """Return whether git ended because a blob is not here, as opposed to here and damaged."""
    return bool(_MISSING.search(complaint)) and not _DAMAGED.search(complaint)


def _read_blind(
    where: Path, repo: str, shas: Sequence[str], batch: Batch, wanted: Callable[[Iterable[str]], bool]
) -> set[str]:
    """Read commits without looking into a file (names are known, lines are not); take and return the wanted ones."""
    git = _Git(where, _UNMEASURED)
    output, whole = _exchange(git.process, shas)
    _, complaint = git.end()
    taken: set[str] = set()
    if not whole or parse(repo, output, batch, wanted=wanted, taken=taken) != len(shas):
        raise RepositoryError(f"{where}: history could not be read: {reason(complaint)}")
    return taken


class _Git:
    """One `git diff-tree` that is fed batches."""

    def __init__(self, where: Path, arguments: Sequence[str]) -> None:
        self.complaints = TemporaryFile()  # noqa: SIM115 - closed by end()
        self.process = start(where, *arguments, complaints=self.complaints)

    def end(self) -> tuple[int, bytes]:
        """Close its input, wait for it, return its code and what it complained of last."""
        with suppress(BrokenPipeError):  # what it was still to be fed when it died
            cast(IO[bytes], self.process.stdin).close()
        cast(IO[bytes], self.process.stdout).close()
        self.process.wait()
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
        self._killed = False

    def read(self, shas: Sequence[str]) -> Batch:
        """Read these commits whole, or raise."""
        batch = Batch()
        rest = self._read_incomplete(shas, batch) if self._missing else list(shas)
        singly = 0
        while rest and not self._killed:
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
        if not lacks_blob(complaint):
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
        """Take the wanted commits as unmeasured, and say so."""
        taken = _read_blind(self._where, self._repo, shas, batch, wanted)
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
        self._killed = True
        if (git := self._git) is not None:
            git.process.kill()

    def abandon(self) -> None:
        """Take leave of a git that was killed, once nobody reads from it any more."""
        if self._git is not None:
            self._git.process.kill()
            self._git.end()
            self._git = None


def _exchange(process: Popen[bytes], shas: Sequence[str]) -> tuple[bytes, bool]:
    """Send commit names and read until git echoes the end mark; False when it died before."""
    into, out = cast(IO[bytes], process.stdin), cast(BufferedReader, process.stdout)
    # beside the reading, since pipes may be as small as a page: git stops to be fed while nobody reads from it
    feeder = Thread(target=_feed, args=(into, "".join(f"{sha}\n" for sha in shas).encode() + _MARK))
    feeder.start()
    output, whole = bytearray(), False
    block = memoryview(bytearray(_ROOM))  # made once: git writes by the page, and each read would make it anew
    while not whole and (size := out.readinto1(block)):
        output += block[:size]
        whole = output.endswith(_MARK)
    feeder.join()
    return bytes(output[: -len(_MARK)] if whole else output), whole


def _feed(into: IO[bytes], names: bytes) -> None:
    # git died if the pipe is broken: its output ends early, and stderr says why
    with suppress(BrokenPipeError):
        into.write(names)
        into.flush()


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
    tokens, clean = _tokens(output)
    place, count = 0, 0
    while place < len(tokens):
        header = tokens[place : place + len(_FIELDS)]
        try:
            if header[0][:1] != "\x01" or tokens[place + len(_FIELDS)]:
                raise _StrayError(repr(tokens[place][:80]))
            raws, place = _raws(tokens, place + len(_FIELDS) + 1)
            counts, place = _counts(tokens, place)
            if wanted is None:
                _check(raws, counts)
        except (_StrayError, IndexError) as stray:
            if not whole:
                break
            raise RepositoryError(f"{repo}: git's output is not understood near {stray}") from None
        if not whole and place >= len(tokens):
            break
        count += 1
        if wanted is not None and not wanted(blob for raw in raws for blob in raw[1:3]):
            continue
        if not clean:
            header = [_text(token) for token in header]
        commit = _commit(repo, header, batch)
        batch.commits.append(commit)
        _changes(commit, raws, None if wanted else counts, batch, clean=clean)
        if taken is not None:
            taken.add(commit.sha)
    return count


def _tokens(output: bytes) -> tuple[list[str], bool]:
    """Split git's output, and say whether all of it is UTF-8; if not, odd bytes stand as lone surrogates."""
    try:
        tokens, clean = output.decode().split("\0"), True
    except UnicodeDecodeError:
        tokens, clean = output.decode("utf-8", "surrogateescape").split("\0"), False
    tokens.pop()
    return tokens, clean


class _StrayError(Exception):
    """A token where none of its kind may stand."""


_Raw = tuple[str, str, str, str]
"""A changed file: its mode (the old one, where it was deleted), its old and its new blob, its path."""


def _raws(tokens: Sequence[str], place: int) -> tuple[list[_Raw], int]:
    """Read `:old-mode new-mode old-blob new-blob status`, each followed by one path, or two after a rename."""
    raws: list[_Raw] = []
    if place < len(tokens) and tokens[place][:1] == "\n":
        token = tokens[place][1:]
        while token[:1] == ":":
            old_mode, mode, old_blob, blob, status = token.split(" ")
            place += 2 if status[0] in "RC" else 1
            raws.append((old_mode[1:] if status == "D" else mode, old_blob, blob, tokens[place]))
            place += 1
            token = tokens[place] if place < len(tokens) else ""
    return raws, place


_Counts = dict[str, tuple[int, int, str | None, bool]]
"""By path: lines added, lines deleted, old path, whether it is binary."""


def _counts(tokens: Sequence[str], place: int) -> tuple[_Counts, int]:
    """Read `added TAB deleted TAB path`; an empty path is followed by the old and the new one."""
    counts: _Counts = {}
    while place < len(tokens) and tokens[place][:1] != "\x01":
        try:
            added, deleted, name = tokens[place].split("\t", 2)
        except ValueError:
            raise _StrayError(repr(tokens[place][:80])) from None
        old = None
        if not name:
            old, name = tokens[place + 1], tokens[place + 2]
            place += 2
        counts[name] = (0, 0, old, True) if added == "-" else (int(added), int(deleted), old, False)
        place += 1
    return counts, place


def _check(raws: list[_Raw], counts: _Counts) -> None:
    """See that every changed file is counted: all but those whose content is the same (such as a new mode)."""
    if len(counts) == len(raws):
        return
    silent = [name for _, old_blob, blob, name in raws if name not in counts and old_blob == blob]
    if len(silent) + len(counts) != len(raws):
        raise _StrayError(repr(next((name for *_, name in raws if name not in counts), "")[:80]))


def _path(token: str) -> str:
    """Return a path as text in which every odd byte can still be told from every other."""
    return token.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _text(token: str) -> str:
    return token.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _commit(repo: str, header: Sequence[str], batch: Batch) -> Commit:
    sha = header[0][1:]
    parents = tuple(header[1].split())
    message = read_message(header[8])
    return Commit(
        repo=repo,
        sha=sha,
        parents=parents,
        author_name=header[2],
        author_email=header[3],
        committer_name=header[5],
        committer_email=header[6],
        authored_at=_time(header[4], repo, sha, batch),
        committed_at=_time(header[7], repo, sha, batch),
        subject=message.subject,
        message_markers=message.markers,
        is_merge=len(parents) > 1,
    )


def _time(token: str, repo: str, sha: str, batch: Batch) -> datetime:
    """Return a time in UTC; one that no calendar holds is put at its nearest end and counted."""
    try:
        return datetime.fromtimestamp(int(token), UTC)
    except (ValueError, OverflowError, OSError):
        batch.skipped.append(Skipped(source=repo, reason="date out of range", count=1, example=sha))
        return _LATEST if token.strip().isdigit() else _EPOCH


def _changes(commit: Commit, raws: list[_Raw], counts: _Counts | None, batch: Batch, *, clean: bool) -> None:
    repo, sha, blobs, changes = commit.repo, commit.sha, batch.blobs, batch.changes
    for mode, old_blob, blob, name in raws:
        if counts is None:
            added, deleted, old, binary = None, None, None, False
        else:
            # git prints no counts for a change that changes no line, such as a new mode
            added, deleted, old, binary = counts.get(name, _NOTHING)
        path = name if clean else _path(name)
        if readable(path):
            blobs.setdefault(path, blob if blob.strip("0") else old_blob)
        changes.append(
            FileChange(
                repo=repo,
                sha=sha,
                path=path,
                old_path=old if clean or old is None else _path(old),
                lines_added=added,
                lines_deleted=deleted,
                noise=_MODES.get(mode) or ("binary" if binary else by_path(path)),
            )
        )
