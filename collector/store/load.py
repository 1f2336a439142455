"""Records to tables: one Arrow table per batch, built column by column, never row by row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

BATCH = 20_000
"""Records per Arrow table where there may be many: bounds what a load holds twice."""

Record = TypeVar("Record")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def arrow_schema(record: type[Any]) -> "pa.Schema":
    """The Arrow schema of a record: a field's name and type say its column's."""
    import pyarrow as pa

    hints = get_type_hints(record)
    return pa.schema([_arrow_field(field.name, hints[field.name]) for field in fields(record)])


def to_arrow(record: type[Any], rows: Sequence[Any]) -> "pa.Table":
    """The rows as one Arrow table. A time without a zone is our own wrong data and raises ValueError."""
    import pyarrow as pa

    schema = arrow_schema(record)
    columns = []
    for column in schema:
        values = list(map(attrgetter(column.name), rows))
        if pa.types.is_timestamp(column.type):
            _refuse_naive(column.name, values)
        columns.append(pa.array(values, type=column.type))
    return pa.Table.from_arrays(columns, schema=schema)


@contextmanager
def arrow_view(con: "DuckDBPyConnection", name: str, table: "pa.Table") -> Iterator[None]:
    """Let SQL read an Arrow table under a name, for as long as the block lasts."""
    con.register(name, table)
    try:
        yield
    finally:
        con.unregister(name)


def stage(con: "DuckDBPyConnection", name: str, record: type[Any], rows: Iterable[Any], like: str) -> None:
    """Put rows into a temporary table with the columns of the table `like`, each row once."""
    con.execute(f"create or replace temp table {name} as from {like} limit 0")
    remaining = iter(rows)
    while batch := list(dict.fromkeys(islice(remaining, BATCH))):
        with arrow_view(con, "incoming", to_arrow(record, batch)):
            con.execute(f"insert into {name} by name from incoming")


def insert_one(con: "DuckDBPyConnection", table: str, row: Any) -> None:
    """Insert a single record without the cost of loading Arrow."""
    names = [field.name for field in fields(row)]
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    con.execute(f"insert into {table} ({columns}) values ({marks})", [getattr(row, name) for name in names])


def select_list(record: type[Any]) -> str:
    """The columns that `from_row` expects, times as microseconds: no zone of this machine can slip in."""
    hints = get_type_hints(record)
    return ", ".join(
        f'epoch_us("{field.name}")' if hints[field.name] is datetime else f'"{field.name}"'
        for field in fields(record)
    )


def from_rows(record: type[Record], rows: Iterable[Sequence[Any]]) -> list[Record]:
    """The records that rows of `select_list` hold."""
    hints = get_type_hints(record)
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]
    decoders = [(place, name, _decoder(hints[name])) for place, name in enumerate(names)]
    return [record(**{name: decode(row[place]) for place, name, decode in decoders}) for row in rows]


def _decoder(hint: Any) -> Callable[[Any], Any]:
    if hint is datetime:
        return lambda us: _EPOCH + timedelta(microseconds=us)
    return tuple if get_origin(hint) is tuple else lambda value: value


def _arrow_field(name: str, hint: Any) -> "pa.Field":
    import pyarrow as pa

    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    kinds = [option for option in options if option is not NoneType]
    return pa.field(name, _arrow_type(kinds[0]), nullable=NoneType in options)


def _arrow_type(hint: Any) -> "pa.DataType":
    import pyarrow as pa

    if get_origin(hint) is Literal:
        return pa.string()  # DuckDB casts the name to the enum, and refuses one that it lacks
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    known = {
        str: pa.string(),
        int: pa.int64(),
        bool: pa.bool_(),
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    return known[hint]


def _refuse_naive(name: str, values: Sequence[datetime]) -> None:
    for value in values:
        if value.utcoffset() is None:
            raise ValueError(f"{name} without a time zone: {value!r}")
