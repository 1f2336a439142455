"""Which paths are one file: what a commit or a session renamed keeps its history under every name it had."""

from collections.abc import Iterable


class Lineages:
    """Paths in groups, each known by the smallest path in it, whatever order the renames come in."""

    def __init__(self, renames: Iterable[tuple[str, str]]) -> None:
        """Take pairs of names of one file."""
        self._up: dict[str, str] = {}
        for one, other in renames:
            first, second = sorted((self.of(one), self.of(other)))
            if first != second:
                self._up[second] = first

    def of(self, path: str) -> str:
        """Return the name of the file that a path is a name of."""
        top = path
        while (up := self._up.get(top)) is not None:
            top = up
        while path != top:
            self._up[path], path = top, self._up[path]
        return top
