"""All or nothing, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def transaction(con: "DuckDBPyConnection") -> Iterator[None]:
    """Commit at the end of the block, or leave everything as it was before it."""
    import duckdb

    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        # A commit that failed has already rolled back, and a broken database can't: tell the first error.
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise
