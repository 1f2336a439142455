"""Values in SQL without bound parameters.

Binding one makes DuckDB 1.5 look for pandas, which Streamlit brings: 1.3 s and 95 MB in every process that binds
(docs/decisions/0003). So a statement reads its values from variables, and these are set by literals made here.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Value = str | int | bool | datetime | Path | None


def literal(value: Value) -> str:
    """The value as SQL; DuckDB knows no backslash escapes, so a doubled quote is all that a text needs."""
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"timestamptz '{_zoned(value).isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def set_variable(con: "DuckDBPyConnection", name: str, value: Value) -> None:
    """Let the statements that follow on this connection read `getvariable(name)`."""
    con.execute(f"set variable {name} = {literal(value)}")


def _zoned(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"a time without a time zone: {value!r}")
    return value
