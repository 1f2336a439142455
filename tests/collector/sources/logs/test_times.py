"""Times in every form that logs write, and what is none."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sources.logs.times import moment

AT = datetime(2026, 1, 5, 10, 11, 12, tzinfo=UTC)
SECONDS = int(AT.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-05T10:11:12Z",
        "2026-01-05T10:11:12.000Z",
        "2026-01-05T10:11:12.000000000Z"[:26] + "Z",
        "2026-01-05 10:11:12",
        "2026-01-05T10:11:12+00:00",
        "2026-01-05T19:11:12+09:00",
        "2026-01-05T05:11:12-0500",
        "20260105T101112Z",
        SECONDS,
        float(SECONDS),
        SECONDS * 1_000,
        SECONDS * 1_000_000,
    ],
)
def test_forms_of_one_moment(value: Any) -> None:
    assert moment(value) == AT


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, "", " ", "yesterday", "2026-13-01", "\ud800", "2026-01-05T25:00:00", [], {}, b"2026-01-05",
        float("nan"), float("inf"), -float("inf"), 10**400, -(10**30), 1e300, "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)  # fmt: skip
def test_what_is_no_time(value: Any) -> None:
    assert moment(value) is None


def test_text_without_zone_is_in_the_zone_given() -> None:
    assert moment("2026-01-05T19:11:12", zone=timezone(timedelta(hours=9))) == AT
    local = datetime(2026, 1, 5, 10, 11, 12).astimezone()
    assert moment("2026-01-05T10:11:12", zone=None) == local
    assert moment("2026-01-05T10:11:12Z", zone=None) == AT


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())))
def test_anything_gives_utc_or_none(value: Any) -> None:
    found = moment(value)
    assert found is None or found.utcoffset() == timedelta(0)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_is_read(at: datetime) -> None:
    whole = at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert moment(at.isoformat()) == at
    assert moment(whole.isoformat().replace("+00:00", "Z")) == whole
