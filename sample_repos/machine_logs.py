"""What agents' logs on some people's machines keep of the generated organisation: a session per day and tool."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sample_repos.agent_logs.sessions import Deed, Edit, Prompt, Run, Say, Session, Step, Write, digest, uuid_of
from sample_repos.code import Lines
from sample_repos.people import Habit, Person
from sample_repos.scripted_logs import MODELS, VERSIONS

LOGGED_TOOLS = frozenset(MODELS)
_LOCAL = timedelta(minutes=30)
"""How long before a squash lands the work on it was committed on the author's machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work that a tool did on a machine whose logs are kept."""

    at: datetime
    person: Person
    tool: str
    subject: str
    before: Mapping[str, Lines | None]
    after: Mapping[str, Lines | None]
    """What the tool did to each file; what the person did is not here."""
    is_squashed: bool
    """Whether the commit that was made on the machine is gone."""
    mark: int = 0
    """The commit that holds it."""


def is_logged(person: Person, habit: Habit | None, day: date) -> bool:
    """Whether a log of what the tool did for that person on that day is left."""
    return habit is not None and habit.tool in LOGGED_TOOLS and day >= person.logs_since


def done_by_tool(change: Mapping[str, Lines | None], key: str, left_out: Collection[str | None]) -> list[str]:
    """The files of a change that the tool did; of a quarter of the larger ones the person did the last by hand."""
    paths = [path for path in sorted(change) if path not in left_out]
    by_hand = len(paths) > 1 and int(digest("by hand", key)[:4], 16) % 4 == 0
    return paths[:-1] if by_hand else paths


def adds_lines(before: Mapping[str, Lines | None], after: Mapping[str, Lines | None]) -> bool:
    """Whether there is a new line with more than a bracket in it, so that content alone can tell whose it is."""
    return any(
        len(line.strip()) > 12
        for path, lines in after.items()
        for line in set(lines or ()) - set(before.get(path) or ())
    )


def sessions(repo: str, directory: str, works: Sequence[Work], shas: Mapping[int, str]) -> Iterator[Session]:
    """The sessions behind the works of one repository, which lies in that folder."""

    def day(work: Work) -> tuple[str, str, date]:
        return work.person.name, work.tool, work.at.date()

    for (name, tool, when), group in groupby(sorted(works, key=lambda one: (*day(one), one.at, one.mark)), key=day):
        steps: list[Step] = []
        for work in group:
            steps += _steps(work, directory, shas[work.mark], steps[-1].at if steps else None)
        steps.sort(key=lambda step: step.at)
        yield Session(
            tool=tool,
            id=uuid_of(repo, name, tool, when),
            directory=directory,
            model=MODELS[tool],
            version=VERSIONS[tool],
            steps=steps,
            remote=f"https://git.example.com/acme/{repo}.git",
        )


def _steps(work: Work, directory: str, sha: str, busy_until: datetime | None) -> Iterator[Step]:
    ends = work.at - _LOCAL if work.is_squashed else work.at
    deeds = list(_deeds(work))
    made = digest("local", sha)[:7] if work.is_squashed else sha[:7]
    output = f"[main {made}] {work.subject}\n {len(work.after)} files changed\n"
    deeds.append(Run(f'git commit -am "{work.subject}"', output, sha=made, branch="main"))
    begins = max(ends - timedelta(minutes=10), busy_until + timedelta(seconds=5)) if busy_until else None
    begins = min(begins or ends - timedelta(minutes=10), ends - timedelta(seconds=len(deeds)))
    pause = (ends - begins) / (len(deeds) - 1)
    for number, deed in enumerate(deeds):
        # seconds, and the call of a commit a little before it
        at = begins + timedelta(seconds=int((pause * number).total_seconds()), milliseconds=-300)
        yield Step(at=at, deed=deed, directory=directory)


def _deeds(work: Work) -> Iterator[Deed]:
    yield Prompt(f"{work.subject}, please.")
    for path, lines in work.after.items():
        old = work.before.get(path)
        if lines is None:
            yield Run(f"git rm -q {path}")
        elif old is None:
            yield Write(path, _text(lines))
        elif old != lines:
            yield _edit(path, old, lines)
    yield Say("It is done, and the tests pass.")


def _edit(path: str, old: Lines, new: Lines) -> Edit:
    """The changed part of a file with a line around it, as a model asks for it."""
    head = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    most = min(len(old), len(new)) - head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    start, tail = max(head - 1, 0), max(tail - 1, 0)
    return Edit(path, _text(old[start : len(old) - tail]), _text(new[start : len(new) - tail]))


def _text(lines: Lines) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
