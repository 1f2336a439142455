"""Commits in the order in which they came about, and the lines of history that they stand on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from collector.evidence.supply import Branch, Supply
from collector.records import Commit


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a commit stands: on which line of history, and as which of its commits."""

    commit: Commit
    branch: Branch
    depth: int


def in_order(commits: Iterable[Commit]) -> list[Commit]:
    """Return each commit once, parents before children, else by time; whatever order they are handed over in."""
    known = {commit.sha: commit for commit in commits}
    waiting = {sha: sum(parent in known for parent in set(one.parents)) for sha, one in known.items()}
    children: dict[str, list[str]] = {}
    for sha, commit in known.items():
        for parent in set(commit.parents):
            if parent in known:
                children.setdefault(parent, []).append(sha)
    ready = [(known[sha].committed_at, sha) for sha, count in waiting.items() if not count]
    heapify(ready)
    ordered: list[Commit] = []
    while ready:
        _, sha = heappop(ready)
        ordered.append(known[sha])
        for child in children.get(sha, ()):
            waiting[child] -= 1
            if not waiting[child]:
                heappush(ready, (known[child].committed_at, child))
    return ordered


def stands(ordered: Sequence[Commit], supply: Supply) -> list[Stand]:
    """Return where each commit stands, those of the default branch first.

    The default branch is one line, on which commits stand as they landed: what a merge brings comes with that merge.
    Any other commit goes on with its first parent's line if it is the first to do so, and else leaves it there.
    """
    main = Branch(supply)
    trunk = [Stand(commit, main, depth) for depth, commit in enumerate(_as_landed(ordered))]
    placed = {stand.commit.sha: stand for stand in trunk}
    tips: dict[int, int] = {}
    for commit in ordered:
        if not commit.on_default_branch:
            stand = _aside(commit, placed.get(commit.parents[0]) if commit.parents else None, main, tips, supply)
            tips[id(stand.branch)] = stand.depth
            placed[commit.sha] = stand
    return list(placed.values())


def _as_landed(ordered: Sequence[Commit]) -> list[Commit]:
    """Return the commits of the default branch, each just before the commit of its first-parent line it came with."""
    inside = {commit.sha: commit for commit in ordered if commit.on_default_branch}
    line: list[Commit] = []
    at = next(reversed(inside.values()), None)  # nothing of the branch comes after its tip
    while at is not None:
        line.append(at)
        at = inside.get(at.parents[0]) if at.parents else None
    landed: dict[str, int] = {}
    for number, commit in enumerate(reversed(line)):
        reach = [commit.sha]
        while reach:
            sha = reach.pop()
            if sha in inside and sha not in landed:
                landed[sha] = number
                reach.extend(inside[sha].parents)
    return sorted(inside.values(), key=lambda commit: landed.get(commit.sha, len(line)))


def _aside(commit: Commit, parent: Stand | None, main: Branch, tips: dict[int, int], supply: Supply) -> Stand:
    if parent is None:
        return Stand(commit, Branch(supply), 0)
    if parent.branch is not main and tips[id(parent.branch)] == parent.depth:
        return Stand(commit, parent.branch, parent.depth + 1)
    return Stand(commit, Branch(supply, parent.branch, parent.depth), 0)
