"""Each model, as rows: what is given in the tables, and what the model must say (`cases/<model>/<case>.toml`)."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis import build

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/*.toml"))
MARTS = {path.stem for path in (Path(build.__file__).parent / "sql" / "marts").glob("*.sql")}


@pytest.mark.parametrize("case", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_model(con: duckdb.DuckDBPyConnection, insert: Any, case: Path) -> None:
    story = tomllib.loads(case.read_text("utf-8"))
    assert story.keys() <= {"about", "given", "expect", "repeat"}, "unknown key"
    for table, rows in story["given"].items():
        insert(con, table, rows)
    for table, repeat in story.get("repeat", {}).items():
        insert(con, table, [{**repeat["row"], "sha": f"{repeat['prefix']}{i}"} for i in range(repeat["times"])])
    build.build(con)
    model, expected = case.parent.name, story["expect"]
    if not expected:
        assert con.execute(f"select * from {model}").fetchall() == []
        return
    columns = list(expected[0])
    found = con.execute(f"select {', '.join(columns)} from {model}").fetchall()
    assert by_text(plain(row) for row in found) == by_text(
        tuple(approx(row[name]) for name in columns) for row in expected
    )


def test_every_mart_has_a_case() -> None:
    assert {file.parent.name for file in FILES} >= MARTS


def test_no_model_is_named_like_a_column(con: duckdb.DuckDBPyConnection) -> None:
    build.build(con)
    names = {name for (name,) in con.execute("select column_name from duckdb_columns()").fetchall()}
    assert not names & build.models().keys()


def test_every_file_says_its_grain_and_ends_in_a_plain_select() -> None:
    for path in (Path(build.__file__).parent / "sql").glob("*/*.sql"):
        lines = path.read_text("utf-8").rstrip().splitlines()
        assert lines[0].startswith("-- "), path.name
        assert path.parent.name == "macros" or lines[-1].startswith("select * from "), path.name


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(value) if isinstance(value, date) else "null" if value is None else value for value in row)


def approx(value: Any) -> Any:
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value


def by_text(rows: Any) -> list[Any]:
    """Sorted by the exact cells, so that rows pair up whatever order the model has."""
    return sorted(
        rows, key=lambda row: [str(cell) for cell in row if not hasattr(cell, "abs") and not isinstance(cell, float)]
    )
