"""Reads the `[[log]]` parts of a story: what sessions of AI tools did, in its own names for commits and folders."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from sample_repos.agent_logs.sessions import (
    Deed,
    Delegate,
    Edit,
    Interrupt,
    Prompt,
    Run,
    Say,
    Session,
    Step,
    Write,
    joined,
    uuid_of,
)

MODELS = {"claude-code": "claude-opus-4-6", "codex": "gpt-5.3-codex"}
VERSIONS = {"claude-code": "2.1.240", "codex": "0.142.0"}
_PAUSE = timedelta(seconds=20)
_RANGES = re.compile(r"\d+(-\d+)?( \d+(-\d+)?)*")

Ranges = Mapping[str, Mapping[str, frozenset[int]]]
"""Line numbers by path and by session, in the story's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedLog:
    """One `[[log]]`: a session as the story tells it."""

    name: str
    tool: str
    at: datetime
    steps: Sequence[Mapping[str, Any]]
    directory: str
    branch: str
    model: str
    version: str
    remote: str | None
    head: str | None
    before: Mapping[str, str]
    """Texts as the session found them, by path."""
    fork_of: str | None
    copies: int
    truth: Mapping[str, str]
    """Columns of the export `sessions`, and what stands in them."""
    agents: Mapping[str, Mapping[str, str]]
    """The same of each sub-agent, by its name; `parent_session` in the story's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a story's sessions need to know of its repository."""

    path: PurePath
    shas: Mapping[str, str]
    subjects: Mapping[str, str]
    """The first line of every commit's message."""
    times: Mapping[str, datetime]


def read_log(words: Mapping[str, Any], number: int) -> ScriptedLog:
    """One `[[log]]` of a story, checked word by word."""
    told = dict(words)
    tool = told.pop("tool")
    log = ScriptedLog(
        name=told.pop("id", f"s{number}"),
        tool=tool,
        at=told.pop("at"),
        steps=tuple(told.pop("step", ())),
        directory=told.pop("directory", "."),
        branch=told.pop("branch", "main"),
        model=told.pop("model", MODELS[tool]),
        version=told.pop("version", VERSIONS[tool]),
        remote=told.pop("remote", None),
        head=told.pop("head", None),
        before=told.pop("before", {}),
        fork_of=told.pop("fork_of", None),
        copies=told.pop("copies", 0),
        truth=_cells(told.pop("truth", {})),
        agents={name: _cells(cells) for name, cells in told.pop("agents", {}).items()},
    )
    if told:
        raise ValueError(f"unknown words {sorted(told)}")
    return log


def _cells(words: Mapping[str, Any]) -> dict[str, str]:
    return {column: str(cell) for column, cell in words.items()}


def read_ranges(words: Mapping[str, Mapping[str, str]]) -> Ranges:
    """`{ "a.py" = { s1 = "1-3 7" } }` as numbers."""
    return {path: {who: _numbers(text) for who, text in parts.items()} for path, parts in words.items()}


def _numbers(text: str) -> frozenset[int]:
    if not _RANGES.fullmatch(text):
        raise ValueError(f"no ranges of lines: {text!r}")
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return frozenset(found)


def sessions_of(story: str, logs: Sequence[ScriptedLog], scene: Scene) -> dict[str, Session]:
    """The sessions by their names in the story, with real folders, hashes and times."""
    found: dict[str, Session] = {}
    for log in logs:
        director = _Director(log, scene)
        found[log.name] = Session(
            tool=log.tool,
            id=uuid_of(story, log.name),
            directory=director.folder(log.directory),
            branch=log.branch,
            model=log.model,
            version=log.version,
            steps=director.steps(log.steps, log.directory),
            remote=log.remote,
            head=scene.shas[log.head] if log.head else None,
            files=log.before,
            forked_from=found[log.fork_of] if log.fork_of else None,
            copies=log.copies,
        )
    return found


def exported_ids(sessions: Mapping[str, Session]) -> dict[str, tuple[str, str]]:
    """Tool and id of every session by its name in the story; a sub-agent is called `<session>/<agent>`."""
    found = {name: (one.tool, one.id) for name, one in sessions.items()}
    for name, one in sessions.items():
        for step in one.steps:
            if isinstance(step.deed, Delegate):
                found[f"{name}/{step.deed.name}"] = (one.tool, f"agent-{one.agent(step.deed.name)}")
    return found


def truth_of_sessions(
    logs: Sequence[ScriptedLog], ids: Mapping[str, tuple[str, str]]
) -> dict[tuple[str, str], Mapping[str, str]]:
    """What the export `sessions` says of each, by tool and id, as far as the story tells."""
    found: dict[tuple[str, str], Mapping[str, str]] = {ids[log.name]: log.truth for log in logs if log.name in ids}
    for log in logs:
        for name, cells in log.agents.items():
            parent = {"parent_session": ids[cells["parent_session"]][1]} if "parent_session" in cells else {}
            found[ids[f"{log.name}/{name}"]] = {**cells, **parent}
    return found


@dataclass(slots=True)
class _Director:
    """Turns a story's words into steps."""

    log: ScriptedLog
    scene: Scene
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.log.at - _PAUSE

    def folder(self, word: str) -> str:
        r"""A real folder: absolute ones (`/home/…`, `C:\…`) as they are, `worktree`, or one below the repository."""
        path = self.scene.path
        if word == "worktree":
            return str(path.with_name(f"{path.name}.worktree"))
        if word == ".":
            return str(path)
        return joined(str(path), word)

    def steps(self, told: Sequence[Mapping[str, Any]], directory: str) -> tuple[Step, ...]:
        """The steps in their order, each some seconds after the one before unless it says when."""
        return tuple(self._step(dict(words), directory) for words in told)

    def _step(self, words: dict[str, Any], directory: str) -> Step:
        after = timedelta(seconds=words.pop("after", _PAUSE.seconds))
        # a commit is made when the repository says so: the call comes just before, its result just after
        made = self.scene.times[words["commit"]] - timedelta(milliseconds=300) if "commit" in words else None
        self.now = at = words.pop("at", made or self.now + after)
        where, outcome = words.pop("in", directory), words.pop("outcome", "done")
        deed = self._deed(words, where)
        if words:
            raise ValueError(f"unknown words in a step: {sorted(words)}")
        return Step(at=at, deed=deed, directory=self.folder(where), outcome=outcome)

    def _deed(self, words: dict[str, Any], where: str) -> Deed:
        deed: Deed
        match words:
            case {"prompt": _}:
                deed = Prompt(words.pop("prompt"))
            case {"say": _}:
                deed = Say(words.pop("say"))
            case {"interrupt": True}:
                del words["interrupt"]
                deed = Interrupt()
            case {"write": _}:
                deed = Write(words.pop("write"), words.pop("text"), words.pop("over", None))
            case {"edit": _}:
                deed = Edit(words.pop("edit"), words.pop("old"), words.pop("new"))
            case {"commit": _}:
                deed = self._commit(words)
            case {"run": _}:
                deed = Run(words.pop("run"), words.pop("output", ""), words.pop("code", 0))
            case {"agent": _}:
                name, task = words.pop("agent"), words.pop("task", "Do a part of the work.")
                deed = Delegate(name, task, self.steps(words.pop("step"), where))
            case _:
                raise ValueError(f"a step can't be {words}")
        return deed

    def _commit(self, words: dict[str, Any]) -> Run:
        name, kind, quiet = words.pop("commit"), words.pop("kind", "committed"), words.pop("quiet", False)
        sha, subject = self.scene.shas[name][:7], self.scene.subjects[name]
        option = " --amend" if kind == "amended" else " -q" if quiet else ""
        command = words.pop("run", f'git add -A && git commit{option} -m "{subject}"')
        output = "" if quiet else f"[{self.log.branch} {sha}] {subject}\n 1 file changed\n"
        return Run(command, output, sha=None if quiet else sha, branch=self.log.branch, kind=kind)
