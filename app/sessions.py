"""What agents' sessions did: the table that `barograph sessions` prints."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.drawing import columns

if TYPE_CHECKING:
    import polars as pl

    from analysis.answers import SessionDimension

HEADINGS = ("sessions", "prompts", "active", "tokens in", "cached", "tokens out", "cost", "edits", "lines landed")


def gather(
    store: Path,
    by: "SessionDimension",
    *,
    repos: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> "pl.DataFrame":
    """Ask the newest snapshot.

    Raises:
        BarographError: there is no store, or it does not have such a repository.
    """
    from analysis import queries
    from analysis.answers import Filters
    from app.options import chosen_repositories
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        known = queries.repositories(con)["repo"].to_list()
        worked_in = queries.session_work(con, by="repo")["key"].to_list()
        chosen = chosen_repositories(repos, list(dict.fromkeys([*known, *worked_in])))
        return queries.session_work(con, Filters(repos=chosen, since=since, until=until), by)


def render(rows: "pl.DataFrame", by: str) -> Iterator[str]:
    """The lines of the table, its sums last."""
    if rows.is_empty():
        yield "No session of a coding agent is known in the selection: `barograph collect` reads their logs, and"
        yield "`barograph doctor` says which are there."
        return
    table = [[by, *HEADINGS], *(_cells(row["key"], row) for row in rows.iter_rows(named=True))]
    if len(rows) > 1:
        table.append(_cells("all", _sums(rows, by)))
    yield from columns(table, right=range(1, len(HEADINGS) + 1), gap="  ")
    if rows["cost_usd"].null_count():
        yield "Cost: – where a model's price is not known."


def _sums(rows: "pl.DataFrame", by: str) -> dict[str, Any]:
    sums: dict[str, Any] = {name: rows[name].sum() for name in rows.columns if name not in ("key", "cost_usd")}
    sums["cost_usd"] = None if rows["cost_usd"].null_count() else rows["cost_usd"].sum()
    if by in ("day", "model"):
        sums["sessions"] = None  # one session may have worked on several days
    return sums


def _cells(key: str, row: dict[str, Any]) -> list[str]:
    cached = row["cache_write_tokens"] + row["cache_read_tokens"]
    return [
        key,
        "" if row["sessions"] is None else f"{row['sessions']:,}",
        f"{row['prompts']:,}",
        duration(row["active_seconds"]),
        short(row["input_tokens"]),
        short(cached),
        short(row["output_tokens"]),
        "–" if row["cost_usd"] is None else f"${row['cost_usd']:,.2f}",
        f"{row['edits']:,}",
        f"{row['landed_lines']:,}",
    ]


def duration(seconds: float) -> str:
    """`42 s`, `17 min`, `3 h 05`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def short(number: int) -> str:
    """A large count in three figures: `812`, `41.2 k`, `2.03 M`."""
    size = float(number)
    for unit in ("", " k", " M", " G"):
        if size < 999.5 or unit == " G":
            return f"{size:.0f}" if not unit else f"{size:.3g}{unit}"
        size /= 1000
    raise AssertionError
