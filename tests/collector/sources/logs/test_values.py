"""What a field must be to be taken for a count or a sum of money."""

import math
from typing import Any

import pytest

from collector.sources.logs import values


@pytest.mark.parametrize(
    ("value", "count"),
    [(3, 3), (3.0, 3), (0, 0), (-1, 0), (3.5, 0), (True, 0), ("3", 0), (None, 0), (1e308, 0), (10**30, 0)],
)
def test_count(value: Any, count: int) -> None:
    assert values.count(value) == count


@pytest.mark.parametrize(
    ("value", "amount"), [(0, 0.0), (2, 2.0), (0.5, 0.5), (-1, None), (True, None), ("1", None), (10**400, None)]
)
def test_amount(value: Any, amount: float | None) -> None:
    assert values.amount(value) == amount


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_amount_that_sums_could_not_bear(value: float) -> None:
    assert values.amount(value) is None
    assert values.count(value) == 0
