"""What the last run saw, so that a run with nothing new need not open the ledger at all.

A cache beside the store: whoever deletes it only makes the next run look more closely. It speaks of a published
snapshot and a rule set; when either has moved on, it is not believed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from collector.records import Skipped

_FILE = "collected.json"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One repository as the last run found it."""

    repo: str
    fingerprint: str
    commits: int
    skipped: tuple[Skipped, ...]


def recall(store: Path, *, snapshot: str, rules: str) -> dict[str, Seen]:
    """Return by git directory what the last run saw, nothing where another snapshot or rule set is in force."""
    try:
        kept = json.loads((store / _FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if kept.get("version") != _VERSION or (kept.get("snapshot"), kept.get("rules")) != (snapshot, rules):
        return {}
    return {
        path: Seen(
            repo=seen["repo"],
            fingerprint=seen["fingerprint"],
            commits=seen["commits"],
            skipped=tuple(Skipped(**kind) for kind in seen["skipped"]),
        )
        for path, seen in kept["repositories"].items()
    }


def remember(store: Path, seen: Mapping[str, Seen], *, snapshot: str, rules: str) -> None:
    """Keep what this run saw, in one step."""
    kept = {
        "version": _VERSION,
        "snapshot": snapshot,
        "rules": rules,
        "repositories": {path: asdict(one) for path, one in seen.items()},
    }
    unfinished = store / f"{_FILE}.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(kept), encoding="utf-8")
    unfinished.replace(store / _FILE)


def forgotten(paths: Sequence[str], seen: Mapping[str, Seen]) -> list[str]:
    """Return those of the paths of which nothing is remembered."""
    return [path for path in paths if path not in seen]
