"""Which first-parent commit brought each commit to the default branch: how work lands, merge by merge."""

from collections.abc import Iterator
from pathlib import Path

from collector.records import Landing
from collector.sources.git.hardened import ask


def landings(where: Path, repo: str, tip: str, *, without: str | None = None) -> Iterator[Landing]:
    """Yield one landing for each commit reachable from `tip` (and not from `without`, an earlier tip).

    A commit that stands on the first-parent line lands by itself; any other lands with the oldest commit of
    that line from which it can be reached. Names are held as numbers: about 150 bytes a commit.
    """
    order, parents = _graph(where, tip, without)
    if not order:
        return
    line: list[int] = []
    at: int | None = len(order) - 1
    while at is not None:
        line.append(at)
        first = parents[at][0] if parents[at] else -1
        at = first if first >= 0 else None
    landed = bytearray(len(order))
    for number in reversed(line):
        landed[number] = 1
    for number in reversed(line):
        yield Landing(repo=repo, sha=order[number], landed_by=order[number])
        reach = [parent for parent in parents[number][1:] if parent >= 0 and not landed[parent]]
        while reach:
            other = reach.pop()
            if landed[other]:
                continue
            landed[other] = 1
            yield Landing(repo=repo, sha=order[other], landed_by=order[number])
            reach.extend(parent for parent in parents[other] if parent >= 0 and not landed[parent])


def _graph(where: Path, tip: str, without: str | None) -> tuple[list[str], list[tuple[int, ...]]]:
    """Return names oldest first, the tip last, and for each the numbers of its parents (-1: outside)."""
    feed = f"{tip}\n" + (f"^{without}\n" if without else "")
    listing = ask(where, "rev-list", "--reverse", "--topo-order", "--parents", "--stdin", stdin=feed.encode())
    order: list[str] = []
    parents: list[tuple[int, ...]] = []
    numbers: dict[str, int] = {}
    for line in listing.decode().splitlines():
        name, *names = line.split(" ")
        numbers[name] = len(order)
        order.append(name)
        parents.append(tuple(numbers.get(parent, -1) for parent in names))
    return order, parents
