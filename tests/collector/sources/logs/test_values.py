"""Fields of any type: what is not of the type expected is as good as absent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sources.logs.values import amount, count, decoded, items, parsed, table, text, whole

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3), (3.0, 3), (0, 0), (-1, 0), (2.5, 0), ("3", 0), (None, 0), (True, 0), ([3], 0), (float("nan"), 0),
        (float("inf"), 0), (-float("inf"), 0), (1e308, 0), (10**30, 0), (2**53 - 1, 2**53 - 1), (2**53, 0),
    ],
)  # fmt: skip
def test_count(value: Any, expected: int) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.25, 0.25), (0, 0.0), (3, 3.0), (-1, None), (True, None), ("0.25", None), (None, None), (float("nan"), None),
        (float("inf"), None), (-float("inf"), None), (10**400, None),
    ],
)  # fmt: skip
def test_amount(value: Any, expected: float | None) -> None:
    assert amount(value) == expected


@given(ANYTHING)
def test_types(value: Any) -> None:
    assert text(value) is None or (text(value) == value and value)
    assert isinstance(table(value), dict)
    assert all(isinstance(item, dict) for item in items(value))
    assert 0 <= count(value) < 2**63
    assert (amount(value) or 0) >= 0


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_no_half_of_a_pair_of_surrogates_is_left(value: str) -> None:
    for mended in (whole({value: [value]}), parsed(json.dumps({value: [value]}))):
        json.dumps(mended, ensure_ascii=False).encode()
    assert parsed(json.dumps(value)) is not None


@given(st.binary() | st.text(st.characters() | st.characters(categories=["Cs"])))
def test_anything_is_parsed_or_nothing(raw: Any) -> None:
    parsed(raw)
    if isinstance(raw, bytes):
        try:
            decoded(raw)
        except ValueError:
            assert parsed(raw) is None


@pytest.mark.parametrize("raw", [None, 7, "", "{", b"\xff", "[" * 200_000, b"[" * 200_000 + b"]" * 200_000])
def test_what_is_no_json(raw: Any) -> None:
    assert parsed(raw) is None
