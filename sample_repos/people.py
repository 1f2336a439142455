"""Who works in the generated organisation, which tools they take up when, and how those tools sign at that time."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FIRST_DAY = date(2024, 11, 21)
LAST_DAY = date(2026, 11, 20)
POLICY_SINCE = date(2025, 10, 1)
"""From here on one repository asks for an `Assisted-by` line under all work that AI had a part in."""

MOVED = date(2025, 8, 1)
"""The day on which people got the organisation's own addresses."""

NEVER = date(2100, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A tool that somebody works with for a time: percent of their work, rising from `start` to `peak`."""

    tool: str
    since: date
    until: date = NEVER
    start: int
    peak: int
    signs_from: date = FIRST_DAY
    signs_until: date = NEVER

    def percent(self, day: date) -> int:
        """The share of the work on that day, straight from start to peak over a year."""
        if not self.since <= day < self.until:
            return 0
        return self.start + (self.peak - self.start) * min((day - self.since).days, 365) // 365

    def signs(self, day: date) -> bool:
        """Whether the person lets the tool sign on that day."""
        return self.signs_from <= day < self.signs_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author: identities over time, where they work, and their habits."""

    name: str
    mail: str
    zone: int
    """Hours east of Greenwich."""
    repos: Sequence[str]
    pace: int
    habits: Sequence[Habit] = ()
    joined: date = FIRST_DAY
    left: date = NEVER
    old_mail: str | None = None
    keeps_to_policy: bool = True
    logs_since: date = NEVER
    """From when on this person's machine has the agents' logs."""

    def identity(self, day: date, suffix: str = "") -> bytes:
        """Name and address as they stood on that day."""
        mail = self.old_mail if self.old_mail and day < MOVED else self.mail
        return f"{self.name}{suffix} <{mail}>".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a tool signs a commit: a line below the message, a suffix on the author's name, and what that proves."""

    trailer: str | None = None
    level: str
    suffix: str = ""


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("people.toml").read_text("utf-8"))


@cache
def people() -> tuple[Person, ...]:
    """Everybody, in the order of the file."""
    return tuple(
        Person(habits=tuple(Habit(**habit) for habit in words.get("habit", ())), **_without(words, "habit"))
        for words in _told()["person"]
    )


@cache
def signature(tool: str, day: date) -> Signature | None:
    """What the tool leaves in a commit on that day, or None where it leaves nothing."""
    begun = [row for row in _told()["signature"] if row["tool"] == tool and row["since"] <= day]
    return Signature(**_without(begun[-1], "tool", "since")) if begun else None


def policy_signature(tool: str) -> Signature | None:
    """The line that the repository with a policy asks for."""
    line = _told()["policy"].get(tool)
    return Signature(trailer=line, level="assisted") if line else None


def _without(words: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in words.items() if key not in keys}
