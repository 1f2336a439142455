"""Opening DuckDB files: offline, in UTC, within a bound of memory."""

from pathlib import Path

import duckdb

MEMORY_LIMIT = "256MB"
"""DuckDB spills what is larger into the store's own folder (docs/decisions/0003)."""

THREADS = 2
"""For readers. Whoever writes uses one: what is written comes in small batches, and a second thread costs more than
it saves until a store has millions of commits."""

FLUSH = "4MB"
"""What a statement may use before its memory goes back to the system; DuckDB would keep 128 MB for the next one."""

LARGE = 256 << 20
"""Bytes from which a file is worth a second thread."""


def spill_folder(path: Path) -> Path:
    """Where a store file's working data lies for a moment: beside it, so as private and on the same disk."""
    return path.parent / "tmp"


def connect(path: Path, *, read_only: bool = False, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file of the store in `path.parent` or below; nothing is ever downloaded."""
    large = path.exists() and path.stat().st_size >= LARGE
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": memory_limit,
        "allocator_flush_threshold": FLUSH,
        "threads": THREADS if read_only or large else 1,
        "preserve_insertion_order": False,
        "storage_compatibility_version": "v1.5.0",  # else a file of DuckDB 2 could not be read by 1.5
        "temp_directory": str(spill_folder(path)),
    }
    con = duckdb.connect(str(path), read_only=read_only, config=config)
    con.execute("set TimeZone = 'UTC'")
    return con
