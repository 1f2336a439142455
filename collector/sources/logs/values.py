"""Reading fields of objects whose shape nobody guarantees: what is not of the type expected is as good as absent."""

from typing import Any

_MOST = 1 << 53
"""From here on a number is no count: JavaScript, which writes most logs, can't hold it whole either."""


def text(value: Any) -> str | None:
    """Return a non-empty string, else None."""
    return value if isinstance(value, str) and value else None


def table(value: Any) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """Return those members of a list that are objects, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def count(value: Any) -> int:
    """Return a whole number of at least 0, 0 for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MOST else 0


def amount(value: Any) -> float | None:
    """Return a sum of money that is finite and not below 0, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        return None
    return float(value)
