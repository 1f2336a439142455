"""Edits → Claims: which of a commit's new lines did which session write.

A line that a session wrote is compared with the lines that commits added to the same file (under any of its names):
first as it is, then without the white space around it, then without any. A line that says enough to be no accident
finds the newest written line of the kind that is not used yet, preferably where what follows agrees too, and the
match grows in both directions as long as commit and edit agree line for line. Lines that say little (`}`, `return`)
are only claimed inside such a run. An edit explains what was committed after it; each written line is used once
along a line of history; commits of the same patch get the same claims.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, pairwise

from collector.evidence.lineages import Lineages
from collector.evidence.order import Stand, in_order, stands
from collector.evidence.supply import NONE, TIERS, Shelf, Supply
from collector.records import AddedLines, Claim, Commit, Edit, Trust

SLACK = timedelta(minutes=5)
"""How far the clock of a log and the clock of a commit may differ."""
_COMMON = 16
"""Files of a repository from which on a line that stands in all of them says little about any."""
_TOGETHER = 3
"""Lines that say little one by one and much where they stand together."""
_AHEAD = 8
"""Lines after a line, and candidates for it, that are looked at to choose between equal lines."""


@dataclass(slots=True)
class Matches:
    """What sessions wrote of the commits that were asked about."""

    claims: list[Claim] = field(default_factory=list)
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By commit, tool and session: where in the session's log the first edit stands that the commit shows."""


def match(commits: Iterable[Commit], added: Iterable[AddedLines], edits: Iterable[Edit], *, blank: int) -> Matches:
    """Return the claims of edits, whose paths are those of the repository, on the lines that commits added.

    `blank` is the hash of an empty line. Commits may be handed over without the ancestors that are older than any
    edit. The answer doesn't depend on the order of anything that is handed over.
    """
    files: dict[str, dict[str, AddedLines]] = {}
    for one in added:
        files.setdefault(one.sha, {})[one.path] = one
    edits = list(edits)
    supply = Supply(edits, lineages := _lineages(files, edits))
    ordered = in_order(commits)
    common = _common(lineages, files, supply.edits)
    matcher = _Matcher(supply, lineages, files, blank=blank, common=common, first_seen=_first_seen(ordered))
    for stand in stands(ordered, supply):
        matcher.add(stand)
    return matcher.matches


def _lineages(files: dict[str, dict[str, AddedLines]], edits: Iterable[Edit]) -> Lineages:
    renamed = [(one.old_path, path) for group in files.values() for path, one in group.items() if one.old_path]
    moved = [(edit.moved_from, edit.path) for edit in edits if edit.moved_from and edit.outcome == "done"]
    return Lineages(renamed + moved)


def _first_seen(commits: Iterable[Commit]) -> dict[str, datetime]:
    """Return by patch when it was first there: what was written later can't be what it holds."""
    first: dict[str, datetime] = {}
    for commit in commits:
        if commit.patch_id:
            first[commit.patch_id] = min(commit.committed_at, first.get(commit.patch_id, commit.committed_at))
    return first


def _common(lineages: Lineages, files: dict[str, dict[str, AddedLines]], edits: Iterable[Edit]) -> set[int]:
    """Return the lines that stand in so many files that meeting one twice can be an accident."""
    looks: dict[str, set[int]] = {}
    for group in files.values():
        for path, lines in group.items():
            looks.setdefault(lineages.of(path), set()).update(lines.squeezed)
    for edit in edits:
        looks.setdefault(lineages.of(edit.path), set()).update(edit.squeezed)
    counts = Counter(chain.from_iterable(looks.values()))
    return {look for look, count in counts.items() if count >= _COMMON}


class _Matcher:
    """Takes commits one after another, each after those whose use of the edits comes first."""

    def __init__(
        self,
        supply: Supply,
        lineages: Lineages,
        files: dict[str, dict[str, AddedLines]],
        *,
        blank: int,
        common: set[int],
        first_seen: dict[str, datetime],
    ) -> None:
        self.matches = Matches()
        self._supply, self._lineages, self._files, self._blank = supply, lineages, files, blank
        self._common, self._first_seen = common, first_seen
        self._patches: dict[tuple[str, str], _File] = {}

    def add(self, stand: Stand) -> None:
        """Match one commit, or give it what another commit of the same patch was given."""
        commit = stand.commit
        until = self._first_seen.get(commit.patch_id or "", commit.committed_at) + SLACK
        for path, lines in sorted(self._files.get(commit.sha, {}).items()):
            lineage = self._lineages.of(path)
            shelf = self._supply.shelves.get(lineage)
            if shelf is None or not lines.numbers:
                continue
            twin = self._patches.get((commit.patch_id or "", path))
            if twin is not None and len(twin.lines.numbers) == len(lines.numbers):
                file = twin.again(lines, stand)
            else:
                file = _File(lines, self._supply, stand, self._common)
                file.match(shelf, self._supply.until(until), self._blank)
                touches = self._supply.touched(lineage, stand.branch.changed(lineage, stand.depth), until)
                file.suppose(touches)
                if commit.patch_id:
                    self._patches[commit.patch_id, path] = file
            stand.branch.change(lineage, stand.depth, until)
            self._keep(file)

    def _keep(self, file: "_File") -> None:
        self.matches.claims += file.claims()
        for number in sorted(set(file.owner)):
            if number >= 0:
                edit = self._supply.edits[number]
                self.matches.places.setdefault((file.lines.sha, edit.tool, edit.session), edit.place)


class _File:
    """The lines that a commit added to one file, and whose each of them is."""

    def __init__(self, lines: AddedLines, supply: Supply, stand: Stand, common: AbstractSet[int] = frozenset()) -> None:
        self.lines, self._supply, self._common = lines, supply, common
        self._branch, self._depth = stand.branch, stand.depth
        count = len(lines.numbers)
        self.used = [NONE] * count
        """The written line that each line is."""
        self.owner = [-1] * count
        """The edit that each line is of, also where it is not one of its lines (a blank one in a run)."""
        self.supposed: dict[int, Edit] = {}
        self._blocks = _blocks(lines.numbers)
        self._block = [block for block in self._blocks for _ in range(*block)]

    def match(self, shelf: Shelf, bound: int, blank: int) -> None:
        """Give each line to the written line that it is, if that was written below `bound`."""
        keys = (self.lines.exact, self.lines.trimmed, self.lines.squeezed)
        for tier in range(TIERS):
            rows, looks = shelf[tier], keys[tier]
            last = -1
            for place, telling in enumerate(self.lines.distinctive):
                if self.owner[place] < 0 and telling and (row := rows.get(looks[place])):
                    line = self._choose(place, tier, row, bound, last)
                    if line != NONE and self._is_no_accident(place, line):
                        self._grow(place, line)
                if self.owner[place] >= 0:
                    last = self.owner[place]
        for start, end in self._blocks:
            self._fill(start, end, shelf)
            self._take_blanks(start, end, blank)

    def again(self, lines: AddedLines, stand: Stand) -> "_File":
        """Return the same for another commit of the same patch."""
        file = _File(lines, self._supply, stand)
        file.used, file.owner, file.supposed = self.used, self.owner, self.supposed
        for line in self.used:
            if line != NONE:
                stand.branch.use(line, stand.depth)
        return file

    def _take(self, place: int, line: int) -> None:
        self.used[place] = line
        self.owner[place] = self._supply.owner[line]
        self._branch.use(line, self._depth)

    def _choose(self, place: int, tier: int, row: list[int], bound: int, last: int) -> int:
        """Return the free written line after which most is as it is here; of the edit just met, or the newest."""
        best, best_worth = NONE, (-1, False)
        line = self._branch.newest(tier, row, bound)
        for _ in range(_AHEAD):
            if line == NONE:
                break
            worth = (sum(self._agreement(place, line)), self._supply.owner[line] == last)
            if worth > best_worth:
                best, best_worth = line, worth
            line = self._branch.older(tier, line)
        return best

    def _is_no_accident(self, place: int, line: int) -> bool:
        """Return whether a pair of lines, with those around it that agree, says enough."""
        after, before = self._agreement(place, line)
        around = range(place - before, place + after + 1)
        return any(map(self._is_telling, around)) or sum(self.lines.distinctive[at] for at in around) >= _TOGETHER

    def _is_telling(self, place: int) -> bool:
        return self.lines.distinctive[place] and self.lines.squeezed[place] not in self._common

    def _agreement(self, place: int, line: int) -> tuple[int, int]:
        """Return how many lines after and before a pair of lines agree, of those nearest to it."""
        here, there = self.lines.squeezed, self._supply.keys[-1]
        start, end = self._block[place]
        after = 0
        while after < _AHEAD and place + after + 1 < end and here[place + after + 1] == there[line + after + 1]:
            after += 1
        before = 0
        while before < _AHEAD and place - before > start and here[place - before - 1] == there[line - before - 1]:
            before += 1
        return after, before

    def _grow(self, place: int, line: int) -> None:
        """Take a pair of lines and all around it that agree.

        Where git could have shown a block of new lines some lines higher or lower, it does not matter which it
        chose: what the edit goes on with after the block's end may stand at the block's beginning.
        """
        self._take(place, line)
        start, end = self._block[place]
        for step, edge, far in ((1, end, start), (-1, start - 1, end - 1)):
            at, other, turned = place + step, line + step, False
            while True:
                if at == edge and not turned:
                    at, turned = far, True
                if at in (edge, place) or not self._agrees(at, other):
                    break
                self._take(at, other)
                at, other = at + step, other + step

    def _agrees(self, place: int, line: int) -> bool:
        return (
            self.owner[place] < 0
            and self.lines.squeezed[place] == self._supply.keys[-1][line]
            and self._branch.is_free(line)
        )

    def _fill(self, start: int, end: int, shelf: Shelf) -> None:
        """Give lines that say little to the session of the lines around them, if its edit there has such a line."""
        claimed = [place for place in range(start, end) if self.owner[place] >= 0]
        for left, right in pairwise(claimed):
            between = range(left + 1, right)
            if not between or not self._same(left, right) or any(map(self._is_telling, between)):
                continue
            for place in between:
                row = shelf[-1].get(self.lines.squeezed[place], [])
                for number in dict.fromkeys((self.owner[left], self.owner[right])):
                    first, bound = self._supply.span(number)
                    line = self._branch.newest(TIERS - 1, row, bound)
                    if line >= first:
                        self._take(place, line)
                        break

    def _take_blanks(self, start: int, end: int, blank: int) -> None:
        """Let blank lines belong to the run that they stand in."""
        told = [place for place in range(start, end) if self.lines.squeezed[place] != blank or self.owner[place] >= 0]
        for left, right in pairwise(told):
            if self.owner[left] >= 0 and self.owner[right] >= 0 and self._same(left, right):
                self.owner[left + 1 : right] = [self.owner[left]] * (right - left - 1)

    def _same(self, left: int, right: int) -> bool:
        return _session(self._supply.edits[self.owner[left]]) == _session(self._supply.edits[self.owner[right]])

    def suppose(self, touches: Iterable[Edit]) -> None:
        """Give unclaimed lines to a session that named this file in a command, where its own lines are around them.

        There must be no fewer of its lines in the block than are supposed at that place.
        """
        by = {_session(edit): edit for edit in touches}
        if not by:
            return
        for start, end in self._blocks:
            owners = [_session(self._supply.edits[one]) if one >= 0 else None for one in self.owner[start:end]]
            for first, last in _stretches(owners):
                around = {owners[at] for at in (first - 1, last) if 0 <= at < len(owners)}
                who = around.pop() if len(around) == 1 else None
                edit = by.get(who) if who else None
                if edit and last - first <= owners.count(who):
                    self.supposed.update(dict.fromkeys(range(start + first, start + last), edit))

    def claims(self) -> Iterator[Claim]:
        """Yield the claims on this file, line by line, neighbours in one."""
        whose: list[tuple[Edit, str, Trust] | None] = [
            (self._supply.edits[owner], "session-lines", "witnessed") if owner >= 0 else None for owner in self.owner
        ]
        for place, edit in self.supposed.items():
            whose[place] = (edit, "session-file", "recorded")
        for block in self._blocks:
            start = block[0]
            while start < block[1]:
                end = start + 1
                if (one := whose[start]) is not None:
                    edit, rule, trust = one
                    while end < block[1] and _label(whose[end]) == _label(one):
                        end += 1
                    yield Claim(
                        repo=self.lines.repo,
                        sha=self.lines.sha,
                        path=self.lines.path,
                        start=self.lines.numbers[start],
                        end=self.lines.numbers[end - 1],
                        tool=edit.tool,
                        model=edit.model,
                        session=edit.session,
                        rule=f"{edit.tool}/{rule}",
                        trust=trust,
                    )
                start = end


def _label(one: tuple[Edit, str, Trust] | None) -> tuple[str, str, str | None, str] | None:
    return (one[0].tool, one[0].session, one[0].model, one[1]) if one else None


def _session(edit: Edit) -> tuple[str, str]:
    return edit.tool, edit.session


def _blocks(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return where lines that follow each other begin and end."""
    edges = [0, *(at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1), len(numbers)]
    return list(pairwise(edges)) if numbers else []


def _stretches(owners: list[tuple[str, str] | None]) -> Iterator[tuple[int, int]]:
    """Yield where lines without an owner begin and end."""
    start = 0
    while start < len(owners):
        end = start + 1
        if owners[start] is None:
            while end < len(owners) and owners[end] is None:
                end += 1
            yield start, end
        start = end
