from datetime import date

import pytest

from app.options import chosen_repositories, nearest, parse_day
from collector.errors import BarographError

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-14", date(2026, 3, 14)),
        ("20260314", date(2026, 3, 14)),
        ("today", TODAY),
        ("90d", date(2025, 12, 31)),
        ("12w", date(2026, 1, 6)),
        ("1m", date(2026, 2, 28)),
        ("6m", date(2025, 9, 30)),
        ("1y", date(2025, 3, 31)),
        (" 0D ", TODAY),
    ],
)
def test_days_as_people_write_them(text: str, day: date) -> None:
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "9999y", "d", "1.5m"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text, TODAY)


def test_the_nearest_is_named() -> None:
    assert nearest("comits", ["commits", "lines"]) == ": did you mean commits?"
    assert nearest("qqq", ["commits", "lines"]) == ": known are commits, lines"


KNOWN = ["github.com/acme/shop", "tools@0123456789ab"]


def test_ids_are_taken_once() -> None:
    assert chosen_repositories([KNOWN[0], KNOWN[0]], KNOWN) == (KNOWN[0],)


@pytest.mark.parametrize("wanted", ["shop", "github.com/acme/shpo"])
def test_an_unknown_repository_names_the_nearest(wanted: str) -> None:
    with pytest.raises(BarographError, match=r"did you mean github\.com/acme/shop"):
        chosen_repositories([wanted], KNOWN)
