"""Sessions ↔ commits: which session had a hand in which commit, by which of four ways that is known, and what follows.

A session that ran `git commit` was told the commit's name (`sha`). Where that commit is not here any more, or has a
twin, its patch or its author's second leads to what became of it (`patch`). A session whose lines a commit holds had
a hand in it whoever committed (`lines`). And a session that ran `git commit` and was told no name is linked to the
commit of that moment (`time`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from collector.evidence.claims import from_claims
from collector.evidence.models import model_name
from collector.records import Claim, Commit, CommitCall, Evidence, Link, Trust

Method = Literal["sha", "patch", "lines", "time"]
Session = tuple[str, str]
"""A tool and its own id of a session."""

NEAR = timedelta(seconds=90)
"""How long after a commit its session may hear of it: hooks run in between, and clocks differ."""
_SAME_DAY = timedelta(days=1)
"""Seven letters of a name that are of a commit of another day are another commit's."""
LINES = 10
SHARE = 0.1
"""A session whose lines are so many, or such a share of what a commit added, had a hand in it. Sessions held against
files that are not theirs come that far about once where a hundred links are true (benchmarks/matching.py)."""
_FILE = 3
"""Lines from which on all that a commit added to a file are enough, however much it added elsewhere."""
_TRUST: dict[Method, Trust] = {"sha": "recorded", "patch": "recorded", "time": "hinted"}
_HOW = {
    "sha": "git commit, told this name",
    "patch": "git commit of the same patch",
    "time": "git commit at that moment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known of a repository's commits and of the sessions that worked in it."""

    commits: Sequence[Commit]
    lines_added: Mapping[str, int]
    """By commit all that it added."""
    calls: Sequence[CommitCall]
    """Their `place` is what a link points to: the log and the place in it."""
    claims: Sequence[Claim]
    """What `matching.match` claims."""
    places: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """Its places: by commit, tool and session where the first edit stands, the log and the place in it."""
    files_added: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By commit and path what it added to a file."""


def link(known: Knowledge) -> list[Link]:
    """Return one link for each commit and session that had a hand in it, by the strongest way it is known."""
    matched = _matched(known.claims)
    found: dict[tuple[str, Session], tuple[Method, str]] = {}
    ways = (*_by_call(known, matched), *_by_lines(known, matched))
    for method, sha, session, place in sorted(ways, key=lambda way: get_args(Method).index(way[0])):
        found.setdefault((sha, session), (method, place))
    repos = {commit.sha: commit.repo for commit in known.commits}
    return [
        Link(
            repo=repos[sha],
            sha=sha,
            tool=session[0],
            session=session[1],
            method=method,
            lines_matched=matched.get((sha, session), 0),
            lines_added=known.lines_added.get(sha, 0),
            pointer=place or session[1],
        )
        for (sha, session), (method, place) in sorted(found.items())
    ]


def linked(claims: Iterable[Claim], links: Iterable[Link]) -> list[Claim]:
    """Return the claims of sessions that are linked to the commit: fewer lines than that may be accidents."""
    pairs = {(one.sha, one.tool, one.session) for one in links}
    return [claim for claim in claims if (claim.sha, claim.tool, claim.session) in pairs]


def evidence(claims: Iterable[Claim], links: Iterable[Link], seen_at: datetime) -> Iterator[Evidence]:
    """Yield what links prove: the lines that sessions wrote, and the commits that they made."""
    groups: dict[tuple[str, str, str | None], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.sha, claim.tool, claim.session), []).append(claim)
    for one in links:
        group = groups.get((one.sha, one.tool, one.session), [])
        yield from from_claims(group, seen_at, record=one.pointer)
        if one.method != "lines":
            models = {model_name(claim.model) if claim.model else None for claim in group}
            yield Evidence(
                repo=one.repo,
                sha=one.sha,
                tool=one.tool,
                model=models.pop() if len(models) == 1 else None,
                rule=f"{one.tool}/session-commit",
                trust=_TRUST[one.method],
                level="agent",
                scope="commit",
                lines=None,
                session=one.session,
                pointer=f"{one.pointer}: {_HOW[one.method]}",
                first_seen_at=seen_at,
            )


_Way = tuple[Method, str, Session, str]


def _matched(claims: Iterable[Claim]) -> dict[tuple[str, Session], int]:
    """Return by commit and session how many lines it is seen to have written."""
    lines: Counter[tuple[str, Session]] = Counter()
    for claim in claims:
        if claim.session and claim.trust == "witnessed":
            lines[claim.sha, (claim.tool, claim.session)] += claim.end - claim.start + 1
    return dict(lines)


def _by_lines(known: Knowledge, matched: Mapping[tuple[str, Session], int]) -> Iterator[_Way]:
    whole = _whole_files(known)
    for (sha, session), count in matched.items():
        if count >= LINES or count >= SHARE * known.lines_added.get(sha, 0) or (sha, session) in whole:
            yield "lines", sha, session, known.places.get((sha, *session), "")


def _whole_files(known: Knowledge) -> set[tuple[str, Session]]:
    """Return commits and sessions that wrote all that was added to some file."""
    lines: Counter[tuple[str, str, Session]] = Counter()
    for claim in known.claims:
        if claim.session and claim.trust == "witnessed":
            lines[claim.sha, claim.path, (claim.tool, claim.session)] += claim.end - claim.start + 1
    return {
        (sha, session)
        for (sha, path, session), count in lines.items()
        if count >= max(_FILE, known.files_added.get((sha, path), count + 1))
    }


def _by_call(known: Knowledge, matched: Collection[tuple[str, Session]]) -> Iterator[_Way]:
    """Yield what the calls that made commits tell."""
    history = _History(known.commits)
    holding: dict[Session, list[str]] = {}
    for sha, session in matched:
        holding.setdefault(session, []).append(sha)
    named: set[str] = set()
    nameless: list[CommitCall] = []
    for call in known.calls:
        session = (call.tool, call.session)
        commit = history.named(call) if call.sha else None
        if commit is not None:
            named.add(commit.sha)
            yield "sha", commit.sha, session, call.place
            for twin in history.twins(commit):
                yield "patch", twin.sha, session, call.place
        if call.sha and (commit is None or call.kind == "amended"):
            for heir in history.heirs(call, holding.get(session, ())):
                yield "patch", heir.sha, session, call.place
        if not call.sha:
            nameless.append(call)
    for call in nameless:
        at_that_moment = history.at(call, named)
        if at_that_moment is not None:
            yield "time", at_that_moment.sha, (call.tool, call.session), call.place


class _History:
    """A repository's commits, to be found by name, by patch and by time."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._by_name = sorted(commits, key=lambda commit: commit.sha)
        self._names = [commit.sha for commit in self._by_name]
        self._by_time = sorted(commits, key=lambda commit: (commit.committed_at, commit.sha))
        self._times = [commit.committed_at for commit in self._by_time]
        self._commits = {commit.sha: commit for commit in commits}
        self._patches: dict[str, list[Commit]] = {}
        for commit in self._by_name:
            if commit.patch_id:
                self._patches.setdefault(commit.patch_id, []).append(commit)

    def named(self, call: CommitCall) -> Commit | None:
        """Return the one commit of that day whose name begins as the call says."""
        name = call.sha or ""
        place = bisect_left(self._names, name)
        near: list[Commit] = []
        while place < len(self._names) and self._names[place].startswith(name):
            if abs(self._by_name[place].committed_at - call.at) <= _SAME_DAY:
                near.append(self._by_name[place])
            place += 1
        return near[0] if len(near) == 1 else None

    def twins(self, commit: Commit) -> list[Commit]:
        """Return the other commits of the same patch."""
        return [one for one in self._patches.get(commit.patch_id or "", []) if one.sha != commit.sha]

    def heirs(self, call: CommitCall, with_lines: Iterable[str]) -> list[Commit]:
        """Return what became of a commit: later ones that hold the session's lines and keep its author's second."""
        commits = (self._commits[sha] for sha in with_lines)
        return [
            commit
            for commit in commits
            if abs(commit.authored_at - call.at) <= NEAR and commit.committed_at >= call.at - NEAR
        ]

    def at(self, call: CommitCall, named: Collection[str]) -> Commit | None:
        """Return the commit next to a call in time, if no call names it."""
        place = bisect_left(self._times, call.at - NEAR)
        near: list[Commit] = []
        while place < len(self._times) and self._times[place] <= call.at + NEAR:
            if self._by_time[place].sha not in named and not self._by_time[place].is_merge:
                near.append(self._by_time[place])
            place += 1
        return min(near, key=lambda commit: (abs(commit.committed_at - call.at), commit.sha), default=None)
