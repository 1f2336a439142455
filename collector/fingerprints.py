"""Lines as keyed hashes: enough to see that two lines are the same, useless to anyone without the store's key.

Sources make them of what a log says was written and of what a commit added, so that the evidence can compare the
two without either text (DESIGN decision 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

GAP = 0
"""Stands in a list of hashes where written lines do not follow each other."""

_SIZE = 8
_GAPS = (GAP, GAP, GAP)
_MOST_KNOWN = 100_000
"""Lines whose hashes are remembered, since many lines come again and again."""


@dataclass(frozen=True, slots=True)
class LineHashes:
    """The hashes of lines that were written, in order, `GAP` between lines that are not neighbours.

    The three lists are of the same length. `exact` is the line without its end, `trimmed` the line without white
    space around it, `squeezed` the line without any white space.
    """

    exact: tuple[int, ...] = ()
    trimmed: tuple[int, ...] = ()
    squeezed: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Return how many lines there are, gaps not counted."""
        return len(self.exact) - self.exact.count(GAP)


class Fingerprints:
    """Makes hashes of lines under one key."""

    def __init__(self, key: bytes) -> None:
        """Take the store's key, of at least 16 bytes; ValueError for a shorter one."""
        if len(key) < 16:
            raise ValueError("a key of at least 16 bytes is needed")
        self._keyed = blake2b(key=key, digest_size=_SIZE)
        self._known: dict[str | None, tuple[int, int, int]] = {None: _GAPS}

    def lines(self, lines: Iterable[str | None]) -> LineHashes:
        """Return the hashes of lines (with or without their ends), None standing for a gap."""
        known = self._known
        hashes = [known.get(line) or self._hashes(line) for line in lines]
        return LineHashes(*zip(*hashes, strict=True)) if hashes else LineHashes()

    def _hashes(self, line: str | None) -> tuple[int, int, int]:
        if len(self._known) > _MOST_KNOWN:
            self._known = {None: _GAPS}
        if line is None:
            return _GAPS
        bare = line.rstrip("\r\n")
        exact = trimmed = self._hash(bare)
        stripped = bare.strip()
        if stripped != bare:
            trimmed = self._known[stripped][0] if stripped in self._known else self._hash(stripped)
        squeezed, tight = trimmed, "".join(stripped.split())
        if not tight.isascii():
            tight = tight.replace("\ufeff", "")
        if tight != stripped:
            squeezed = self._hash(tight)
        self._known[line] = exact, trimmed, squeezed
        return exact, trimmed, squeezed

    def _hash(self, text: str) -> int:
        digest = self._keyed.copy()
        digest.update(text.encode() if text.isascii() else text.encode("utf-8", "surrogatepass"))
        # never 0, which is the gap; 63 bits, since a column of integers is signed
        return (int.from_bytes(digest.digest(), "big") >> 1) or 1


def is_distinctive(line: str) -> bool:
    """Return whether a line says enough that meeting it twice is no accident: eight letters or digits at least."""
    return sum(map(str.isalnum, line)) >= 8
