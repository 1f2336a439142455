"""Whose identity is it: the markers that a raw "Name <email>" hits."""

import re
from collections.abc import Callable
from functools import lru_cache

from collector.evidence.keywords import keywords
from collector.registry import Marker, Registry

_GITHUB_ID = re.compile(r"<(\d+)\+")


class Identities:
    """All identity rules of a registry; a name met twice is looked up, since histories repeat few of them."""

    def __init__(self, registry: Registry) -> None:
        """Take the identity markers of a registry."""
        markers = [m for m in registry.markers if m.field == "identity"]
        self._by_number = {number: m for m in markers for number in m.github_ids}
        self._rules = [(keywords(m.pattern), m) for m in markers if m.pattern]
        self._wordless = [m for words, m in self._rules if words is None]
        self._any_word = re.compile("|".join(sorted({re.escape(w) for words, _ in self._rules for w in words or ()})))
        self.of: Callable[[str], tuple[Marker, ...]] = lru_cache(maxsize=65536)(self._find)

    def _find(self, text: str) -> tuple[Marker, ...]:
        """The markers that an identity hits. A known GitHub account number outranks what the login looks like."""
        number = _GITHUB_ID.search(text)
        if number and (known := self._by_number.get(int(number[1]))):
            return (known,)
        lower = text.lower()
        if not self._any_word.search(lower):  # nearly everybody
            return tuple(marker for marker in self._wordless if marker.regex.search(text))
        return tuple(
            marker
            for words, marker in self._rules
            if (words is None or any(word in lower for word in words)) and marker.regex.search(text)
        )
