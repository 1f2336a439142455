"""What a change to a file wrote: the lines that are new in it, not those that it only carried over."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from collector.records import Operation

_LONG = 2_000
"""Changed lines on a side from which on an exact alignment would take seconds: then lines are told by counting."""

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
    if [line for line in before if line in shared] == [line for line in after if line in shared]:
        return _without(shared, after)
    if max(len(before), len(after)) > _LONG:
        return _by_counting(before, after)
    lines: list[str | None] = []
    for kind, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            lines += [None, *after[start:end]] if lines else after[start:end]
    return lines


def _without(shared: Collection[str], lines: Sequence[str]) -> list[str | None]:
    """Return the lines that aren't shared, gaps where some that are were left out between them."""
    left: list[str | None] = []
    is_gap = False
    for line in lines:
        if line in shared:
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
