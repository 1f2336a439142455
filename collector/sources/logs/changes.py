"""What a change to a file wrote: the lines that are new in it, not those that it only carried over."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from collector.fingerprints import is_distinctive
from collector.records import Operation

_MOST_PAIRS = 50_000
"""Ways to pair equal lines from which on an exact alignment would take seconds: then lines are told by counting."""

Lines = Sequence[str | None]
"""New lines in their order; None stands between lines that are not neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file that a patch or a command changed."""

    path: str
    operation: Operation
    lines: Lines = ()
    moved_from: str | None = None


def split(text: str) -> list[str]:
    r"""Return the lines of a text, split at `\n` alone: other separators may stand inside a line of source."""
    if not text:
        return []
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def replaced(old: str, new: str) -> list[str | None]:
    """Return what of `new` was not already in `old`, line by line."""
    if not old:
        return list(split(new))
    before, after = split(old), split(new)
    head = _common(before, after)
    before, after = before[head:], after[head:]
    tail = _common(before[::-1], after[::-1])
    before, after = before[: len(before) - tail], after[: len(after) - tail]
    shared = set(before).intersection(after)
    if not shared:
        return list(after)
    old_ones = [line for line in before if line in shared]
    new_ones = [line for line in after if line in shared]
    if old_ones == new_ones:
        return _without([line in shared for line in after], after)
    if _pairs(old_ones, new_ones) > _MOST_PAIRS:
        return _by_counting(before, after)
    carried = [False] * len(new_ones)
    for _, start, size in SequenceMatcher(None, old_ones, new_ones, autojunk=False).get_matching_blocks():
        carried[start : start + size] = [True] * size
    _add_moved(carried, old_ones, new_ones)
    is_carried = iter(carried)
    return _without([line in shared and next(is_carried) for line in after], after)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Return in how many ways a line of one text can be a line of the other: what an exact alignment costs."""
    there = Counter(old)
    return sum(there[line] for line in new)


def _add_moved(carried: list[bool], old: Sequence[str], new: Sequence[str]) -> None:
    """Mark those lines as carried over, too, that only stand elsewhere now, unless they say too little to tell."""
    moved = {line for line, was_there in zip(new, carried, strict=True) if not was_there and is_distinctive(line)}
    if not moved:
        return
    left = Counter(line for line in old if line in moved)
    left.subtract(line for line, was_there in zip(new, carried, strict=True) if was_there and line in moved)
    for place, line in enumerate(new):
        if not carried[place] and left[line] > 0:
            carried[place] = True
            left[line] -= 1


def _without(carried: Sequence[bool], lines: Sequence[str]) -> list[str | None]:
    """Return the lines that were not carried over, gaps where some that were are left out between them."""
    left: list[str | None] = []
    is_gap = False
    for line, was_there in zip(lines, carried, strict=True):
        if was_there:
            is_gap = bool(left)
            continue
        if is_gap:
            left.append(None)
            is_gap = False
        left.append(line)
    return left


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _by_counting(before: Sequence[str], after: Sequence[str]) -> list[str | None]:
    there = Counter(before)
    lines: list[str | None] = []
    for line in after:
        if there[line]:
            there[line] -= 1
            if lines and lines[-1] is not None:
                lines.append(None)
        else:
            lines.append(line)
    return lines[:-1] if lines and lines[-1] is None else lines
