"""Publishing: readers open versioned read-only files, so they never wait for the writer nor hinder it.

Names are never used twice: within one process DuckDB would hand out the old file under the same name.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from collector.errors import StoreError
from collector.store.connect import connect
from collector.store.failures import clear_errors
from collector.store.migrate import read_schema, refuse_newer, stored_version
from collector.store.pointer import current
from collector.store.writer import Ledger

__all__ = ["current", "open_current", "publish"]

KEPT = 2
"""Published files that stay: the newest, and the one that a reader may be about to open."""

TABLES = (
    "store_version", "repositories", "commits", "file_changes", "landings", "identities", "claims",
    "evidence", "tools", "rules", "instruments", "skipped", "runs",
    "session_logs", "activities", "usages", "edits", "commit_calls", "places", "links", "prices",
)  # fmt: skip
"""What readers need of the ledger."""

WORKING = ("tips", "watermarks")
"""What only the writer needs: it stays behind."""

HASHES = ("exact", "trimmed", "squeezed")
"""Columns of edits that stay behind likewise."""


def publish(ledger: Ledger, build: Callable[[duckdb.DuckDBPyConnection], None] | None = None) -> Path:
    """Publish what the ledger holds now, with what `build` adds to it, and return the new file.

    Until the pointer moves, readers see the snapshot before; a publication that fails leaves it in force.
    """
    folder = ledger.directory / "snapshots"
    with clear_errors(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        number = 1 + max(_numbers(folder), default=0)
        _remove_leftovers(folder)
        unfinished, target = folder / f"{number:06}.unfinished", folder / f"{number:06}.duckdb"
        try:
            _copy(ledger, unfinished)
            _add(unfinished, build)
            _sync(unfinished)
        except BaseException:
            _remove(folder.glob(f"{unfinished.name}*"))
            raise
        unfinished.rename(target)
        _point(folder, target.name)
        _remove(_published(folder)[:-KEPT])
    return target


def open_current(directory: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to what was last published; StoreError with the next step if nothing was."""
    with clear_errors(directory):
        path = current(directory)
    if path is None:
        raise StoreError(f"no store at {directory}: run `barograph collect` first")
    with clear_errors(path):
        con = connect(path, read_only=True)
        try:
            _check_version(con, path)
        except BaseException:
            con.close()
            raise
        return con


def _copy(ledger: Ledger, target: Path) -> None:
    """A copy of the file, twenty times as fast as one of the tables (docs/decisions/0003)."""
    with ledger.at_rest() as file:
        shutil.copyfile(file, target)


def _add(path: Path, build: Callable[[duckdb.DuckDBPyConnection], None] | None) -> None:
    with connect(path) as con:
        for table in WORKING:
            con.execute(f"drop table {table}")
        for column in HASHES:
            con.execute(f"alter table edits drop column {column}")
        if build is not None:
            build(con)
        con.execute("checkpoint")


def _check_version(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    version, known = stored_version(con, path), read_schema().version
    refuse_newer(version, known, path)
    if version < known:
        raise StoreError(f"{path} was published by an older barograph: run `barograph collect` to renew it")


def _point(folder: Path, name: str) -> None:
    fresh = folder / "current.unfinished"
    fresh.write_text(f"{name}\n", encoding="ascii")
    _sync(fresh)
    fresh.replace(folder / "current")
    _sync(folder)


def _sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    if os.name == "nt" and path.is_dir():  # Windows can't open a folder, and needs not
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _published(folder: Path) -> list[Path]:
    return sorted((file for file in folder.glob("*.duckdb") if file.stem.isdigit()), key=lambda file: int(file.stem))


def _numbers(folder: Path) -> Iterator[int]:
    """Every number that left a trace: in a finished or unfinished file, or in the pointer."""
    with suppress(FileNotFoundError):
        yield int((folder / "current").read_text(encoding="ascii").split(".")[0])
    for file in folder.iterdir():
        if file.name.split(".")[0].isdigit():
            yield int(file.name.split(".")[0])


def _remove_leftovers(folder: Path) -> None:
    """What a killed publication left: files that never got their name, or that the pointer never named."""
    _remove(folder.glob("*.unfinished*"))
    named = current(folder.parent)
    if named is not None:
        _remove(file for file in _published(folder) if int(file.stem) > int(named.stem))


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(PermissionError):  # Windows keeps what a reader has open; the next publication retries
            file.unlink(missing_ok=True)
