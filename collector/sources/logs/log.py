"""One log on its way through a reader: what was read before, what is new, what had to be skipped.

A reader is a module of this package with `find(home)`, which says where its logs lie, and `read(log)`, which yields
records. Everything that must hold for every reader is done here: bytes are split at newlines alone, a half-written
last line is left for the next run, a rewritten file is read from its start, an odd line is skipped and counted.
Records are known by their own ids, so reading something twice adds nothing; a reader that waits for the outcome of
a call asks for the lines from there on again (`Log.again_from`).
"""

import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypedDict, cast

import zstandard

from collector.fingerprints import Fingerprints
from collector.records import Watermark
from collector.sources.logs.changes import Lines
from collector.sources.logs.home import LogFile
from collector.sources.logs.sqlite import DATABASES, reading
from collector.sources.logs.values import decoded, whole

_HEAD = 1024
_LONGEST = 256 << 20
"""Bytes of a line beyond which it is no record."""
_BUFFER = 1 << 20
_SETTLED_SECONDS = 120.0
"""How long a file must have been left alone for its last line to be whole without a newline."""
_COMPRESSED = ".zst"
FAILED = "log could not be read"
"""How the reasons begin for which a log was not read to its end."""
_NEW = Watermark(path="", tool="", size=0, modified_ns=0, offset=0, line=0, head="", state="{}", skipped="{}")


class Line(NamedTuple):
    """One JSON object of a log."""

    number: int
    """1-based."""
    offset: int
    """Where the line begins, in bytes."""
    value: dict[str, Any]


class Hashes(TypedDict):
    """The three columns of an `Edit` that stand for the lines it wrote."""

    exact: tuple[int, ...]
    trimmed: tuple[int, ...]
    squeezed: tuple[int, ...]


class Log:
    """A log that is being read. Made by `harvest`; a reader uses what has no underscore."""

    def __init__(self, file: LogFile, known: Watermark | None, fingerprints: Fingerprints) -> None:
        """Look at the file; OSError if it can't be looked at."""
        self.tool, self.path, self.beside = file.tool, file.path, file.beside
        self._fingerprints = fingerprints
        self._size, self._modified_ns = state_of(file.path)
        self.modified = self._modified_ns / 1e9
        """When the file was last written, in Unix seconds."""
        if known is None or not self._continues(known):
            known = _NEW
        self.is_new = known is _NEW
        self.state: dict[str, Any] = json.loads(known.state)
        """What the reader remembers from run to run: JSON, small, and never text of the log."""
        self._offset, self._line = known.offset, known.line
        self._again: tuple[int, int] | None = None
        skipped: dict[str, list[Any]] = json.loads(known.skipped)
        self._skipped = {reason: count for reason, count in skipped.items() if not reason.startswith(FAILED)}
        self._skipped_lines: list[tuple[int, str, str]] = []
        """What was skipped now: number of the line, reason and place. Which of it counts, the watermark decides."""

    # --- for readers ---------------------------------------------------------------------------------------

    def lines(self, keep: Callable[[bytes], bool] | None = None) -> Iterator[Line]:
        """Yield the JSON objects of the lines that are new; those for which `keep` is false aren't even decoded."""
        for number, offset, raw in self.raw_lines():
            if keep is None or keep(raw):
                for value in self.objects(raw, number):
                    yield Line(number, offset, value)

    def raw_lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield number, offset and bytes of the lines that are new, without their newline; empty ones are left out."""
        for number, offset, raw in self.whole_lines():
            if line := raw.strip(b"\r\n \t\0"):
                yield number, offset, line

    def whole_lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield number, offset and bytes of the lines that are new, as they stand there."""
        number, offset, is_compressed = self._line, self._offset, self._is_compressed
        with self._opened() as file:
            if offset:  # a compressed log begins at its start and couldn't
                file.seek(offset)
            while raw := self._next(file, number) if is_compressed else file.readline(_LONGEST):
                if not raw.endswith(b"\n"):
                    if len(raw) == _LONGEST:
                        number, offset = number + 1, self._pass_over(file, offset, number + 1)
                        continue
                    if not is_compressed and not self._is_settled():
                        self._modified_ns = 0  # look again next time, even if nothing is added by then
                        break
                number, begins, offset = number + 1, offset, offset + len(raw)
                yield number, begins, raw
                self._line, self._offset = number, offset
        self._line, self._offset = number, offset

    def document(self) -> dict[str, Any]:
        """Return the whole file as one JSON object; empty, and counted as skipped, where it is none."""
        self._offset, self._line = self._size, 0
        self._skipped, self._skipped_lines = {}, []  # what an earlier reading left out is left out again
        if self._size > _LONGEST:
            self.skip("file too large", "")
            return {}
        return next(self.objects(self.path.read_bytes(), 1), {})

    def database(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return the file as a database to read from, rows as `sqlite3.Row`; sqlite3.Error where it is none."""
        return reading(self.path)

    def hashed(self, lines: Lines) -> Hashes:
        """Return written lines as the three columns of an `Edit`: `Edit(..., **log.hashed(lines))`."""
        made = self._fingerprints.lines(lines)
        return Hashes(exact=made.exact, trimmed=made.trimmed, squeezed=made.squeezed)

    def skip(self, reason: str, place: str | int) -> None:
        """Count something that was left out, `place` saying where (a line's number or a row's id)."""
        where = f"{self.path}:{place}" if place != "" else str(self.path)
        self._skipped_lines.append((place if isinstance(place, int) else 0, reason, where))

    def skip_once(self, reason: str, place: str) -> None:
        """Count like `skip`, but a place once, however often it is read: for what is no line, and is read again."""
        seen = self.state.setdefault("skipped", [])
        mark = blake2b(f"{reason}:{place}".encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        if mark not in seen:
            seen.append(mark)
            self.skip(reason, place)

    def again_from(self, line: Line) -> None:
        """Let the next run read again from this line on, if it is before what was asked for already."""
        if self._again is None or line.offset < self._again[0]:
            self._again = (line.offset, line.number - 1)

    # --- for the harvest -----------------------------------------------------------------------------------

    def failed(self, reason: str) -> None:
        """Tell that the log could not be read to its end: counted once, however often, and tried again next time."""
        self._skipped[reason] = [1, str(self.path)]
        self._modified_ns = 0

    def watermark(self) -> Watermark:
        """Return how far the log is read now."""
        is_again = self._again is not None and self._again[0] < self._offset
        offset, line = self._again if self._again and is_again else (self._offset, self._line)
        skipped = {reason: [count, where] for reason, (count, where) in self._skipped.items()}
        for number, reason, where in self._skipped_lines:
            if not is_again or number <= line:  # a later line is read again, and skipped again
                skipped.setdefault(reason, [0, where])[0] += 1
        return Watermark(
            path=str(self.path),
            tool=self.tool,
            size=self._size,
            modified_ns=self._modified_ns,
            offset=offset,
            line=line,
            head=self._head(offset),
            state=json.dumps(self.state, sort_keys=True),
            skipped=json.dumps(skipped, sort_keys=True),
        )

    # --- how -----------------------------------------------------------------------------------------------

    def _continues(self, known: Watermark) -> bool:
        """Whether what was read of the file is still its beginning; a compressed one is always written as a whole."""
        return not self._is_compressed and known.offset <= self._size and known.head == self._head(known.offset)

    @property
    def _is_compressed(self) -> bool:
        return self.path.suffix == _COMPRESSED

    def _opened(self) -> BinaryIO:
        """Open the log; one that is compressed reads as if it weren't, without ever being whole in memory."""
        file = self.path.open("rb", buffering=_BUFFER)
        if not self._is_compressed:
            return file
        plain = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=True)
        return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, plain), 1 << 16))

    def _next(self, file: BinaryIO, number: int) -> bytes:
        """Return the next line, nothing at the end and from shortly before the damage of a compressed log."""
        try:
            return file.readline(_LONGEST)
        except zstandard.ZstdError:
            self.skip("compressed log that is damaged", number + 1)
            return b""

    def _head(self, offset: int) -> str:
        """Return a digest of the first bytes and of the last ones before an offset."""
        with self.path.open("rb") as file:
            seen = blake2b(file.read(min(_HEAD, offset)), digest_size=16)
            file.seek(max(offset - _HEAD, 0))
            seen.update(file.read(min(_HEAD, offset)))
        return f"{offset}:{seen.hexdigest()}"

    def _is_settled(self) -> bool:
        return time.time() - self.modified > _SETTLED_SECONDS

    def _pass_over(self, file: Any, offset: int, number: int) -> int:
        self.skip("line too long", number)
        while (rest := self._next(file, number)) and not rest.endswith(b"\n"):
            pass
        self._line, self._offset = number, file.tell()
        return int(file.tell())

    def objects(self, raw: bytes, number: int) -> Iterator[dict[str, Any]]:
        """Yield the object on a line; two on one line, as after two writers at once, are both taken."""
        try:
            values = [decoded(raw)]
        except ValueError:
            values = _several(raw)
            if not values:
                self.skip("line that is no JSON", number)
        for value in values:
            if isinstance(value, dict):
                yield value
            else:
                self.skip("line that is no JSON object", number)


def _several(raw: bytes) -> list[Any]:
    """Return the values that follow each other on one line, nothing if anything else stands between them."""
    text, place, values = raw.decode("utf-8", "replace"), 0, []
    decoder = json.JSONDecoder()
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return []
        values.append(whole(value))
        while place < len(text) and text[place] in " \t\r,\0":
            place += 1
    return values if len(values) > 1 else []


def unchanged(file: LogFile, known: Watermark) -> bool:
    """Return whether a log is as it was when it was read last, judged without opening it."""
    try:
        return state_of(file.path) == (known.size, known.modified_ns)
    except OSError:
        return False


def state_of(path: Path) -> tuple[int, int]:
    """Return size and time of the last change, of a database with the log that is not folded into it yet."""
    what = path.stat()
    if path.suffix in DATABASES:
        with suppress(FileNotFoundError):
            wal = path.with_name(f"{path.name}-wal").stat()
            return what.st_size + wal.st_size, max(what.st_mtime_ns, wal.st_mtime_ns)
    return what.st_size, what.st_mtime_ns
