"""What DuckDB and the system say when storing fails, as one clear line for a person."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

import duckdb

from collector.errors import StoreError

_FULL = (
    "no space left",
    "file too large",
    "disk quota",
    "not enough disk space",
    "failed to offload",
    "disk full",
)
_DAMAGE = (duckdb.IOException, duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what the disk, the memory or the file at `path` is to blame for into a StoreError.

    Anything else is a mistake of ours (wrong SQL, a value that an enum lacks) and passes unchanged.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        explained = _explain(error, path)
        if explained is None:
            raise
        raise StoreError(explained) from error


def damaged(path: Path, why: str) -> str:
    """The line for a file that is no longer whole, with the way out of it."""
    return (
        f"the store file {path} is damaged ({why}): restore it from a backup, "
        f"or move it away and run `barograph collect` to read everything again"
    )


def _explain(error: duckdb.Error | OSError, path: Path) -> str | None:
    said = " ".join(str(error).split())
    low = said.lower()
    full = getattr(error, "errno", None) in (ENOSPC, EDQUOT, EFBIG) or any(word in low for word in _FULL)
    if full:
        return f"cannot write {path}: the disk is full; what was committed is safe, free some space and retry"
    if isinstance(error, PermissionError) or "permission denied" in low or "read-only file system" in low:
        return f"cannot use {path}: permission denied; check who owns it or choose another place with --store"
    if isinstance(error, OSError):
        return f"cannot use {path}: {error.strerror or said}; choose another place with --store"
    return _explain_database(error, path, said)


def _explain_database(error: duckdb.Error, path: Path, said: str) -> str | None:
    low = said.lower()
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"the store at {path} ran out of memory ({said[:160]}): free some memory and run again"
    if "could not set lock" in low or "different configuration" in low:
        holder = re.search(r"held in (.*?\))", said)
        return f"{path} is open in another program, {holder[1] if holder else said}: close it and run again"
    if "newer version of duckdb" in low or "version number" in low:
        return f"{path} was written by a newer DuckDB ({said[:160]}): upgrade barograph"
    if isinstance(error, _DAMAGE) or "corrupt database" in low:  # DuckDB 2 has no class for the latter
        return damaged(path, said[:160])
    return None
