"""Databases that belong to others and may be in use: read whole and current, never touched.

Up to 64 MB a database is copied with its write-ahead log and read from the copy. A larger one is read in place with
`mode=ro`, never `immutable`, which would not see the log (DESIGN decision 7).
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

DATABASES = frozenset({".db", ".sqlite", ".sqlite3", ".vscdb"})
_SMALL = 64 << 20
_PATIENCE_SECONDS = 5.0


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
            shutil.copyfile(path, copy)
            wal = path.with_name(f"{path.name}-wal")
            if wal.is_file():
                shutil.copyfile(wal, copy.with_name("copy.db-wal"))
            with _opened(copy, "") as con:
                yield con
    else:
        with _opened(path, "?mode=ro") as con:
            yield con


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
