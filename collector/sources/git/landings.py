"""Which first-parent commit brought each commit to the default branch: how work lands, merge by merge."""

from collections.abc import Iterator
from pathlib import Path

from collector.records import Landing
from collector.sources.git.graph import Graph
from collector.sources.git.hardened import LONG, ask


def landings(graph: Graph, repo: str, tip: str) -> Iterator[Landing]:
    """Yield one landing for each commit of the graph that `tip` reaches.

    A commit that stands on the first-parent line lands by itself; any other lands with the oldest commit of
    that line from which it can be reached. What lies outside the graph has landed before.
    """
    line: list[int] = []
    at = graph.number(tip)
    while at is not None:
        line.append(at)
        parents = graph.parents[at]
        at = parents[0] if parents and parents[0] >= 0 else None
    landed = bytearray(len(graph.order))
    for number in line:
        landed[number] = 1
    for number in reversed(line):
        by = graph.order[number]
        yield Landing(repo=repo, sha=by, landed_by=by)
        reach = [parent for parent in graph.parents[number][1:] if parent >= 0]
        while reach:
            other = reach.pop()
            if not landed[other]:
                landed[other] = 1
                yield Landing(repo=repo, sha=graph.order[other], landed_by=by)
                reach.extend(parent for parent in graph.parents[other] if parent >= 0)


def continues(where: Path, tip: str, earlier: str) -> bool:
    """Return whether `earlier` stands on the first-parent line of `tip`: then what landed before landed as it did.

    An ancestor need not: where the branch was merged into something else that then became the branch, what stood
    on the line has landed with that merge instead.
    """
    if tip == earlier:
        return True
    feed = f"{tip}\n^{earlier}\n".encode()
    line = ask(where, "rev-list", "--first-parent", "--parents", "--stdin", stdin=feed, allow=(0, 128), patience=LONG)
    oldest = line.decode().splitlines()[-1:]
    return bool(oldest) and oldest[0].split(" ")[1:2] == [earlier]
