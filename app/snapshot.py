"""Opens the published snapshot for a command, without what only a dashboard needs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def opened(store: Path) -> Iterator[Any]:
    """A read-only DuckDB connection to what was last published; StoreError with the next step if nothing was."""
    with _kept_out("pandas"):
        from collector.store.snapshots import open_current

        with open_current(store) as con:
            yield con


@contextmanager
def _kept_out(module: str) -> Iterator[None]:
    """Let a module look as if it were not installed, unless it is loaded already.

    DuckDB imports pandas, where there is one, as soon as a query has a parameter, only to see whether that is pandas'
    NaT: half a second of every command.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own way to say: don't import it
    try:
        yield
    finally:
        del sys.modules[module]
