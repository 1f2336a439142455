"""What only hints speak for: commits that stay unknown, so that a reader knows where the unknown may lie."""

from typing import TYPE_CHECKING

import polars as pl

from analysis.answers import Filters
from analysis.ask import ask, selection

if TYPE_CHECKING:
    import duckdb


def hinted(con: "duckdb.DuckDBPyConnection", filters: Filters) -> pl.DataFrame:
    """One row per tool and kind of hint, most commits first: tool, name, field (`branch`, `subject`, ...), commits
    (unknown, non-merge, on the default branch), example (a SHA)."""
    return ask(con, "hinted", **selection(filters))
