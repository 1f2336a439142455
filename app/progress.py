"""What long work shows on stderr: a bar on a terminal, one line per repository otherwise."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.drawing import clipped, count
from app.output import console, message

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from collector.pipeline import Progress


class Lines:
    """One plain line per repository, and one per step that is of none."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self._repo: str | None = None

    def repository(self, repo: str, commits: int) -> None:
        """Say what is read."""
        self._repo = repo
        message(f"reading {repo}: {count(commits, 'new commits')}")

    def advance(self, commits: int) -> None:
        """Nothing: a line per chunk would be noise in a log."""

    def step(self, what: str) -> None:
        """Say what is done, unless it belongs to the repository that was just named."""
        if self._repo is None or not what.startswith(self._repo):
            message(what)


class Bar:
    """One bar at a time, with what is left to wait. Nothing is drawn, and rich not loaded, until there is work."""

    def __init__(self, held: ExitStack) -> None:
        """The bars are gone when `held` is closed."""
        self._held = held
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def repository(self, repo: str, commits: int) -> None:
        """Begin a bar of so many commits."""
        self._begin(repo, commits)

    def advance(self, commits: int) -> None:
        """Move the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, commits)

    def step(self, what: str) -> None:
        """Begin a bar that only shows that something goes on."""
        self._begin(what, None)

    def _begin(self, what: str, total: int | None) -> None:
        if self._bars is None:
            self._bars = self._held.enter_context(_bars())
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(clipped(what, 48), total=total)


def _bars() -> "Bars":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bars(*columns, console=console(stderr=True), transient=True)


@contextmanager
def shown_progress() -> "Iterator[Progress]":
    """Progress as stderr can show it, gone from a terminal when the work is done."""
    with ExitStack() as held:
        yield Bar(held) if sys.stderr.isatty() else Lines()
