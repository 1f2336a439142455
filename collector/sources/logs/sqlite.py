"""Databases that belong to others and may be in use: read whole and current, never touched.

Up to 64 MB a database is copied with its write-ahead log and read from the copy. A larger one is read in place with
`mode=ro`, never `immutable` where there is a write-ahead log, which would not be seen (DESIGN decision 7). A copy is
only good if nothing was written to the database meanwhile: where there is no write-ahead log, SQLite's own read lock
sees to that, otherwise the copy is compared with what is there afterwards and made anew.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

DATABASES = frozenset({".db", ".sqlite", ".sqlite3", ".vscdb"})
_SMALL = 64 << 20
_PATIENCE_SECONDS = 5.0
_BESIDE = ("", "-wal", "-journal")
"""The database and what of it is not folded in yet. The index of the log, `-shm`, is made anew for a copy."""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database for reading inside the block; rows are `sqlite3.Row`, text that is no UTF-8 is mended.

    Raises:
        sqlite3.Error: it is damaged, is no database, or stays locked.
        OSError: it can't be copied.
    """
    if path.stat().st_size <= _SMALL:
        with TemporaryDirectory(prefix="barograph-") as folder:
            copy = Path(folder) / "copy.db"
            _copy(path, copy)
            with _opened(copy, "") as con:
                yield con
    else:
        with _opened(path, _in_place(path)) as con:
            yield con


def _in_place(path: Path) -> str:
    """Return how to open a database where it lies, so that no file comes to lie beside it.

    Even `mode=ro` makes an empty log and its index where a database in that mode has none; but then everything is
    folded in, and `immutable` misses nothing.
    """
    return "?mode=ro&immutable=1" if _has_log_mode(path) and not _beside(path, "-wal").exists() else "?mode=ro"


def _has_log_mode(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"


def _copy(path: Path, copy: Path) -> None:
    """Copy a database as it is at one moment; sqlite3.OperationalError if it is written all the time."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        before = _stamp(path)
        with _held(path):
            for suffix in _BESIDE:
                _copy_file(path, copy, suffix)
        if _stamp(path) == before:
            return
        if time.monotonic() > until:
            raise sqlite3.OperationalError("database is written all the time")
        time.sleep(_PATIENCE_SECONDS / 100)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep others from writing into a database inside the block; one with a write-ahead log needs no such thing.

    What a writer that died left in a journal is copied and taken back in the copy, since that means writing.
    """
    if path.stat().st_size == 0 or _has_log_mode(path):
        yield
        return
    with _opened(path, "?mode=ro") as con:
        con.execute("begin")
        try:
            con.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise
        yield


def _copy_file(path: Path, copy: Path, suffix: str) -> None:
    try:
        shutil.copyfile(_beside(path, suffix), _beside(copy, suffix))
    except FileNotFoundError:
        if not suffix:
            raise
        _beside(copy, suffix).unlink(missing_ok=True)  # an earlier try found one


def _stamp(path: Path) -> tuple[int, int]:
    what = path.stat()
    return what.st_size, what.st_mtime_ns


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}{suffix}")


@contextmanager
def _opened(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    con = sqlite3.connect(f"file:{quote(str(path))}{how}", uri=True, timeout=_PATIENCE_SECONDS)
    try:
        con.row_factory = sqlite3.Row
        con.text_factory = lambda raw: raw.decode("utf-8", "replace")
        con.execute("pragma query_only = 1")
        yield con
    finally:
        con.close()


def tables(con: sqlite3.Connection) -> set[str]:
    """Return the names of a database's tables."""
    return {name for (name,) in con.execute("select name from sqlite_master where type = 'table'")}


def columns(con: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns, none where there is no such table."""
    return {name for (name,) in con.execute("select name from pragma_table_info(?)", (table,))}


def rows(
    con: sqlite3.Connection, table: str, wanted: Sequence[str], rest: str = "", values: Sequence[object] = ()
) -> Iterator[sqlite3.Row]:
    """Yield rows of a table: the columns wanted, None for those that this version of the table lacks.

    `rest` is what follows the table's name (`where`, `order by`), `values` what its question marks stand for.
    """
    there = columns(con, table)
    listed = ", ".join(f'"{name}"' if name in there else f'null as "{name}"' for name in wanted)
    yield from con.execute(f'select {listed} from "{table}" {rest}', values)
