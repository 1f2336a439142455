"""What every source of claims is given, what it answers, and how the sources are found.

A source is one module of this package with `RULE` (the rule that its claims carry), `RECORD` (what one of its records
is called) and `read`. It says what a record says: which commits are known, what they really added and how far that is
believed is judged for all sources alike (`reattach`, `collector.evidence.claims`).
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from collector.records import Claim, Evidence, FileChange
from collector.registry import Registry
from collector.sources import claims


class Known(Protocol):
    """What the ledger knows of the repository by now."""

    @property
    def commits(self) -> Collection[str]:
        """Every commit."""

    def parents(self) -> Mapping[str, Sequence[str]]:
        """The parents of every commit."""

    def changing(self, paths: Collection[str]) -> Mapping[str, Collection[str]]:
        """By path the commits that change it."""

    def lines_added(self, shas: Collection[str]) -> Mapping[str, int]:
        """How many lines each of these commits added."""

    def trailers(self, prefix: str) -> Sequence[tuple[str, str, str]]:
        """Commit, key in lower case and value of every trailer whose key begins so, in the order of time."""

    def measuring_as(self, changes: Sequence[FileChange]) -> Collection[str]:
        """The commits that change the same paths by as many lines as one of the commits whose changes these are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A repository whose claims are asked for."""

    where: Path
    repo: str
    tip: str | None
    """The commit at which the default branch stands."""
    is_bare: bool
    known: Known
    tool: Callable[[str], str | None]
    """The tool that a name means, or None."""
    missing: frozenset[str]
    """Blobs that a partial clone lacks."""
    now: datetime


@dataclass(slots=True)
class Found:
    """What a source says."""

    claims: list[Claim] = field(default_factory=list)
    """Of any commit; those that no branch reaches are looked for elsewhere later."""
    evidence: list[Evidence] = field(default_factory=list)
    """Of known commits, where the record names no ranges."""
    noted: set[str] = field(default_factory=set)
    """All commits of which a record speaks, also where it claims nothing."""
    odd: dict[str, list[str]] = field(default_factory=dict)
    """Why something was skipped, and each place of it."""

    def skip(self, reason: str, place: str) -> None:
        """Leave something out, once for each place."""
        places = self.odd.setdefault(reason, [])
        if not places or places[-1] != place:
            places.append(place)


class Source(Protocol):
    """A module that reads one kind of record."""

    RULE: str
    RECORD: str

    def read(self, place: Place) -> Found | None:
        """Return what the records say, or None where there are none."""


def sources() -> list[Source]:
    """Return every module of this package that has `RULE` and `read`, by name."""
    names = [f"{claims.__name__}.{info.name}" for info in pkgutil.iter_modules(claims.__path__)]
    modules = [importlib.import_module(name) for name in names]
    return [cast(Source, module) for module in modules if hasattr(module, "RULE") and hasattr(module, "read")]


def tool_names(registry: Registry) -> Callable[[str], str | None]:
    """Return what finds the tool that a name means: its stem, its name or an alias, however it is written.

    >>> from collector.registry import load_registry
    >>> tool = tool_names(load_registry())
    >>> tool("Claude Code"), tool("github-copilot"), tool("mock_ai")
    ('claude-code', 'copilot', None)
    """
    stems: dict[str, str] = {}
    for profile in registry.tools:
        if profile.kind == "tool":
            for name in (profile.name, *profile.aliases):
                stems.setdefault(_plain(name), profile.stem)
    stems |= {_plain(profile.stem): profile.stem for profile in registry.tools if profile.kind == "tool"} | _OTHER_NAMES
    return lambda name: stems.get(_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# What git-ai, Entire and Agent Trace call these is not what our files call them.
_OTHER_NAMES = {"cursor-cli": "cursor", "factory-ai-droid": "factory-droid", "gemini": "gemini-cli"}


def as_model(value: object) -> str | None:
    """Return a model's name as a record states it, without a provider before it; None where it states none.

    >>> as_model("anthropic/claude-opus-4-5"), as_model("unknown")
    ('claude-opus-4-5', None)
    """
    if not isinstance(value, str) or value.lower() in ("", "unknown", "default", "auto"):
        return None
    return value.rpartition("/")[2][:120] or None


def is_name(sha: str) -> bool:
    """Tell whether this can be a commit's whole name."""
    return len(sha) in (40, 64) and all(letter in "0123456789abcdef" for letter in sha)
