"""Puts one question of `sql/queries/` to a snapshot: the file's text, its parameters by name, a Polars frame back.

A question names its parameters `$name`. They are filled in as literals, not bound: to bind one, DuckDB imports pandas
(docs/decisions/0003), and a literal lets the planner drop what a question does not ask for.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from analysis.answers import FORMATS, Filters, Period
from collector.store.literals import literal

if TYPE_CHECKING:
    import duckdb
    import polars as pl

FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)
ONE_DAY = timedelta(days=1)

_RANGE = ("since", "head_until", "months_since", "months_until", "tail_since", "until")

_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"\$([a-z_]+)")


def ask(con: "duckdb.DuckDBPyConnection", question: str, **parameters: object) -> "pl.DataFrame":
    """The answer to `sql/queries/<question>.sql`, times in UTC; parameters that it does not mention are left out."""
    import polars as pl

    sql = _PARAMETER.sub(lambda found: sql_literal(parameters[found[1]]), _question(question))
    # DuckDB 2 gives a frame from a relation only, for which DuckDB 1 would plan the question twice.
    frame = con.execute(sql).pl() if hasattr(con, "pl") else con.sql(sql).pl()
    # DuckDB hands times out in the connection's zone.
    zoned = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC"))


def selection(filters: Filters, by: Period = "month") -> dict[str, object]:
    """The parameters that every filtered question shares.

    Work is summed by month and by day: whole months inside the selection are read as months, the days before and
    after them as days. By week or day, everything is read as days.
    """
    since = max(filters.since or FIRST_DAY, FIRST_DAY)
    until = min(filters.until or LAST_DAY, LAST_DAY)
    months_since, next_month = _month_at_or_after(since), _month_at_or_after(until + ONE_DAY)
    if until + ONE_DAY < next_month:
        next_month = until.replace(day=1)
    if by != "month" or next_month <= months_since:
        months_since = next_month = until + ONE_DAY
    return {
        "repos": list(filters.repos),
        "source": "work_by_class" if filters.repos else "pooled_work",
        "tool_source": "work_by_tool" if filters.repos else "pooled_tool_work",
        "tools": list(filters.tools),
        "since": since,
        "until": until,
        "from_time": datetime.combine(since, time(), UTC),
        "to_time": datetime.combine(until + ONE_DAY, time(), UTC),
        "months_since": months_since,
        "months_until": next_month - ONE_DAY,
        "head_until": months_since - ONE_DAY,
        "tail_since": next_month,
        "trust": filters.trust or "hinted",
        "unit": by,
        "format": FORMATS[by],
    }


class Sql(str):
    """A parameter that stands in a question as it is."""

    __slots__ = ()


def windows(source: str, each: Sequence[Filters]) -> Sql:
    """What each of these selections of time holds of a pre-aggregate, with its place among them as `asked`."""
    parts = []
    for place, one in enumerate(each):
        asked = selection(one)
        bounds = ", ".join(sql_literal(asked[name]) for name in _RANGE)
        parts.append(f"select {place} as asked, * from within({sql_literal(source)}, {bounds})")
    return Sql(" union all ".join(parts))


def _month_at_or_after(day: date) -> date:
    if day.day == 1:
        return day
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def sql_literal(value: object) -> str:
    """The value as SQL that can stand anywhere in an expression."""
    if isinstance(value, Sql):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"date '{value.isoformat()}'"
    if isinstance(value, list):
        return f"[{', '.join(map(sql_literal, value))}]::varchar[]"
    if value is None or isinstance(value, str | int | datetime):
        return literal(value)
    raise TypeError(f"no SQL literal for {value!r}")


@cache
def _question(name: str) -> str:
    sql = files("analysis").joinpath("sql", "queries", f"{name}.sql").read_text("utf-8")
    return _COMMENT.sub("", sql)
