from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_rows import START, commit, evidence, fill, rows

from collector import records
from collector.store.load import from_rows, select_list, to_frame
from collector.store.rules import InstrumentRow, RuleRow, ToolRow

PAIRS = {
    "repositories": records.Repository,
    "tips": records.Tip,
    "commits": records.Commit,
    "file_changes": records.FileChange,
    "landings": records.Landing,
    "identities": records.Identity,
    "claims": records.Claim,
    "evidence": records.Evidence,
    "skipped": records.Skipped,
    "runs": records.Run,
    "session_logs": records.SessionLog,
    "activities": records.Activity,
    "usages": records.Usage,
    "edits": records.Edit,
    "commit_calls": records.CommitCall,
    "watermarks": records.Watermark,
    "places": records.Place,
    "links": records.Link,
    "prices": records.Price,
    "tools": ToolRow,
    "rules": RuleRow,
    "instruments": InstrumentRow,
}


@pytest.mark.parametrize("table", PAIRS)
def test_a_record_has_the_columns_of_its_table_and_says_which_may_be_empty(ledger, table):
    columns = rows(ledger, f"select column_name, is_nullable from duckdb_columns() where table_name = '{table}'")
    optional = {field.name for field in fields(PAIRS[table]) if "None" in str(field.type)}
    assert [name for name, _ in columns] == [field.name for field in fields(PAIRS[table])]
    assert {name for name, empty in columns if empty} == optional


def test_every_table_but_the_version_has_a_record(ledger):
    tables = {name for (name,) in rows(ledger, "select table_name from duckdb_tables() where not temporary")}
    assert tables == PAIRS.keys() | {"store_version"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    text: str
    maybe: str | None
    number: int
    flag: bool
    day: date
    at: datetime
    several: tuple[str, ...]


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=14))])


@given(
    st.lists(
        st.builds(
            Everything,
            text=TEXT,
            maybe=st.none() | TEXT,
            number=st.integers(-(2**63), 2**63 - 1),
            flag=st.booleans(),
            day=st.dates(),
            at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES),
            several=st.lists(TEXT).map(tuple),
        )
    )
)
def test_a_frame_holds_what_the_records_say(made):
    frame = to_frame(Everything, made)
    assert [replace(row, at=row.at.astimezone(UTC)) for row in made] == [
        Everything(**{**row, "several": tuple(row["several"])}) for row in frame.to_dicts()
    ]


def test_commits_come_back_as_they_were_written(ledger):
    odd = [
        commit(1, authored_at=datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), message_markers=("a: b", "c'd\n\te")),
        commit(2, committed_at=datetime(2100, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        commit(3, subject="nul \0 byte, 'quote' \\ and ✓", parents=("a", "b", "c"), is_merge=True, patch_id="f" * 40),
    ]
    ledger.add_history(odd, [], [])
    read = [each for batch in ledger.commits(odd[0].repo, batch=2) for each in batch]
    assert sorted(read, key=lambda each: each.sha) == odd
    assert {each.committed_at.tzinfo for each in read} == {UTC}


def test_a_time_without_a_zone_is_refused_and_nothing_is_written(ledger):
    with pytest.raises(ValueError, match="authored_at without a time zone"):
        ledger.add_history([commit(1), commit(2, authored_at=datetime(2026, 1, 1))], [], [])
    assert ledger.known_commits(commit(1).repo) == set()


def test_a_word_that_an_enum_lacks_is_refused_and_nothing_is_written(ledger):
    import duckdb

    with pytest.raises(duckdb.ConversionException):
        ledger.add_history([commit(1)], [], [evidence(1, trust="certain")])
    assert ledger.known_commits(commit(1).repo) == set()


def test_rows_are_read_in_utc_whatever_the_zone_of_the_machine(ledger, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        fill(ledger, [0])
        (row,) = rows(ledger, f"select {select_list(records.Commit)} from commits")
        assert from_rows(records.Commit, [row]) == [commit(0)]
        assert rows(ledger, "select committed_at::date::varchar from commits") == [(START.date().isoformat(),)]
    finally:
        monkeypatch.undo()
        time.tzset()
