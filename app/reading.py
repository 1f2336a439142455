"""Puts the dashboard's questions to the newest snapshot, and remembers the answers as long as it is the newest.

A snapshot never changes and its name is never used twice, so the name in the key is all that keeps answers fresh:
the first rerun after a publication asks the new file.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from collector.store.snapshots import current, open_current

REMEMBERED = 256
"""Answers kept. The largest is a page of a few thousand rows, so this stays far below 100 MB."""

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """Answers of one snapshot; the questions are functions of `analysis.queries`."""

    def __init__(self, store: Path, snapshot: str) -> None:
        """Made by `reader`, which knows the newest snapshot."""
        self.store = store
        self.snapshot = snapshot

    def ask(self, question: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer to a question of `analysis.queries`; every argument must be hashable."""
        answer: T = _answer(self.store, self.snapshot, question, args, tuple(sorted(kwargs.items())))
        return answer


def reader(store: Path) -> Reader | None:
    """A reader of what was last published, or None if nothing was."""
    newest = current(store)
    return Reader(store, newest.name) if newest else None


@lru_cache(maxsize=REMEMBERED)
def _answer(
    store: Path,
    snapshot: str,
    question: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: tuple[tuple[str, Any], ...],
) -> Any:
    with _connection(store, snapshot).cursor() as cursor:
        return question(cursor, *args, **dict(kwargs))


@lru_cache(maxsize=2)
def _connection(store: Path, snapshot: str) -> Any:
    # One open file for all sessions; each question gets a cursor of its own, which threads may use at once.
    return open_current(store)
