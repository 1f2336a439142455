"""Writes one repository's two years: work that lands by squash, merge or push, bots, agents, reverts and backports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from random import Random

from sample_repos.code import Lines, title
from sample_repos.draws import Change, Plan, change_of, first_tree, habit_of, moments, person_at, signed_by, subject
from sample_repos.machine_logs import Work, adds_lines, done_by_tool, is_logged
from sample_repos.people import FIRST_DAY, Habit, Person, Signature
from sample_repos.script import Truth
from sample_repos.stream import Blob, Stamp, Stream, raw_date

WEB = b"GitHub <noreply@github.com>"
DEPENDABOT = b"dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
RENOVATE = b"renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>"
RELEASES = b"github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
COPILOT = b"copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"
DEVIN = b"devin-ai-integration[bot] <158243242+devin-ai-integration[bot]@users.noreply.github.com>"
AUTOMATION, UNSEEN = Truth(verdict="automation"), Truth(verdict="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A commit before it is written: everything but its place in history."""

    at: datetime
    author: bytes
    message: str
    change: Change
    truth: Truth
    committer: bytes | None = None
    """Another one than the author; then the commit time is `committed_at`, else the author's."""
    committed_at: datetime | None = None
    zone: int = 0
    work: Work | None = None
    """What a tool's log on the author's machine keeps of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A commit on main, with what is needed to branch off it, to revert it or to pick it."""

    mark: int
    draft: Draft
    undo: Change
    parent: int | None
    is_merge: bool


@dataclass(slots=True)
class History:
    """What was written so far: contents, refs, and the truth of each mark."""

    texts: dict[str, Lines] = field(default_factory=dict)
    landed: list[Landed] = field(default_factory=list)
    truth: dict[int, Truth] = field(default_factory=dict)
    merges: set[int] = field(default_factory=set)
    refs: dict[str, int] = field(default_factory=dict)
    works: list[Work] = field(default_factory=list)
    number: int = 0
    version: int = 0


def write_history(plan: Plan, stream: Stream, seed: int) -> History:
    """Stream the whole repository; the same plan and seed give the same bytes."""
    writer = _Writer(plan, stream, Random(f"{plan.name}/{seed}"))
    when = moments(writer.rng, plan.landings)
    writer.begin(when[0] - timedelta(hours=3))
    for moment in when:
        writer.land(moment)
    writer.leave_branches()
    return writer.history


@dataclass(slots=True)
class _Writer:
    plan: Plan
    stream: Stream
    rng: Random
    history: History = field(default_factory=History)

    def begin(self, at: datetime) -> None:
        self._push(
            self._draft(at, self._person(at), "Import the code from the old server", first_tree(self.rng, self.plan))
        )

    def land(self, at: datetime) -> None:
        """One thing that reaches main at that time, drawn by what is usual on that day."""
        months = (at.date() - FIRST_DAY).days // 30
        last = self.history.landed[-1]
        draw = self.rng.randrange(1000)
        if draw < 85 and self.plan.lock:
            self._bump(at, self.plan.lock)
        elif 85 <= draw < 100:
            self._release(at)
        elif 100 <= draw < 130 and last.parent is not None and not last.is_merge:
            self._revert(at, last) if draw < 115 else self._backport(at, last, last.parent)
        elif 130 <= draw < 130 + 5 * (months - 6):
            self._copilot_agent(at)
        elif 300 <= draw < 345 and self.plan.devin and at.date() >= date(2025, 9, 1):
            self._devin(at)
        else:
            self._work(at)

    def leave_branches(self) -> None:
        """Work that is still open on the last day, and the refs of a clone."""
        tip = self.history.landed[-1]
        self.history.refs |= {"refs/heads/main": tip.mark, "refs/remotes/origin/main": tip.mark}
        for base in self.history.landed[-4:-1]:
            at = base.draft.at + timedelta(hours=2)
            mark = self._write(self._draft(at, self._person(at), self._subject(), self._change()), [base.mark])
            self.history.refs[f"refs/remotes/origin/{self._slug()}"] = mark
        self.history.refs[f"refs/heads/{self._slug()}"] = mark

    # What people do

    def _work(self, at: datetime) -> None:
        person = self._person(at)
        habit = habit_of(self.rng, person, at.date())
        draw = self.rng.randrange(100)
        if draw < self.plan.squash:
            self._squash(at, person, habit)
        elif draw < self.plan.squash + self.plan.merge:
            self._merge(at, person, habit)
        else:
            self._push(self._done(at, person, habit, self._change()))

    def _squash(self, at: datetime, person: Person, habit: Habit | None) -> None:
        """The host squashes: it is the committer, and a co-author line may or may not survive."""
        signed = signed_by(self.plan, person, habit, at.date())
        if signed and (not signed.trailer or self.rng.randrange(100) < 15):
            signed = None
        if signed and signed.level == "agent":
            signed = Signature(trailer=signed.trailer, level="assisted")
        parts = [self._subject() for _ in range(self.rng.choice((1, 1, 2, 3, 5)))]
        change = self._change()
        for _ in parts[1:]:
            change |= self._change(change)
        text = f"{parts[0]} {self._next_number()}\n\n" + (
            "\n\n".join(f"* {part}" for part in parts) if parts[1:] else ""
        )
        work = self._work_of(at, person, habit, parts[0], change, is_squashed=True)
        self._push(
            Draft(
                at=at,
                author=person.identity(at.date()),
                message=_message(text, signed),
                change=change,
                truth=_truth_of(habit, signed, work=work),
                committer=WEB,
                zone=person.zone,
                work=work,
            )
        )

    def _merge(self, at: datetime, person: Person, habit: Habit | None) -> None:
        """A branch of one to six commits, merged with its name in the subject."""
        count = self.rng.choice((1, 1, 2, 2, 3, 4, 6))
        starts = at - timedelta(minutes=self.rng.randrange(70, 90) * count)
        base = next((one for one in reversed(self.history.landed) if one.draft.at < starts), self.history.landed[0])
        taken = {path for one in self.history.landed if one.mark > base.mark for path in one.draft.change}
        of_codex = habit is not None and habit.tool == "codex"
        branch = f"{'codex' if of_codex else person.name.split()[0].lower()}/{self._slug()}"
        tip, change = base.mark, Change()
        for place in range(count):
            when = starts + timedelta(minutes=60 * place + self.rng.randrange(55))
            used = habit if self.rng.randrange(100) < 80 else None
            part = self._change(taken | change.keys())
            tip = self._write(self._done(when, person, used, part, hinted=("codex",) if of_codex else ()), [tip])
            change |= part
        heading = f"Merge pull request {self._next_number()[1:-1]} from acme/{branch}\n\n{self._subject()}"
        merger = self._person(at)
        self._push(self._draft(at, merger, heading, change, committer=WEB), second=tip)

    def _revert(self, at: datetime, last: Landed) -> None:
        first_line = last.draft.message.split("\n", 1)[0]
        message = f'Revert "{first_line}"\n\nThis reverts commit {self.stream.sha(last.mark)}.'
        self._push(self._draft(at, self._person(at), message, last.undo))

    def _backport(self, at: datetime, last: Landed, parent: int) -> None:
        """A release branch cut just before the last change, which is then picked onto it; main goes on."""
        old = last.draft
        gap = "\n" if "-by: " in old.message.lower() else "\n\n"
        note = f"(cherry picked from commit {self.stream.sha(last.mark)})"
        picked = Draft(
            at=old.at,
            author=old.author,
            message=old.message.rstrip("\n") + gap + note,
            change=old.change,
            truth=old.truth,
            committer=self._person(at).identity(at.date()),
            committed_at=at,
            zone=old.zone,
        )
        branch = f"release/0.{self.history.version}-{len(self.history.landed)}"
        self.history.refs[f"refs/remotes/origin/{branch}"] = self._write(picked, [parent])
        self._work(at + timedelta(seconds=30))

    # What nobody in the house typed

    def _copilot_agent(self, at: datetime) -> None:
        asked = Signature(
            trailer=f"Co-authored-by: {self._person(at).identity(at.date()).decode()}", level="autonomous"
        )
        text = _message(f"{self._subject()} {self._next_number()}", asked)
        truth = Truth(verdict="ai", tools=("copilot-agent",), level="autonomous")
        self._push(Draft(at=at, author=COPILOT, message=text, change=self._change(), truth=truth, committer=WEB))

    def _devin(self, at: datetime) -> None:
        truth = Truth(verdict="ai", tools=("devin",), level="autonomous")
        self._push(Draft(at=at, author=DEVIN, message=self._subject(), change=self._change(), truth=truth))

    def _bump(self, at: datetime, lock: str) -> None:
        lines = list(self.history.texts[lock])
        for _ in range(self.rng.choice((1, 1, 2, 3, 8, 30))):
            lines[self.rng.randrange(240)] = f"entry-{self.rng.randrange(240)} = {self.rng.randrange(10**8):08d}"
        who = RENOVATE if self.plan.policy else DEPENDABOT
        version = f"{self.rng.randrange(9)}.{self.rng.randrange(30)}"
        text = f"Bump entry-{self.rng.randrange(240)} to {version} {self._next_number()}"
        self._push(Draft(at=at, author=who, message=text, change={lock: lines}, truth=AUTOMATION, committer=WEB))

    def _release(self, at: datetime) -> None:
        self.history.version += 1
        version = f"0.{self.history.version}.0"
        text = f"chore: release {version}"
        mark = self._push(Draft(at=at, author=RELEASES, message=text, change={"VERSION": [version]}, truth=AUTOMATION))
        self.stream.tag(f"v{version}", mark, Stamp(who=RELEASES, date=raw_date(at)), f"{version}\n".encode())

    # How it is written

    def _push(self, draft: Draft, second: int | None = None) -> int:
        """Write a commit on main; with `second` it merges that mark."""
        parent = self.history.landed[-1].mark if self.history.landed else None
        mark = self._write(draft, [one for one in (parent, second) if one is not None])
        if second is not None:
            self.history.merges.add(mark)
        undo = {path: self.history.texts.get(path) for path in draft.change}
        for path, lines in draft.change.items():
            if lines is None:
                self.history.texts.pop(path, None)
            else:
                self.history.texts[path] = lines
        landed = Landed(mark=mark, draft=draft, undo=undo, parent=parent, is_merge=second is not None)
        self.history.landed.append(landed)
        return mark

    def _write(self, draft: Draft, parents: Sequence[int]) -> int:
        local = draft.at.astimezone(timezone(timedelta(hours=draft.zone)))
        # The host and whoever picks a commit stand in UTC, a person's own commit in that person's zone.
        committed = (draft.committed_at or draft.at) if draft.committer else local
        mark = self.stream.commit(
            author=Stamp(who=draft.author, date=raw_date(local)),
            committer=Stamp(who=draft.committer or draft.author, date=raw_date(committed)),
            message=draft.message.rstrip("\n").encode() + b"\n",
            parents=parents,
            changes={path.encode(): _blob(lines) for path, lines in sorted(draft.change.items())},
        )
        self.history.truth[mark] = draft.truth
        if draft.work is not None:
            self.history.works.append(replace(draft.work, mark=mark))
        return mark

    def _done(
        self, at: datetime, person: Person, habit: Habit | None, change: Change, hinted: tuple[str, ...] = ()
    ) -> Draft:
        """A piece of work as it is committed on the person's own machine."""
        signed, subject_ = signed_by(self.plan, person, habit, at.date()), self._subject()
        work = self._work_of(at, person, habit, subject_, change)
        return Draft(
            at=at,
            author=person.identity(at.date(), signed.suffix if signed else ""),
            message=_message(subject_, signed),
            change=change,
            truth=_truth_of(habit, signed, hinted if signed is None else (), work),
            zone=person.zone,
            work=work,
        )

    def _work_of(
        self,
        at: datetime,
        person: Person,
        habit: Habit | None,
        subject_: str,
        change: Change,
        *,
        is_squashed: bool = False,
    ) -> Work | None:
        """What is left of the work in a log: nothing where the machine keeps none, or a squash holds nothing new."""
        if habit is None or not is_logged(person, habit, at.date()):
            return None
        paths = done_by_tool(change, f"{self.plan.name}/{at}", {self.plan.generated, self.plan.lock})
        before = {path: self.history.texts.get(path) for path in paths}
        after = {path: change[path] for path in paths}
        if is_squashed and not adds_lines(before, after):
            return None
        return Work(
            at=at, person=person, tool=habit.tool, subject=subject_, before=before, after=after, is_squashed=is_squashed
        )

    def _draft(
        self, at: datetime, person: Person, message: str, change: Change, committer: bytes | None = None
    ) -> Draft:
        """What a person did by hand, whatever the habits."""
        who = person.identity(at.date())
        return Draft(
            at=at, author=who, message=message, change=change, truth=UNSEEN, committer=committer, zone=person.zone
        )

    def _person(self, at: datetime) -> Person:
        return person_at(self.rng, self.plan, at.date())

    def _change(self, taken: Collection[str] = ()) -> Change:
        return change_of(self.rng, self.plan, self.history.texts, taken)

    def _subject(self) -> str:
        return subject(self.rng, self.plan)

    def _slug(self) -> str:
        return title(self.rng).replace(" ", "-")

    def _next_number(self) -> str:
        self.history.number += self.rng.choice((1, 1, 1, 2, 3))
        return f"(#{self.history.number})"


def _blob(lines: Lines | None) -> Blob | None:
    return None if lines is None else Blob("\n".join(lines).rstrip("\n").encode() + b"\n")


def _message(text: str, signed: Signature | None) -> str:
    return text.rstrip("\n") + (f"\n\n{signed.trailer}" if signed and signed.trailer else "")


def _truth_of(
    habit: Habit | None, signed: Signature | None, hinted: tuple[str, ...] = (), work: Work | None = None
) -> Truth:
    """What can be found out about a piece of work, and what is true all the same."""
    if habit is None:
        return Truth(verdict="unknown", hinted=hinted)
    logged = (work.tool,) if work else ()
    if signed is None:
        return Truth(verdict="unknown", really=(habit.tool,), hinted=hinted, logged=logged)
    return Truth(verdict="ai", tools=(habit.tool,), level=signed.level, logged=logged)
