"""All readers over all logs of a home: what is new since the watermarks, log by log."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Protocol, cast

from collector.fingerprints import Fingerprints
from collector.records import LogRecord, SessionLog, Watermark
from collector.sources import logs
from collector.sources.logs.home import Home, LogFile
from collector.sources.logs.log import FAILED, Log, state_of, unchanged


class Reader(Protocol):
    """A module that reads one shape of log."""

    def find(self, home: Home) -> Iterator[LogFile]:
        """Yield the logs of this shape below a home."""

    def read(self, log: Log) -> Iterator[LogRecord]:
        """Yield what is new in a log."""


@dataclass(frozen=True, slots=True)
class Found:
    """A log, and the reader that understands it."""

    file: LogFile
    reader: Reader


@dataclass(slots=True)
class Reading:
    """What one log gave."""

    file: LogFile
    records: list[LogRecord] = field(default_factory=list)
    watermark: Watermark | None = None
    """None where the log could not be read at all."""
    failure: str = ""
    """Why it could not be read to its end; what was read until then counts."""


def readers() -> dict[str, Reader]:
    """Return every module of this package that has `find` and `read`, by its name."""
    modules = (importlib.import_module(f"{logs.__name__}.{info.name}") for info in pkgutil.iter_modules(logs.__path__))
    return {
        module.__name__.rpartition(".")[2]: cast(Reader, module)
        for module in modules
        if module.__name__ != __name__ and hasattr(module, "find") and hasattr(module, "read")
    }


def find(home: Home) -> list[Found]:
    """Return every log of a home once, however many ways lead to it; older ones first."""
    found: dict[tuple[int, int], tuple[int, Found]] = {}
    for reader in readers().values():
        for file in reader.find(home):
            try:
                what = file.path.stat()
            except OSError:
                continue
            found.setdefault((what.st_dev, what.st_ino), (what.st_mtime_ns, Found(file, reader)))
    return [one for _, one in sorted(found.values(), key=lambda pair: (pair[0], str(pair[1].file.path)))]


def news(found: list[Found], watermarks: Mapping[str, Watermark]) -> list[Found]:
    """Return those logs that have changed since they were read."""
    return [one for one in found if not ((known := watermarks.get(str(one.file.path))) and unchanged(one.file, known))]


def read(one: Found, known: Watermark | None, fingerprints: Fingerprints) -> Reading:
    """Read what is new in one log; a log that fails is told of and ends nothing else."""
    reading = Reading(file=one.file)
    log: Log | None = None
    try:
        log = Log(one.file, known, fingerprints)
        for record in one.reader.read(log):
            reading.records.append(_public(record))
    except (OSError, sqlite3.Error) as error:
        reading.failure = f"{FAILED}: {type(error).__name__}"
        if log is not None:
            log.failed(reading.failure)
    if log is not None:
        reading.watermark = log.watermark()
    return reading


def _public(record: LogRecord) -> LogRecord:
    """Return a record without the user, password or token that the URL of a remote may hold."""
    if isinstance(record, SessionLog) and record.remote and "://" in record.remote:
        scheme, _, rest = record.remote.partition("://")
        host, slash, path = rest.partition("/")
        return replace(record, remote=f"{scheme}://{host.rpartition('@')[2]}{slash}{path}")
    return record


def fingerprint(found: list[Found]) -> str:
    """Return a digest that changes whenever a log is new, grows or is rewritten."""
    digest = blake2b(digest_size=16)
    for one in sorted(found, key=lambda one: str(one.file.path)):
        try:
            state = state_of(one.file.path)
        except OSError:
            state = (0, 0)
        digest.update(f"{one.file.path}\0{state}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
