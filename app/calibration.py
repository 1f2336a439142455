"""How often each rule agrees with what other kinds of evidence say of the same commits: `barograph calibrate`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.drawing import columns, percent

if TYPE_CHECKING:
    import polars as pl

KINDS = {"marker": "markers in commits", "note": "notes of tools", "log": "logs of sessions"}
FEW = 10
"""Commits below which a rate says little."""


def gather(store: Path, *, detailed: bool) -> "pl.DataFrame":
    """Ask the newest snapshot; StoreError if there is none."""
    from analysis import queries
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        return queries.rule_agreement(con, detailed=detailed)


def render(rows: "pl.DataFrame") -> Iterator[str]:
    """The table, with what its words mean."""
    if rows.is_empty():
        yield "No two kinds of evidence (markers, notes, logs) speak of the same repository and month yet."
        return
    told = rows.to_dicts()
    detail = ["month", "version"] if told[0]["month"] is not None else []
    head = ["rule", *detail, "compared with", "commits", "agrees", "names another", "silent"]
    yield from columns([head, *(_cells(row, detail) for row in told)], right=range(len(head) - 4, len(head)), gap="  ")
    yield ""
    yield "Compared are commits of repositories and months in which the other kind of evidence speaks of the tool,"
    yield "and those where it names another."
    yield f"Of fewer than {FEW} commits the numbers are told, not rates."


def agreement(kind: str | None, commits: int | None, agrees: int | None) -> str:
    """In words how often a rule agrees with another kind of evidence; empty where nothing could be compared."""
    if kind is None or not commits or agrees is None:
        return ""
    rate = f"{percent(agrees / commits)} of {commits:,}" if commits >= FEW else f"{agrees:,} of {commits:,}"
    return f"agrees with {KINDS[kind]} in {rate} commits"


def _cells(row: dict[str, Any], detail: list[str]) -> list[str]:
    commits = row["commits"]
    silent = commits - row["agrees"] - row["differs"]
    rates = [
        percent(part / commits) if commits >= FEW else f"{part:,}" for part in (row["agrees"], row["differs"], silent)
    ]
    return [row["rule"], *(row[name] or "" for name in detail), KINDS[row["other_kind"]], f"{commits:,}", *rates]
