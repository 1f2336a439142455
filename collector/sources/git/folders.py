"""Which repository a folder belongs to that a log names, judged by what is there now."""

from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.git.repository import open_repository


@dataclass(slots=True)
class Folders:
    """Remembers the answers, since a log names the same folders again and again."""

    _repos: dict[Path, str | None] = field(default_factory=dict)

    def root_of(self, directory: str) -> Path | None:
        """Return the top of the work tree that a folder lies or lay in; of a folder that is gone, by what is above."""
        folder = Path(directory)
        if not folder.is_absolute():
            return None
        for candidate in (folder, *folder.parents):
            try:
                if (candidate / ".git").exists():
                    return candidate
            except OSError:
                return None
        return None

    def repository(self, root: Path) -> str | None:
        """Return the id of the repository whose work tree begins here, None where git can't use it."""
        if root not in self._repos:
            try:
                self._repos[root] = open_repository(root).repo
            except RepositoryError:
                self._repos[root] = None
        return self._repos[root]
