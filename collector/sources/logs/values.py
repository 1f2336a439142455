"""Reading fields of objects whose shape nobody guarantees: what is not of the type expected is as good as absent."""

import json
from typing import Any

import msgspec

_MOST = 1 << 53
"""From here on a number is no count: JavaScript, which writes most logs, can't hold it whole either."""


def decoded(raw: bytes) -> Any:
    """Return the JSON value of some bytes; ValueError where it is none, or is nested too deeply."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # msgspec refuses what JavaScript writes: lone surrogates, NaN
        try:
            return whole(json.loads(raw.decode("utf-8", "replace")))
        except RecursionError:
            raise ValueError("nested too deeply") from None


def whole(value: Any) -> Any:
    """Return a JSON value in which no text has half of a pair of surrogates: neither files nor databases take it."""
    said = json.dumps(value, ensure_ascii=False)
    try:
        said.encode()
    except UnicodeEncodeError:
        return json.loads(said.encode("utf-8", "replace"))
    return value


def parsed(value: Any) -> Any:
    """Return the JSON value that a text or bytes hold, None for what is none."""
    try:
        raw = value.encode("utf-8", "replace") if isinstance(value, str) else value
        return decoded(raw) if isinstance(raw, bytes) else None
    except ValueError:
        return None


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
