"""Whose identity is it: the markers that a raw "Name <email>" hits, and the bots that no model drives."""

import re
from functools import lru_cache

from collector.registry import Marker, Registry

_GITHUB_ID = re.compile(r"<(\d+)\+")


class Identities:
    """All identity rules of a registry; a name met twice is looked up, since histories repeat few of them."""

    def __init__(self, registry: Registry) -> None:
        """Take the identity markers of a registry."""
        markers = [m for m in registry.markers if m.field == "identity"]
        self._by_number = {number: m for m in markers for number in m.github_ids}
        self._rules = [(m.regex.search, m) for m in markers if m.pattern]
        self.of = lru_cache(maxsize=65536)(self._find)

    def _find(self, text: str) -> tuple[Marker, ...]:
        """The markers that an identity hits. A known GitHub account number outranks what the login looks like."""
        number = _GITHUB_ID.search(text)
        if number and (known := self._by_number.get(int(number[1]))):
            return (known,)
        return tuple(marker for search, marker in self._rules if search(text))
