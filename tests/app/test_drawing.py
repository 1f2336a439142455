from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drawing import amount, bar, clipped, columns, count, percent, span, spark


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "–"), (0.0, "0 %"), (0.001, "<1 %"), (0.5, "50 %"), (0.994, "99 %"), (0.9999, ">99 %"), (1.0, "100 %")],
)
def test_a_share_that_is_not_all_or_nothing_is_not_called_so(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_has_its_width_and_never_hides_something(share: float, width: int) -> None:
    drawn = bar(share, width)
    assert len(drawn) == width
    assert (set(drawn) == {"░"}) == (share == 0)


@given(st.floats(0, 1))
def test_a_spark_is_one_character(share: float) -> None:
    assert spark(share) in "▁▂▃▄▅▆▇█"


def test_no_work_is_no_spark() -> None:
    assert spark(None) == "·"


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 1, 27), date(2026, 8, 22), "27 Jan – 22 Aug 2026"),
        (date(2025, 1, 27), date(2026, 8, 22), "27 Jan 2025 – 22 Aug 2026"),
        (date(2026, 1, 27), date(2026, 1, 27), "27 Jan 2026"),
        (None, None, "no time"),
    ],
)
def test_span(first: date | None, last: date | None, shown: str) -> None:
    assert span(first, last) == shown


def test_words_are_counted_as_people_do() -> None:
    assert [count(1, "commits"), count(2774, "commits"), count(1, "repositories"), count(0, "errors")] == [
        "1 commit",
        "2,774 commits",
        "1 repository",
        "0 errors",
    ]


def test_half_a_commit_is_shown_as_half() -> None:
    assert [amount(0.5), amount(12.0), amount(1234.5)] == ["0.5", "12", "1,234"]


def test_columns_are_aligned() -> None:
    assert columns([["a", "1", "x"], ["bbb", "10", ""]], right=(1,), gap=" ") == ["a    1 x", "bbb 10"]


@given(st.text(), st.integers(1, 30))
def test_what_is_clipped_fits_on_a_line(text: str, width: int) -> None:
    shown = clipped(text, width)
    assert len(shown) <= width
    assert shown.isprintable()
