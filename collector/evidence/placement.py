"""Sessions ↔ repositories: which repository a folder in a log belongs to, and what its paths are called there.

A folder may be gone, or be another machine's. Then the remote that the log names decides, or a commit that was made
there, or the files that were edited there: their paths end as paths of the repository do.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import normpath

_ENOUGH = 2
"""Different files that must fit before paths alone decide."""
_MOST = 0.6
"""The part of the edited files that must fit."""


def as_posix(path: str) -> str:
    r"""Return a path of any system with slashes: `C:\w\a.py` is `C:/w/a.py`."""
    return path.replace("\\", "/") if "\\" in path and (path[1:3] == ":\\" or "/" not in path) else path


def absolute(path: str, directory: str | None) -> str:
    """Return an edited path with the folder that it was relative to, without `.` and `..`."""
    path = as_posix(path)
    if not path.startswith("/") and path[1:2] != ":" and directory:
        path = f"{as_posix(directory)}/{path}"
    return normpath(path) if path else path


@dataclass(slots=True)
class Tree:
    """The paths that a repository ever had."""

    paths: Collection[str]
    _names: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the paths by the last part of their names."""
        self.paths = frozenset(self.paths)
        for path in self.paths:
            self._names.setdefault(path.rpartition("/")[2], []).append(path)

    def fitting(self, path: str) -> str | None:
        """Return the path of the repository that an absolute path ends with, the longest; None if there is none.

        A name alone, without the folder that holds it, is too little.
        """
        ends = [known for known in self._names.get(path.rpartition("/")[2], ()) if path.endswith(f"/{known}")]
        best = max(ends, key=len, default=None)
        return best if best and "/" in best else None

    def relative(self, path: str, roots: Iterable[str], guesses: Iterable[str] = ()) -> str | None:
        """Return what an absolute path is called in the repository, whose work trees are `roots`.

        `guesses` are folders that may be its top or lie somewhere in it.

        A path below a root that the repository does not know may lie in a work tree inside of it
        (`.worktrees/x/src/a.py`) or come from a folder that was not the top; its end decides. What fits nothing
        keeps its name below the root: a file that was never committed.
        """
        below = [path[len(root) + 1 :] for root in roots if path.startswith(f"{root}/")]
        shortest = min(below, key=len, default=None)
        if shortest is not None and shortest in self.paths:
            return shortest
        if fitting := self.fitting(path):
            return fitting
        guessed = [path[len(guess) + 1 :] for guess in guesses if path.startswith(f"{guess}/")]
        return shortest or min(guessed, key=len, default=None)


def by_paths(edited: Iterable[str], trees: Mapping[str, Tree]) -> str | None:
    """Return the repository that most of the edited (absolute) paths fit, None where that is no sure thing."""
    paths = set(edited)
    fits = Counter({repo: sum(tree.fitting(path) is not None for path in paths) for repo, tree in trees.items()})
    ranked = fits.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH or ranked[0][1] < _MOST * len(paths):
        return None
    if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
        return None
    return ranked[0][0]
