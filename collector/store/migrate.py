"""Bringing a ledger to the schema that this program knows.

`schema.sql` is always the newest schema. `migrations/NNNN_name.sql` leads from version NNNN-1 to NNNN.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from collector.errors import StoreError
from collector.store.transaction import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The newest schema and the steps that lead to it from version 1."""

    sql: str
    steps: tuple[str, ...]
    """The SQL of each migration, oldest first: the first one leads from version 1 to 2."""

    @property
    def version(self) -> int:
        """The version that `sql` creates."""
        return 1 + len(self.steps)


def read_schema(directory: Path = HERE) -> Schema:
    """The schema of a folder with `schema.sql` and `migrations/`; ValueError if a number is missing."""
    files = sorted((directory / "migrations").glob("*.sql"))
    numbers = [_number(file) for file in files]
    if numbers != list(range(2, 2 + len(files))):
        raise ValueError(f"migrations must be numbered 0002, 0003, ...: {[file.name for file in files]}")
    steps = tuple(file.read_text(encoding="utf-8") for file in files)
    return Schema(sql=(directory / "schema.sql").read_text(encoding="utf-8"), steps=steps)


def prepare(con: "DuckDBPyConnection", schema: Schema, path: Path) -> None:
    """Create or migrate the tables of the ledger at `path`; StoreError if it is newer or not ours."""
    version = stored_version(con, path)
    refuse_newer(version, schema.version, path)
    if version == 0:
        with transaction(con):
            con.execute(schema.sql)
            con.execute(f"insert into store_version values ({schema.version})")
        return
    for number in range(version + 1, schema.version + 1):
        with transaction(con):
            con.execute(schema.steps[number - 2])
            con.execute(f"update store_version set version = {number}")


def stored_version(con: "DuckDBPyConnection", path: Path) -> int:
    """The version of the schema in an open file, 0 for an empty file; StoreError if the file is not ours."""
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        return 0
    found = con.execute("select max(version) from store_version") if "store_version" in tables else None
    row = found.fetchone() if found else None
    if row is None or row[0] is None:
        raise StoreError(f"{path} is a DuckDB file but no store of barograph: choose another place with --store")
    return int(row[0])


def refuse_newer(version: int, known: int, path: Path) -> None:
    """StoreError if a newer program wrote the file."""
    if version > known:
        raise StoreError(
            f"{path} was written by a newer barograph (schema {version}, this program knows {known}): upgrade barograph"
        )


def _number(file: Path) -> int:
    match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", file.name)
    if match is None:
        raise ValueError(f"a migration must be named NNNN_name.sql: {file.name}")
    return int(match[1])
