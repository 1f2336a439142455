"""Records to rows: one Polars frame per batch, built column by column, never row by row.

A frame reaches DuckDB as an uncompressed Parquet file in the store's own folder: handing it over in memory makes
DuckDB 1.5 import pyarrow and pandas, 1.3 s and more than 100 MB (docs/decisions/0003).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from collector.store.literals import literal

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

BATCH = 20_000
"""Records per frame where there may be many: bounds what a load holds twice."""

Record = TypeVar("Record")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def column_types(record: type[Any]) -> "dict[str, pl.DataType]":
    """The columns of a record: a field's name and type say its column's."""
    hints = get_type_hints(record)
    return {field.name: _column_type(hints[field.name]) for field in fields(record)}


def to_frame(record: type[Any], rows: Sequence[Any]) -> "pl.DataFrame":
    """The rows as one frame. A time without a zone is our own wrong data and raises ValueError."""
    import polars as pl

    kinds = column_types(record)
    return pl.DataFrame([_column(name, list(map(attrgetter(name), rows)), kind) for name, kind in kinds.items()])


@contextmanager
def frame_view(con: "DuckDBPyConnection", name: str, frame: "pl.DataFrame", folder: Path) -> Iterator[None]:
    """Let SQL read a frame under a name, for as long as the block lasts."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{name}.parquet"
    try:
        _write(frame, file)
        con.execute(f"create or replace temp view {name} as select * from read_parquet({literal(file)})")
        yield
    finally:
        file.unlink(missing_ok=True)


def _write(frame: "pl.DataFrame", file: Path) -> None:
    """Let Python write the file: Polars would tell of a full disk as of bad Parquet."""
    encoded = BytesIO()
    frame.write_parquet(encoded, compression="uncompressed", statistics=False)
    file.write_bytes(encoded.getbuffer())


def stage(
    con: "DuckDBPyConnection", name: str, record: type[Any], rows: Iterable[Any], *, like: str, folder: Path
) -> None:
    """Put rows into a temporary table with the columns of the table `like`, each row once."""
    con.execute(f"create or replace temp table {name} as from {like} limit 0")
    remaining = iter(rows)
    while batch := list(dict.fromkeys(islice(remaining, BATCH))):
        with frame_view(con, "incoming", to_frame(record, batch), folder):
            con.execute(f"insert into {name} by name select * from incoming")


def insert_one(con: "DuckDBPyConnection", table: str, row: Any) -> None:
    """Insert a single record without the cost of loading Polars."""
    names = [field.name for field in fields(row)]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(literal(getattr(row, name)) for name in names)
    con.execute(f"insert into {table} ({columns}) values ({values})")


def select_list(record: type[Any]) -> str:
    """The columns that `from_rows` expects, times as microseconds: no zone of this machine can slip in."""
    hints = get_type_hints(record)
    return ", ".join(
        f'epoch_us("{field.name}")' if _is_time(hints[field.name]) else f'"{field.name}"' for field in fields(record)
    )


def from_rows(record: type[Record], rows: Iterable[Sequence[Any]]) -> list[Record]:
    """The records that rows of `select_list` hold."""
    hints = get_type_hints(record)
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]
    decoders = [(place, name, _decoder(hints[name])) for place, name in enumerate(names)]
    return [record(**{name: decode(row[place]) for place, name, decode in decoders}) for row in rows]


def _decoder(hint: Any) -> Callable[[Any], Any]:
    if _is_time(hint):
        return lambda us: None if us is None else _EPOCH + timedelta(microseconds=us)
    return tuple if get_origin(hint) is tuple else lambda value: value


def _is_time(hint: Any) -> bool:
    return hint is datetime or datetime in get_args(hint)


def _column_type(hint: Any) -> "pl.DataType":
    import polars as pl

    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    kind = next(option for option in options if option is not NoneType)
    if get_origin(kind) is Literal:
        return pl.String()  # DuckDB casts the name to the enum, and refuses one that it lacks
    if get_origin(kind) is tuple:
        return pl.List(_column_type(get_args(kind)[0]))
    return {
        str: pl.String(),
        int: pl.Int64(),
        float: pl.Float64(),
        bool: pl.Boolean(),
        date: pl.Date(),
        datetime: pl.Datetime("us", "UTC"),
    }[kind]


def _column(name: str, values: list[Any], kind: "pl.DataType") -> "pl.Series":
    import polars as pl

    if isinstance(kind, pl.Datetime):
        return pl.Series(name, _microseconds(name, values), pl.Int64()).cast(kind)
    return _lists(name, values, kind) if isinstance(kind, pl.List) else pl.Series(name, values, kind)


def _lists(name: str, values: Sequence[Sequence[Any]], kind: "pl.List") -> "pl.Series":
    """A column of lists. Polars would build a series for each of them, which takes thirty times as long."""
    import polars as pl

    every = pl.DataFrame({"row": range(len(values))}, {"row": pl.Int64()})
    items = pl.DataFrame(
        {
            "row": [row for row, value in enumerate(values) for _ in value],
            name: [item for value in values for item in value],
        },
        {"row": pl.Int64(), name: kind.inner},
    )
    lists = items.group_by("row", maintain_order=True).agg(name)
    return every.join(lists, on="row", how="left", maintain_order="left")[name].fill_null([])


def _microseconds(name: str, values: Sequence[datetime | None]) -> list[int | None]:
    for value in values:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"{name} without a time zone: {value!r}")
    return [None if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
