"""Puts one question of `sql/queries/` to a snapshot: the file's text, its parameters by name, a Polars frame back."""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from analysis.answers import Filters

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"\$([a-z_]+)")


def ask(con: "duckdb.DuckDBPyConnection", question: str, **parameters: object) -> "pl.DataFrame":
    """The answer to `sql/queries/<question>.sql`, times in UTC; parameters that it does not mention are left out."""
    import polars as pl

    sql, mentioned = _question(question)
    frame = con.execute(sql, {name: parameters[name] for name in mentioned}).pl()
    # DuckDB hands times out in the connection's zone.
    zoned = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC"))


def selection(filters: Filters) -> dict[str, object]:
    """The parameters that every filtered question shares."""
    return {
        "repos": list(filters.repos),
        "tools": list(filters.tools),
        "since": filters.since or date.min,
        "until": filters.until or date.max,
        "trust": filters.trust or "hinted",
    }


@cache
def _question(name: str) -> tuple[str, tuple[str, ...]]:
    sql = files("analysis").joinpath("sql", "queries", f"{name}.sql").read_text("utf-8")
    sql = _COMMENT.sub("", sql)
    return sql, tuple(dict.fromkeys(_PARAMETER.findall(sql)))
