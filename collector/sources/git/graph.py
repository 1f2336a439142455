"""Commits and their parents, as numbers: what a pass reads, and what of it the default branch reaches."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collector.sources.git.hardened import LONG, ask
from collector.sources.git.refs import present


@dataclass(slots=True)
class Graph:
    """Commits, newest first; about 200 bytes a commit."""

    order: list[str] = field(default_factory=list)
    parents: list[tuple[int, ...]] = field(default_factory=list)
    """For each commit the places of its parents in `order`; -1 for one that lies outside."""
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """Return a commit's place in `order`, or None where it lies outside."""
        return self._numbers.get(name)


def read_graph(where: Path, tips: Iterable[str], *, without: Sequence[str] = ()) -> Graph:
    """Return the commits that are reachable from `tips` but not from `without`.

    Names in `without` that are gone from the repository are passed over.
    """
    wanted = sorted(set(tips))
    if not wanted:
        return Graph()
    feed = "".join(f"{tip}\n" for tip in wanted) + "".join(f"^{tip}\n" for tip in present(where, without))
    listing = ask(where, "rev-list", "--parents", "--stdin", stdin=feed.encode(), patience=LONG)
    graph = Graph()
    # A commit is met as a parent before it stands in its own line, so numbers are given first.
    for line in io.BytesIO(listing):
        graph._numbers[line[: line.find(b" ")].decode() if b" " in line else line[:-1].decode()] = len(graph._numbers)
    graph.order.extend(graph._numbers)
    for line in io.BytesIO(listing):
        graph.parents.append(tuple(graph._numbers.get(name, -1) for name in line.decode().split()[1:]))
    return graph
