"""What the last run saw, so that a run with nothing new need not open the ledger at all.

A cache beside the store: whoever deletes it only makes the next run look more closely. It speaks of a published
snapshot and a rule set; when either has moved on, it is not believed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from collector.records import Skipped

_FILE = "collected.json"
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One repository as the last run found it."""

    repo: str
    fingerprint: str
    commits: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the last run saw."""

    repositories: Mapping[str, Seen] = field(default_factory=dict)
    """By git directory."""
    logs: str = ""
    """The fingerprint of all logs that were found; empty where none were looked for."""
    worked_in: tuple[str, ...] = ()
    """Folders of the repositories in which sessions worked."""
    skipped: tuple[Skipped, ...] = ()
    """What was skipped in logs."""


def recall(store: Path, *, snapshot: str, rules: str) -> Remembered:
    """Return what the last run saw, nothing where another snapshot or rule set is in force."""
    try:
        kept = json.loads((store / _FILE).read_text(encoding="utf-8"))
        if (kept["version"], kept["snapshot"], kept["rules"]) != (_VERSION, snapshot, rules):
            return Remembered()
        return Remembered(
            repositories={path: _seen(one) for path, one in kept["repositories"].items()},
            logs=kept["logs"],
            worked_in=tuple(kept["worked_in"]),
            skipped=tuple(Skipped(**kind) for kind in kept["skipped"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Remembered()  # not there, cut off or of another shape: then everything is looked at


def _seen(kept: Mapping[str, Any]) -> Seen:
    return Seen(
        repo=kept["repo"],
        fingerprint=kept["fingerprint"],
        commits=kept["commits"],
        skipped=tuple(Skipped(**kind) for kind in kept["skipped"]),
    )


def remember(store: Path, seen: Remembered, *, snapshot: str, rules: str) -> None:
    """Keep what this run saw, in one step; what has no fingerprint is looked at again next time."""
    kept = {
        "version": _VERSION,
        "snapshot": snapshot,
        "rules": rules,
        "repositories": {path: asdict(one) for path, one in seen.repositories.items() if one.fingerprint},
        "logs": seen.logs,
        "worked_in": seen.worked_in,
        "skipped": [asdict(kind) for kind in seen.skipped],
    }
    unfinished = store / f"{_FILE}.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(kept), encoding="utf-8")
    unfinished.replace(store / _FILE)
