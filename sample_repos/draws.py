"""What chance decides in the generated organisation: who works when, with which tool, on which files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sample_repos.code import Lines, edited, new_file, title
from sample_repos.people import (
    FIRST_DAY,
    LAST_DAY,
    POLICY_SINCE,
    Habit,
    Person,
    Signature,
    people,
    policy_signature,
    signature,
)

Change = dict[str, Lines | None]
"""What a commit does to each path: its new lines, or None where the file goes away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What kind of repository it is, and how work lands there: percent by squash, by merge, the rest by push."""

    name: str
    suffixes: Sequence[str]
    folders: Sequence[str]
    lock: str | None
    generated: str | None
    landings: int
    squash: int
    merge: int
    typed: bool = False
    """Whether subjects carry a type, as in `feat(core): …`."""
    policy: bool = False
    devin: bool = False


def moments(rng: Random, count: int) -> list[datetime]:
    """When something lands: working days, more of it every month, never two in one minute."""
    found: list[datetime] = []
    span = (LAST_DAY - FIRST_DAY).days
    while len(found) < count:
        day = FIRST_DAY + timedelta(
            days=max(rng.randrange(1, span + 1), rng.choice((0, 0, rng.randrange(1, span + 1))))
        )
        if day.weekday() >= 5 and rng.randrange(100) < 88:
            continue
        found.append(datetime.combine(day, time(7, 0), UTC) + timedelta(seconds=rng.randrange(12 * 3600)))
    found.sort()
    for place in range(1, len(found)):
        found[place] = max(found[place], found[place - 1] + timedelta(seconds=67))
    return found


def person_at(rng: Random, plan: Plan, day: date) -> Person:
    """Somebody who works on this repository on that day, whoever works more of it more often."""
    here = [one for one in people() if plan.name in one.repos and one.joined <= day < one.left]
    paces = [one.pace * (3 if one.repos[0] == plan.name else 1) for one in here]
    return rng.choices(here, weights=paces)[0]


def habit_of(rng: Random, person: Person, day: date) -> Habit | None:
    """The tool that a piece of the person's work was done with, None where it was done by hand."""
    draw = rng.randrange(100)
    for habit in person.habits:
        draw -= habit.percent(day)
        if draw < 0:
            return habit
    return None


def signed_by(plan: Plan, person: Person, habit: Habit | None, day: date) -> Signature | None:
    """How the work is signed, if at all."""
    if habit is None:
        return None
    if plan.policy and day >= POLICY_SINCE and person.keeps_to_policy:
        return policy_signature(habit.tool)
    return signature(habit.tool, day) if habit.signs(day) else None


def subject(rng: Random, plan: Plan) -> str:
    """A commit's subject in the repository's manner."""
    words = title(rng)
    if not plan.typed:
        return words[0].upper() + words[1:]
    kind = rng.choice(("feat", "feat", "feat", "fix", "fix", "refactor", "test", "docs", "chore", "perf"))
    return f"{kind}({rng.choice(plan.folders).rsplit('/', 1)[-1]}): {words}"


def first_tree(rng: Random, plan: Plan) -> Change:
    """What the first commit brings: code from before anyone had an agent."""
    moved = "Chidi Lindqvist <chidi@acme.example> <chidi.lindqvist@gliders.example>"
    change: Change = {"README.md": new_file(rng, ".md", 2), ".mailmap": [moved], ".gitignore": ["dist/", ".venv/"]}
    for _ in range(26):
        path = _new_path(rng, plan)
        change[path] = new_file(rng, suffix_of(path), rng.choice((1, 2, 3, 4, 6)))
    if plan.lock:
        change[plan.lock] = [f"entry-{n} = {rng.randrange(10**8):08d}" for n in range(240)]
    if plan.generated:
        change[plan.generated] = _generated(rng, plan.generated)
    return change


def change_of(rng: Random, plan: Plan, texts: Mapping[str, Lines], taken: Collection[str] = ()) -> Change:
    """Some files edited, now and then a new one, one removed, or generated code made anew; none of `taken`."""
    change: Change = {}
    at_hand = [path for path in texts if path not in taken and suffix_of(path) in plan.suffixes]
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 2, 3, 4, 7))):
        if rng.randrange(100) < 10 or not at_hand:
            path = _new_path(rng, plan)
            change[path] = new_file(rng, suffix_of(path), rng.choice((1, 1, 2, 3, 5, 9)))
            continue
        path = rng.choice(at_hand)
        text = texts[path]
        change[path] = edited(rng, text, suffix_of(path)) if len(text) < 500 else text[:60]
    if rng.randrange(100) < 2 and len(at_hand) > 40:
        change[rng.choice(at_hand)] = None
    if plan.generated and plan.generated not in taken and rng.randrange(100) < 2:
        change[plan.generated] = _generated(rng, plan.generated)
    return change


def suffix_of(path: str) -> str:
    """The file name's ending with its dot."""
    name = path.rsplit("/", 1)[-1]
    return "." + name.rsplit(".", 1)[-1] if "." in name else ""


def _new_path(rng: Random, plan: Plan) -> str:
    words = title(rng).split()
    return f"{rng.choice(plan.folders)}/{words[-1]}_{words[0]}{rng.randrange(100)}{rng.choice(plan.suffixes)}"


def _generated(rng: Random, path: str) -> Lines:
    comment = {".py": "#", ".ts": "//", ".go": "//", ".sql": "--"}[suffix_of(path)]
    fields = [f"field_{n} = {rng.randrange(1000)}" for n in range(rng.choice((60, 120, 300, 700)))]
    return [f"{comment} Code generated by flightgen. DO NOT EDIT.", "", *fields]
