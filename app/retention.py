"""Which agent will delete which of its logs, and when: a log that is gone before it was read can't be read again."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collector.registry import LogKeeping, Registry
    from collector.sources.logs.harvest import Found

_DAY = 86_400.0
_SPAN = re.compile(r"(\d+)\s*([dwmh]?)")
_DAYS = {"": 1.0, "d": 1.0, "w": 7.0, "m": 30.0, "h": 1 / 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The logs of one tool as they lie there now."""

    tool: str
    logs: int
    oldest_days: float
    """Days since the log was written that was written longest ago."""
    kept_days: float | None
    """Days for which the tool keeps a log; None where it deletes none by itself, as far as is known."""
    is_set: bool
    """Whether the user's settings say so, or it is the default."""
    due: int
    """Logs that go within a week."""
    keeping: "LogKeeping | None"


def kept(found: "Sequence[Found]", registry: "Registry", home: Path) -> Iterator[Kept]:
    """Yield for each tool that has logs how long they stay."""
    now = time.time()
    ages: dict[str, list[float]] = {}
    for one in found:
        try:
            ages.setdefault(one.file.tool, []).append((now - one.file.path.stat().st_mtime) / _DAY)
        except FileNotFoundError:
            continue  # deleted since it was found
    for tool, days in sorted(ages.items()):
        profile = registry.profiles.get(tool)
        keeping = profile.logs if profile else None
        chosen = _chosen(home, keeping) if keeping else None
        limit = chosen if chosen is not None else float(keeping.kept_days) if keeping else None
        yield Kept(
            tool=tool,
            logs=len(days),
            oldest_days=max(days),
            kept_days=limit,
            is_set=chosen is not None,
            due=sum(age > limit - 7 for age in days) if limit is not None else 0,
            keeping=keeping,
        )


def _chosen(home: Path, keeping: "LogKeeping") -> float | None:
    """Return what the user's own settings say, None where they say nothing that is understood."""
    try:
        value: Any = json.loads((home / keeping.file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    for part in keeping.setting.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    span = _SPAN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return int(span[1]) * _DAYS[span[2]] if span else None
