"""Reads a story's TOML into frozen records. What a story may say is written down in stories/README.md.

A word that no story may use is an error, so a typing mistake can't turn a trap into an ordinary commit.
"""

import base64
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sample_repos.scripted_logs import Ranges, ScriptedLog, read_log, read_ranges

Class = Literal["ai", "human", "automation", "unknown"]
CLASSES = ("ai", "human", "automation", "unknown")
LEVELS = ("message", "completion", "suggestion", "assisted", "agent", "autonomous")
STORIES = Path(__file__).parent / "stories"
CAST = Path(__file__).parent / "cast.toml"
FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class StoryError(ValueError):
    """A story that says something it may not say; the message names the file and the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What must be found out about a commit, and what really happened where nobody can find out."""

    verdict: Class
    tools: tuple[str, ...] = ()
    level: str | None = None
    lines: int | None = None
    """How many added lines some record claims, where it speaks of lines."""
    hinted: tuple[str, ...] = ()
    """Tools that only a hint speaks for; they never make a class."""
    really: tuple[str, ...] = ()
    """Tools that did the work although no evidence is left."""
    logged: tuple[str, ...] = ()
    """Tools whose log shows their work; where logs are read, it counts as `with_logs` says."""

    def with_logs(self) -> "Truth":
        """The truth where logs are read."""
        if not self.logged:
            return self
        level = "autonomous" if self.level == "autonomous" else "agent"
        tools = tuple(sorted({*self.tools, *self.logged}))
        return replace(self, verdict="ai", tools=tools, level=level, really=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A path that a commit writes: content, a symlink's target, or the commit of a submodule."""

    data: bytes
    mode: str = "100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A path that takes over another one's content, or new content if `data` is there."""

    old: bytes
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """A path that goes away."""


Change = Put | Rename | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedCommit:
    """One `[[commit]]` of a story; `message` and file contents may hold `{sha:id}` of an earlier commit."""

    name: str
    who: bytes
    at: datetime
    committer: bytes
    committer_at: datetime
    message: bytes
    encoding: str | None
    files: Mapping[bytes, Change]
    branch: str
    parents: tuple[str, ...] | None
    """Names of earlier commits; None means the tip of `branch`, or a root if there is none yet."""
    truth: Truth | None
    """None where the commit must not be read at all."""
    wrote: Ranges = field(default_factory=dict)
    """Which of its new lines which session wrote, as the logs can show it."""
    unshown: Ranges = field(default_factory=dict)
    """The same of lines that sessions wrote although no log shows it: who claims them for that session is right."""
    by: frozenset[str] = frozenset()
    """The sessions that had a hand in it."""
    stage: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A git note on a commit."""

    on: str
    text: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole story as its file tells it."""

    name: str
    about: str
    commits: tuple[ScriptedCommit, ...]
    logs: tuple[ScriptedLog, ...] = ()
    notes: tuple[Note, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    symbolic: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    head: str = "main"
    default_branch: str | None = None
    object_format: str = "sha1"
    bare: bool = False
    sound: bool = True
    clone: tuple[str, ...] = ()
    remote: str | None = None
    worktree: str | None = None
    submodule: Mapping[str, str] = field(default_factory=dict)
    counted: int | None = None
    """How many commits a share counts on the default branch, where a story is about counting."""


def read_script(path: Path) -> Script:
    """The story in `path`, checked word by word."""
    told = tomllib.loads(path.read_text("utf-8"))
    cast = tomllib.loads(CAST.read_text("utf-8")) | told.pop("people", {})
    notes = tuple(Note(**{"ref": "refs/notes/ai"} | note) for note in told.pop("note", []))
    commits: list[ScriptedCommit] = []
    for number, words in enumerate(told.pop("commit", []), start=1):
        try:
            commits.append(_commit(words, number, cast, commits))
        except (KeyError, TypeError, ValueError) as error:
            raise StoryError(f"{path.name}, commit {number}: {error!r}") from error
    logs: list[ScriptedLog] = []
    for number, words in enumerate(told.pop("log", []), start=1):
        try:
            logs.append(read_log(words, number))
        except (KeyError, TypeError, ValueError) as error:
            raise StoryError(f"{path.name}, log {number}: {error!r}") from error
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    try:
        return Script(name=path.stem, commits=tuple(commits), logs=tuple(logs), notes=notes, **lists)
    except TypeError as error:
        raise StoryError(f"{path.name}: {error}") from error


def as_bytes(text: str) -> bytes:
    """UTF-8 of a text, or what stands behind a leading `base64:`."""
    return base64.b64decode(text[7:], validate=True) if text.startswith("base64:") else text.encode()


def _commit(
    words: dict[str, Any], number: int, cast: Mapping[str, str], earlier: list[ScriptedCommit]
) -> ScriptedCommit:
    words = dict(words)
    name = words.pop("id", f"c{number}")
    who = _identity(words.pop("who", "ada"), cast)
    at = _time(words.pop("at", None), earlier[-1].at if earlier else FIRST_DAY - timedelta(hours=1))
    committer, committer_at = words.pop("committer", None), words.pop("committer_at", None)
    parents = words.pop("parents", None)
    wrote, unshown = read_ranges(words.pop("wrote", {})), read_ranges(words.pop("unshown", {}))
    writers = {session for ranges in (wrote, unshown) for parts in ranges.values() for session in parts}
    commit = ScriptedCommit(
        name=name,
        who=who,
        at=at,
        committer=_identity(committer, cast) if committer else who,
        committer_at=_time(committer_at, at) if committer_at is not None else at,
        message=_message(words.pop("message"), words.pop("trailers", [])),
        encoding=words.pop("encoding", None),
        files=_files(words.pop("files", None), name),
        branch=words.pop("branch", "main"),
        parents=None if parents is None else tuple(parents),
        truth=_truth(words.pop("truth")),
        wrote=wrote,
        unshown=unshown,
        by=frozenset(words.pop("by", writers)),
        stage=words.pop("stage", 1),
    )
    if words:
        raise ValueError(f"unknown words {sorted(words)}")
    if name in {one.name for one in earlier}:
        raise ValueError(f"two commits are called {name}")
    return commit


def _identity(word: str, cast: Mapping[str, str]) -> bytes:
    text = as_bytes(cast.get(word, word))
    if not re.fullmatch(rb"[^<>\n]*<[^<>\n]*>", text):
        raise ValueError(f"{word!r} is neither of the cast nor 'Name <mail>'")
    return text


def _time(word: datetime | int | None, before: datetime) -> datetime:
    """A TOML time, or seconds since 1970 for what TOML can't say; without one, an hour after the last."""
    if word is None:
        return (before + timedelta(hours=1)) if before.year < 2090 else FIRST_DAY
    if isinstance(word, datetime):
        return word
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=word)


def _message(text: str, trailers: list[str]) -> bytes:
    raw = as_bytes(text)
    if trailers:
        raw = raw.rstrip(b"\n") + b"\n\n" + "\n".join(trailers).encode()
    return raw if raw.endswith(b"\n") else raw + b"\n"


def _files(words: Mapping[str, Any] | None, name: str) -> dict[bytes, Change]:
    """What a commit changes; where a story is silent the change doesn't matter and is a file of its own."""
    if words is None:
        text = f"def {name.replace('-', '_')}() -> int:\n    return {sum(name.encode())}\n"
        return {f"src/{name}.py".encode(): Put(data=text.encode())}
    return {as_bytes(path): _change(change) for path, change in words.items()}


def _change(words: str | Mapping[str, Any]) -> Change:
    words = {"text": words, "mode": "100644"} if isinstance(words, str) else words
    data = as_bytes(words["text"]) if "text" in words else None
    match words:
        case {"delete": True}:
            return Delete()
        case {"from": str(old)}:
            return Rename(old=as_bytes(old), data=data)
        case {"symlink": str(target)}:
            return Put(data=target.encode(), mode="120000")
        case {"gitlink": str(sha)}:
            return Put(data=sha.encode(), mode="160000")
        case {"line": str(line), "times": int(times)}:
            return Put(data="".join(line.replace("{n}", str(n)) for n in range(1, times + 1)).encode())
        case {"mode": str(mode)} if data is not None:
            return Put(data=data, mode=mode)
    raise ValueError(f"a file can't be {dict(words)}")


def _truth(words: str | Mapping[str, Any]) -> Truth | None:
    if words == "unread":
        return None
    told: dict[str, Any] = {"class": words} if isinstance(words, str) else dict(words)
    verdict, level = told.pop("class"), told.pop("level", None)
    if verdict not in CLASSES or (level is not None and level not in LEVELS):
        raise ValueError(f"no such class or level: {verdict} {level}")
    lists = {key: tuple(told.pop(key, ())) for key in ("tools", "hinted", "really")}
    truth = Truth(verdict=verdict, level=level, lines=told.pop("lines", None), **lists)
    if told:
        raise ValueError(f"unknown words in truth {sorted(told)}")
    if (verdict == "ai") != bool(truth.tools):
        raise ValueError("tools are named exactly where the class is ai")
    return truth
