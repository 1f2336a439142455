"""Times as logs write them → aware UTC, or None for what is no time."""

from datetime import UTC, datetime, tzinfo
from typing import Any

_MILLISECONDS = 1e11
_MICROSECONDS = 1e14
"""From these numbers on, a Unix time is in milliseconds or microseconds: as seconds it lies beyond the year 5000."""


def moment(value: Any, *, zone: tzinfo | None = UTC) -> datetime | None:
    """Return a time given as ISO 8601 text or as a Unix time in seconds, milliseconds or microseconds.

    Text without a zone is taken to be in `zone`, None meaning this machine's.
    """
    try:
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value)
            if parsed.tzinfo is None:
                parsed = parsed.replace(tzinfo=zone) if zone else parsed.astimezone()
            return parsed.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            scale = 1e6 if value > _MICROSECONDS else 1e3 if value > _MILLISECONDS else 1
            return datetime.fromtimestamp(value / scale, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
