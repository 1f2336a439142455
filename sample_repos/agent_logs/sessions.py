"""What a session did, in no tool's words: the writers of this package turn it into logs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Literal
from uuid import UUID

Outcome = Literal["done", "failed", "rejected"]
Lines = list[str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A person typed something."""

    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """The model answered with words alone."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A person stopped the model."""


@dataclass(frozen=True, slots=True)
class Write:
    """A whole file was written, over an earlier text or anew."""

    path: str
    text: str
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of a file was replaced."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Run:
    """A shell command and what it printed."""

    command: str
    output: str = ""
    code: int = 0
    sha: str | None = None
    """The commit that it made, as git printed it."""
    branch: str = ""
    kind: Literal["committed", "amended", "cherry-picked"] = "committed"


@dataclass(frozen=True, slots=True)
class Delegate:
    """A sub-agent worked on its own."""

    name: str
    task: str
    steps: "Sequence[Step]"


Deed = Prompt | Say | Interrupt | Write | Edit | Run | Delegate


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened in a session."""

    at: datetime
    deed: Deed
    directory: str
    """The working directory at that moment."""
    outcome: Outcome = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of a tool."""

    tool: str
    id: str
    directory: str
    branch: str = "main"
    model: str
    version: str
    steps: Sequence[Step]
    remote: str | None = None
    head: str | None = None
    """The commit that was checked out at the start."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Texts as the session found them, by path below the folder, of files that it edits; others stay unknown."""
    forked_from: "Session | None" = None
    copies: int = 0
    """How many steps of that session this one's log begins with."""

    def agent(self, name: str) -> str:
        """The id of one of its sub-agents."""
        return digest(self.id, name)[:17]


def digest(*words: object) -> str:
    """Sixty-four letters that depend on these words alone."""
    return sha256("\0".join(map(str, words)).encode()).hexdigest()


def uuid_of(*words: object) -> str:
    """A UUID that depends on these words alone, with the marks of a random one."""
    return str(UUID(digest(*words)[:32], version=4))


def instant(at: datetime) -> str:
    """A time as logs write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def joined(directory: str, path: str) -> str:
    r"""A path in the folder, in the way of the system that the folder is from (`C:\work`)."""
    if path.startswith("/") or path[1:3] == ":\\":
        return path
    return f"{directory}\\{path}".replace("/", "\\") if "\\" in directory else f"{directory}/{path}"


@dataclass(frozen=True, slots=True)
class Hunk:
    """A part of a change, with up to three lines around it; each line begins with a blank, `-` or `+`."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    lines: Sequence[str]


def hunks(old: str, new: str) -> list[Hunk]:
    """What turns one text into the other."""
    before, after = split(old), split(new)
    found = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(3):
        lines: list[str] = []
        for kind, start, end, start_new, end_new in group:
            if kind == "equal":
                lines += [f" {line}" for line in before[start:end]]
            else:
                lines += [f"-{line}" for line in before[start:end]]
                lines += [f"+{line}" for line in after[start_new:end_new]]
        first, last = group[0], group[-1]
        found.append(Hunk(first[1] + 1, last[2] - first[1], first[3] + 1, last[4] - first[3], lines))
    return found


def split(text: str) -> Lines:
    r"""The lines of a text, split at `\n` alone."""
    return text.removesuffix("\n").split("\n") if text else []
