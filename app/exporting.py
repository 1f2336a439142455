"""Writes contract tables as CSV, Parquet or JSON: to stdout, or to a file that appears whole or not at all."""

import sys
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from app.options import chosen_repositories
from app.output import message, write_whole
from collector.errors import BarographError, SettingsError

if TYPE_CHECKING:
    import polars as pl

_SLICE = 50_000
"""Rows that are turned into text at a time."""

FORMATS = {".csv": "csv", ".parquet": "parquet", ".json": "json"}


def write_table(
    store: Path,
    table: str,
    *,
    form: str | None,
    output: Path | None,
    into: Path | None = None,
    repos: Sequence[str] = (),
    by: str = "month",
    since: date | None = None,
    until: date | None = None,
) -> None:
    """Write one contract table; without a format the file's name decides, else it is CSV.

    Raises:
        BarographError: no store, an unknown repository, or a file that can't be written.
    """
    if into:
        raise SettingsError("--into is for notes alone, and in place of -o")
    if len(repos) > 1:
        raise SettingsError("export takes one --repo, or none for all of them")
    if output == Path("-"):
        output = None
    form = form or FORMATS.get(output.suffix.lower() if output else "", "csv")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise BarographError("parquet is binary and stdout is a terminal: name a file with -o FILE")
    frame = _ask(store, table, repos, by=by, since=since, until=until)
    if output is None:
        sys.stdout.flush()
        _write(frame, form, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    write_whole(output, lambda file: _write(frame, form, file))
    message(f"{output}: {frame.height:,} rows of {table}")


def _ask(store: Path, table: str, repos: Sequence[str], **of_shares: Any) -> "pl.DataFrame":
    from analysis import queries
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        repo = None
        if repos:
            repo = chosen_repositories(repos, queries.repositories(con)["repo"].to_list())[0]
        return queries.export(con, table, repo=repo, **of_shares)


def _write(frame: "pl.DataFrame", form: str, file: BinaryIO) -> None:
    """Write through Python's own file: from inside Polars a full disk or a closed pipe has no name."""
    if form == "csv":
        for start in range(0, max(frame.height, 1), _SLICE):
            file.write(frame.slice(start, _SLICE).write_csv(include_header=start == 0).encode())
        return
    whole = BytesIO()
    if form == "parquet":
        frame.write_parquet(whole)
    else:
        frame.write_json(whole)
        whole.write(b"\n")
    file.write(whole.getbuffer())
