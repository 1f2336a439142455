"""What the questions of `queries.py` are asked with and answered in: frozen records, so that a view can cache them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Weight = Literal["commits", "added", "changed", "merges"]
Period = Literal["day", "week", "month"]
Dimension = Literal["tool", "model", "author", "repo", "type"]
Class = Literal["ai", "human", "automation", "unknown"]
SessionDimension = Literal["day", "tool", "model", "repo"]

WEIGHTS: tuple[Weight, ...] = ("commits", "added", "changed", "merges")
PERIODS: tuple[Period, ...] = ("month", "week", "day")
FORMATS: dict[Period, str] = {"month": "%Y-%m", "week": "%G-W%V", "day": "%Y-%m-%d"}
"""How a period is written; DuckDB's and Polars' strftime agree on these."""
SESSION_DIMENSIONS: tuple[SessionDimension, ...] = ("day", "tool", "model", "repo")
DIMENSIONS: tuple[Dimension, ...] = ("tool", "model", "author", "repo", "type")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the store a question is about; an empty tuple or None asks for everything.

    `since` and `until` are UTC days, both included. `trust` is the least trust that still counts: a verdict that rests
    on less becomes unknown. `tools` keeps the AI work of these tools in `ai`; that of other tools is then `other_ai`.
    """

    repos: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    tools: tuple[str, ...] = ()
    trust: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Work in units of the weight: `total = ai + other_ai + human + automation + unknown`."""

    total: float = 0.0
    ai: float = 0.0
    other_ai: float = 0.0
    """Work of tools that the filter leaves out; 0 without such a filter."""
    human: float = 0.0
    automation: float = 0.0
    unknown: float = 0.0
    in_ai_commits: float = 0.0
    """All work in commits of class `ai`, whether or not its lines are proven one by one."""
    unmeasured: int = 0
    """Commits with a file whose lines could not be counted; what they hold beyond is missing from `total`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple:
    """The bounds of a share, 0 to 1; None where there is no work, `best` also where nothing supports an estimate."""

    low: float | None = None
    best: float | None = None
    high: float | None = None
    coverage: float | None = None
    in_ai_commits: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 95 % sampling interval of the proven share, or the reason why none is given."""

    low: float | None = None
    high: float | None = None
    method: str | None = None
    """`authors`, `weeks`, `repositories and authors` or `wilson`."""
    clusters: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One stretch of time: its work, its share and how sure the share is."""

    since: date | None = None
    until: date | None = None
    volume: Volume = field(default_factory=Volume)
    triple: Triple = field(default_factory=Triple)
    interval: Interval = field(default_factory=Interval)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """One tool's part: its proven work, the commits it took part in and what we know them by."""

    tool: str
    name: str
    color: str | None
    value: float
    """Proven work in units of the weight; a commit of two tools is split between them."""
    share: float | None
    """`value` over all work that is not automation."""
    in_commits: float
    """All work in this tool's commits, proven line by line or not."""
    commits: int
    since: date
    """The first day of this tool's counted work in the selection."""
    known_by: tuple[tuple[str, int], ...]
    """(trust, commits), strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The first page: what was measured, and the answer."""

    filters: Filters
    weight: Weight
    repositories: tuple[str, ...]
    collected_at: datetime | None
    whole: Window
    recent: Window
    """The last three months of the selection."""
    before: Window
    """The three months before those."""
    tools: tuple[ToolUse, ...]
    commits: int
    """Counted commits: non-merge, on the default branch, each patch once."""
    unknown_commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The attribution of one commit."""

    class_: Class
    tools: tuple[str, ...]
    models: tuple[str, ...]
    level: str | None
    trust: str | None
    ai_low: float
    ai_best: float | None
    ai_high: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFile:
    """A file of a commit, and why its lines are left out, if they are. Lines are None where a blob is missing."""

    path: str
    old_path: str | None
    lines_added: int | None
    lines_deleted: int | None
    noise: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedEvidence:
    """One reason, with the rule it comes from; the rule's fields are None if the rule set no longer has it."""

    tool: str | None
    tool_name: str | None
    model: str | None
    rule: str
    trust: str
    level: str
    scope: str
    lines: int | None
    session: str | None
    pointer: str
    first_seen_at: datetime
    decides: bool
    """Whether this evidence made the class."""
    field: str | None
    since: str | None
    off_switch: str | None
    source: str | None
    defined_in: str | None
    compared_with: str | None = None
    """The kind of evidence (`marker`, `note`, `log`) that the rule could be compared with most often."""
    compared_commits: int | None = None
    agreeing_commits: int | None = None
    """In how many of these the other kind names the same tool (`queries.rule_agreement`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLink:
    """A session that had a hand in a commit, and how that is known."""

    tool: str
    tool_name: str | None
    session: str
    method: str
    """`sha` (the log names the commit), `patch` (or one of the same patch), `lines`, `time`."""
    lines_matched: int
    lines_added: int
    pointer: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRange:
    """Lines of a commit that a record says a tool wrote, 1-based and inclusive."""

    path: str
    start: int
    end: int
    tool: str
    model: str | None
    session: str | None
    rule: str
    trust: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitExplanation:
    """All there is to know about one commit."""

    repo: str
    repo_path: str | None
    sha: str
    subject: str
    author: str
    authored_at: datetime
    committed_at: datetime
    is_merge: bool
    on_default_branch: bool
    landed_by: str | None
    is_counted: bool
    """Whether shares count it: non-merge, on the default branch, the first landing of its patch."""
    same_patch_as: str | None
    """The commit that landed the same patch before, where that is why this one is not counted."""
    type: str
    verdict: Verdict
    files: tuple[ExplainedFile, ...]
    evidence: tuple[ExplainedEvidence, ...]
    links: tuple[ExplainedLink, ...]
    lines: tuple[ExplainedRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run of `collect`."""

    started_at: datetime
    finished_at: datetime
    version: str
    rules_digest: str
    repositories: int
    new_commits: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedKind:
    """One kind of record that a source left out."""

    source: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryHealth:
    """One repository and what limits what can be said about it."""

    repo: str
    path: str
    default_branch: str | None
    is_bare: bool
    is_shallow: bool
    is_partial: bool
    collected_at: datetime
    commits: int
    counted_commits: int
    unmeasured_commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """What an audit found: nothing, if all is well."""

    name: str
    about: str
    rows: int
    example: str | None
    """The first offending row as `column=value` pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was read, what was not, and whether the store agrees with itself."""

    runs: tuple[RunSummary, ...]
    """Newest first, at most 20."""
    skipped: tuple[SkippedKind, ...]
    repositories: tuple[RepositoryHealth, ...]
    audits: tuple[AuditResult, ...]
    """As of the last build."""
