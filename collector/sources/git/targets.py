"""Which repositories a list of paths means, and whether anything has changed there. Light: no heavy import."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.git.refs import fingerprint
from collector.sources.git.repository import discover, locate, submodules


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A repository that is to be read."""

    where: Path
    git_dir: Path

    def fingerprint(self) -> str:
        """Return a digest that changes whenever a pass would learn something new; empty where git can't tell."""
        try:
            return fingerprint(self.where, self.git_dir)
        except RepositoryError:
            return ""


def _locate(folder: Path) -> tuple[Path, Path]:
    """Return where a repository lies; of a damaged one the folder itself, so that its own pass says what is wrong."""
    try:
        return locate(folder)
    except RepositoryError:
        return folder, folder.resolve()


def targets(paths: Iterable[Path]) -> list[Target]:
    """Return every repository that the paths mean, their submodules included, each once.

    Raises:
        RepositoryError: a path means no repository.
    """
    found: dict[Path, Target] = {}
    for path in paths:
        for folder in discover(path):
            where, git_dir = _locate(folder)
            found.setdefault(git_dir, Target(where=where, git_dir=git_dir))
            for module in submodules(git_dir):
                found.setdefault(module, Target(where=module, git_dir=module))
    return list(found.values())
