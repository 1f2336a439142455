"""The records that cross boundaries: frozen, keyword-only, times in UTC, field names equal to column names.

Nothing else passes from a source to the evidence or to the store: no GitPython object, no cursor, no dict.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Trust = Literal["hinted", "declared", "recorded", "witnessed"]
"""How far a piece of evidence can be believed, weakest first."""

Level = Literal["message", "completion", "suggestion", "assisted", "agent", "autonomous", "human", "automation"]
"""What a tool did to a commit, weakest first; the last two say that no AI tool is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of one repository, with the raw identities that git stores (`.mailmap` is applied by a view)."""

    repo: str
    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    committer_name: str
    committer_email: str
    authored_at: datetime
    committed_at: datetime
    subject: str
    message_markers: tuple[str, ...]
    """The lines of the message that can be evidence (see `collector.sources.git.message`); never its prose."""
    is_merge: bool
    on_default_branch: bool = False
    patch_id: str | None = None
    """`git patch-id --stable`, computed only for commits that could be the same patch as another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file in one commit, as `git log --numstat` counts it."""

    repo: str
    sha: str
    path: str
    old_path: str | None = None
    """The name before a rename, else None."""
    lines_added: int | None
    """None where the lines could not be measured (a blob that a partial clone lacks); 0 for binaries."""
    lines_deleted: int | None
    noise: str | None = None
    """Why these lines are left out of the weights `added` and `changed`, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A range of a commit's new lines that some record says a tool wrote. Lines are 1-based and inclusive."""

    repo: str
    sha: str
    path: str
    start: int
    end: int
    tool: str
    model: str | None
    session: str | None
    rule: str
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason to believe that a tool took part in a commit, or that none did."""

    repo: str
    sha: str
    tool: str | None
    """The tool's TOML stem; None where the evidence is of automation or of human work."""
    model: str | None
    rule: str
    """`<tool>/<marker>`, stable."""
    trust: Trust
    level: Level
    scope: Literal["commit", "lines", "message"]
    lines: int | None
    """How many of the commit's added lines the evidence covers, or None where it speaks of the commit only."""
    session: str | None
    pointer: str
    """Where to look: the words that matched and where they stand, a note, a log file and line."""
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository as it was found on this machine."""

    repo: str
    """Stable id: the remote's host/owner/name, else folder@root-commit."""
    path: str
    default_branch: str | None
    object_format: Literal["sha1", "sha256"]
    is_bare: bool
    is_shallow: bool
    is_partial: bool
    collected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A ref and the commit it points to."""

    repo: str
    ref: str
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Which first-parent commit of the default branch brought a commit there (itself, where it is one)."""

    repo: str
    sha: str
    landed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A raw name and e-mail as commits carry them, and what `.mailmap` makes of them today."""

    repo: str
    name: str
    email: str
    canonical_name: str
    canonical_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A kind of odd record that a source left out: why, how many, and one place to look."""

    source: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of `collect`, as the health page shows it."""

    started_at: datetime
    finished_at: datetime
    version: str
    rules_digest: str
    repositories: int
    new_commits: int
    skipped: int
