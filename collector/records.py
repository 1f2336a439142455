"""The records that cross boundaries: frozen, keyword-only, times in UTC, field names equal to column names.

Nothing else passes from a source to the evidence or to the store: no GitPython object, no cursor, no dict.
"""

from dataclasses import dataclass
from datetime import date, datetime
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


Outcome = Literal["done", "failed", "rejected", "undone"]
"""What became of a change that a tool proposed: made, tried in vain, refused by the user, or taken back."""

Operation = Literal["add", "update", "delete", "move", "touch"]
"""What an edit did to a file; `touch` is a command that names the file and shows nothing of what it wrote."""

ActivityKind = Literal["prompt", "reply", "tool_call", "interrupt", "denial"]
"""What happened in a session: a person typed, the model answered or used a tool, a person stopped or refused it."""

TokenQuality = Literal["exact", "lower_bound", "session_total"]
"""How far token counts can be believed; a session without any has the quality `none`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLog:
    """What one log says of a session as a whole. Counts, tokens and edits are records of their own."""

    tool: str
    session: str
    """The tool's own id."""
    parent_session: str | None = None
    """Of a sub-agent: the session that started it."""
    forked_from: str | None = None
    """The session whose records this one's log begins with."""
    started_at: datetime | None = None
    """None where only the records say when."""
    ended_at: datetime | None = None
    directory: str | None = None
    """The working directory at the start, as the log names it, maybe on another machine."""
    remote: str | None = None
    """URL of the repository's remote, where the log has it."""
    head: str | None = None
    """The commit that was checked out at the start, where the log has it."""
    mode: str | None = None
    """The permission mode, in the tool's own words, as last seen."""
    log_path: str
    log_version: str | None = None
    """The version of the tool that wrote the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing that happened in a session."""

    tool: str
    session: str
    id: str
    """The log's own id of the record, or one made of its place; the same record in two logs has one id."""
    at: datetime | None
    """None where the log keeps no times."""
    kind: ActivityKind
    mode: str | None = None
    """The permission mode under which it happened, in the tool's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of one request to a model. The four counts do not overlap: cached input is not in `input`."""

    tool: str
    session: str
    id: str
    at: datetime | None
    model: str | None
    input: int
    cache_write: int = 0
    cache_write_1h: int = 0
    """The part of `cache_write` that is kept for an hour and costs more."""
    cache_read: int = 0
    output: int = 0
    """Reasoning included."""
    quality: TokenQuality = "exact"
    cost_usd: float | None = None
    """What the log itself says it cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change that a session made, or tried to make, to one file."""

    tool: str
    session: str
    id: str
    at: datetime
    path: str
    """As the log names it: absolute, or relative to `directory`."""
    directory: str | None
    """The working directory at that moment."""
    operation: Operation
    outcome: Outcome = "done"
    model: str | None = None
    level: Level = "agent"
    moved_from: str | None = None
    exact: tuple[int, ...] = ()
    """Hashes of the lines it wrote (`collector.fingerprints`): lines that it only carried over are not among them."""
    trimmed: tuple[int, ...] = ()
    squeezed: tuple[int, ...] = ()
    place: str = ""
    """Where in the log it stands, such as `line 12`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitCall:
    """A `git commit` that a session ran, or another call that made a commit."""

    tool: str
    session: str
    id: str
    at: datetime
    directory: str | None
    sha: str | None
    """At least seven letters of the commit's name, as git printed it; None where it printed none."""
    kind: Literal["committed", "amended", "cherry-picked"] = "committed"
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedLines:
    """The lines that a commit added to one file, as hashes; equally long tuples, in the order of the file."""

    repo: str
    sha: str
    path: str
    old_path: str | None
    numbers: tuple[int, ...]
    """Where each line stands in the new file, 1-based."""
    exact: tuple[int, ...]
    trimmed: tuple[int, ...]
    squeezed: tuple[int, ...]
    distinctive: tuple[bool, ...]
    """Whether a line says enough that meeting it twice is no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A session that had a hand in a commit, and how that is known."""

    repo: str
    sha: str
    tool: str
    session: str
    method: Literal["sha", "patch", "lines", "time"]
    """Strongest first: the log names the commit; it names one of the same patch; its lines are the commit's; it ran
    `git commit` at that moment."""
    lines_matched: int
    lines_added: int
    """All that the commit added."""
    pointer: str
    """The log and the place in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which repository a folder belongs to in which sessions worked."""

    directory: str
    repo: str
    root: str
    """The top of the work tree, in the words of the log: what stands before a path in the repository."""
    method: Literal["folder", "remote", "sha", "paths"]
    """How that is known: the folder is here, the log names the remote, a commit made there is the repository's, or
    the files edited there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model's tokens cost from a day on, in US dollars per million."""

    model: str
    """A pattern as in file names: `claude-opus-4-[56]*`."""
    since: date
    input: float
    output: float
    cache_write: float
    cache_write_1h: float
    cache_read: float
    source: str


LogRecord = SessionLog | Activity | Usage | Edit | CommitCall
"""What a reader of logs yields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """How far a log was read, so that the next run reads only what is new."""

    path: str
    tool: str
    size: int
    modified_ns: int
    offset: int
    """Bytes that need not be read again."""
    line: int
    """Lines before `offset`."""
    head: str
    """Digest of the log's first bytes: another one means that it was rewritten."""
    state: str
    """What the reader must remember, as JSON; never text of the log."""
    skipped: str
    """What was skipped in this log so far, as JSON: reason → [count, example]."""
