"""What sessions wrote, laid out so that a commit's lines find it: every written line once, and who has used it.

Lines are numbered through all edits in the order of time, a gap between edits and wherever an edit's lines are no
neighbours; so the line after a line is the next number, and what was written until some moment lies below a number.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime

from collector.evidence.lineages import Lineages
from collector.fingerprints import GAP
from collector.records import Edit

NONE = 0
"""No written line: its place is taken by a gap."""

_NOW = 1 << 62
"""Later than any commit's number."""

_DEEPEST = 32
"""Lines of history, each leaving the next, that are looked back along: no person nests them so."""
_PATIENCE = 256
"""Used lines that a side line passes over in search of a free one: what main has used often is no news there."""

TIERS = 3
"""Exact, trimmed, squeezed: ways to look at a line, strictest first."""

Shelf = tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[int]]]
"""Of one file, for each way to look at a line: the numbers of the written lines that look so, in order."""


class Supply:
    """The lines that sessions wrote."""

    def __init__(self, edits: Iterable[Edit], lineages: Lineages) -> None:
        """Take the edits that were made; the same edit handed over twice counts once."""
        once = {(edit.tool, edit.session, edit.id): edit for edit in edits if edit.outcome == "done"}
        self.edits = sorted(once.values(), key=lambda edit: (edit.at, edit.tool, edit.session, edit.id))
        self._times = [edit.at for edit in self.edits]
        self.keys: tuple[list[int], list[int], list[int]] = ([GAP], [GAP], [GAP])
        self.owner = [-1]
        self.below: tuple[list[int], list[int], list[int]] = ([NONE], [NONE], [NONE])
        """For each line the one before it on its shelf."""
        self.shelves: dict[str, Shelf] = {}
        self.touches: dict[str, list[int]] = {}
        """Edits that name a file and show nothing, by lineage."""
        self._starts: list[int] = []
        for number, edit in enumerate(self.edits):
            self._starts.append(len(self.owner))
            self._lay_out(number, edit, lineages.of(edit.path))
        self._starts.append(len(self.owner))

    def _lay_out(self, number: int, edit: Edit, lineage: str) -> None:
        if edit.operation == "touch":
            self.touches.setdefault(lineage, []).append(number)
        if not edit.exact:
            return
        shelf = self.shelves.setdefault(lineage, ({}, {}, {}))
        first = len(self.owner)
        size = len(edit.exact)
        for keys, below, labels, written in zip(
            self.keys, self.below, shelf, (edit.exact, edit.trimmed, edit.squeezed), strict=True
        ):
            for line, key in enumerate(written, first):
                if key == GAP:
                    below.append(NONE)
                    continue
                row = labels.setdefault(key, [])
                below.append(row[-1] if row else NONE)
                row.append(line)
            keys.extend(written)
            keys.append(GAP)
            below.append(NONE)
        self.owner.extend([number] * (size + 1))

    def until(self, at: datetime) -> int:
        """Return the number below which everything lies that was written by then."""
        return self._starts[bisect_right(self._times, at)]

    def touched(self, lineage: str, since: datetime | None, at: datetime) -> list[Edit]:
        """Return the edits that name a file, made after `since` and not after `at`."""
        row = self.touches.get(lineage, [])
        first = bisect_right(self._times, since) if since else 0
        return [self.edits[n] for n in row[bisect_left(row, first) : bisect_left(row, bisect_right(self._times, at))]]

    def span(self, number: int) -> tuple[int, int]:
        """Return the first number of an edit's lines and the one after its last."""
        return self._starts[number], self._starts[number + 1]


class Branch:
    """A line of history, along which each written line is used once; side lines know what was used before they left."""

    def __init__(self, supply: Supply, parent: "Branch | None" = None, fork: int = -1) -> None:
        """Leave `parent` after its commit number `fork`."""
        self._supply, self._parent, self._fork = supply, parent, fork
        self._used: dict[int, int] = {}
        self._lower: tuple[dict[int, int], dict[int, int], dict[int, int]] = ({}, {}, {})
        self._changed: dict[str, list[tuple[int, datetime]]] = {}

    def is_free(self, line: int) -> bool:
        """Return whether no commit of this line of history, and none before it, has used a written line."""
        return all(branch._used.get(line, limit + 1) > limit for branch, limit in self._before(_NOW))

    def _before(self, limit: int) -> Iterator[tuple["Branch", int]]:
        """Yield this line of history and those that it came from, each with the last commit that counts on it."""
        branch: Branch | None = self
        for _ in range(_DEEPEST):
            if branch is None:
                return
            yield branch, limit
            limit = branch._fork
            branch = branch._parent

    def use(self, line: int, depth: int) -> None:
        """Let the commit number `depth` use a written line."""
        self._used.setdefault(line, depth)

    def newest(self, tier: int, row: list[int], bound: int) -> int:
        """Return the newest free line of a row of a shelf below a number, or NONE."""
        place = bisect_left(row, bound)
        return self._settle(tier, row[place - 1]) if place else NONE

    def older(self, tier: int, line: int) -> int:
        """Return the newest free line on the same row before one, or NONE."""
        return self._settle(tier, self._supply.below[tier][line])

    def _settle(self, tier: int, line: int) -> int:
        """Go down a row to the first free line; what was passed over is not looked at again."""
        below, lower = self._supply.below[tier], self._lower[tier]
        passed: list[int] = []
        while line != NONE and not (free := self.is_free(line)):
            if self._parent is not None and len(passed) == _PATIENCE:
                break
            passed.append(line)
            line = lower.get(line, below[line])
        for one in passed:
            lower[one] = line
        return line if line == NONE or free else NONE

    def changed(self, lineage: str, depth: int) -> datetime | None:
        """Return until when this file's history is told by commits before the one with this number."""
        for branch, limit in self._before(depth - 1):
            known = branch._changed.get(lineage, [])
            if place := bisect_right(known, limit, key=lambda change: change[0]):
                return known[place - 1][1]
        return None

    def change(self, lineage: str, depth: int, at: datetime) -> None:
        """Say that the commit number `depth` tells of a file until `at`."""
        self._changed.setdefault(lineage, []).append((depth, at))
