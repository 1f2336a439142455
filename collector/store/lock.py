"""One writer at a time: a lock on a file, which the system releases however its holder ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from collector.errors import StoreError


@contextmanager
def one_writer(directory: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the store's lock, or raise a StoreError that names the process which does."""
    holder = directory / "lock.pid"
    lock = FileLock(directory / "lock", mode=0o600)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise StoreError(_taken(directory, holder)) from error
    try:
        holder.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _taken(directory: Path, holder: Path) -> str:
    try:
        who = f"process {int(holder.read_text(encoding='ascii'))}"
    except (OSError, ValueError):  # it is between taking the lock and writing its number, or just leaving
        who = "another process"
    return f"the store {directory} is being written by {who}: wait until it ends, or stop it, and run again"
