"""Keeps beside the work of a large store the intervals that everybody asks for, so that a page need not draw them."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from analysis.answers import WEIGHTS, Filters, Interval, Weight
from analysis.ask import FIRST_DAY, LAST_DAY, sql_literal

if TYPE_CHECKING:
    import duckdb

TABLE = """
create or replace table intervals (
    since date, until date, weight varchar,
    low double, high double, method varchar, clusters integer, reason varchar
)
"""

LARGE = 200_000
"""Rows of `work_by_author` from which an overview that draws its intervals takes longer than a page may."""


def keep(con: "duckdb.DuckDBPyConnection") -> None:
    """Fill the table `intervals` with what the overview of all repositories asks; with nothing if that is quick.

    Those of one repository are drawn when they are asked: it has few authors, and there are many repositories.
    """
    con.execute(TABLE)
    [(rows,)] = con.execute("select count(*) from work_by_author").fetchall()
    if rows < LARGE:
        return
    drawn = [_row(weight, *window) for weight in WEIGHTS for window in _windows(con, weight)]
    con.execute(f"insert into intervals values {', '.join(drawn)}")


def _windows(con: "duckdb.DuckDBPyConnection", weight: Weight) -> Iterator[tuple[date, date, Interval]]:
    from analysis.overviews import overview  # with NumPy, which a store that draws when it is asked does without

    found = overview(con, Filters(), weight)
    yield FIRST_DAY, LAST_DAY, found.whole.interval
    for window in (found.recent, found.before):
        if window.since is not None and window.until is not None:
            yield window.since, window.until, window.interval


def _row(weight: Weight, since: date, until: date, drawn: Interval) -> str:
    from analysis.intervals import FIELDS

    known = [sql_literal(cell) for cell in (since, until, weight)]
    return f"({', '.join([*known, *(_cell(getattr(drawn, name)) for name in FIELDS)])})"


def _cell(value: object) -> str:
    # As text, so that no digit is lost.
    return f"'{value!r}'::double" if isinstance(value, float) else sql_literal(value)
