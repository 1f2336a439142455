"""When things happened in Aider, which keeps no times in its chat history, as the files beside it tell."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from collector.sources.logs.times import moment

_TIMED = re.compile(r"(?P<who># |LLM RESPONSE |ASSISTANT )(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?)\s*$")
_SOON = timedelta(hours=1)


class Times:
    """When things happened, as the files beside a chat history tell."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Read those of these files that have times."""
        self._typed: dict[str, list[datetime]] = {}
        self._replies: list[datetime] = []
        for path in paths:
            with suppress(OSError), path.open("rb") as file:
                self._take(line.decode("utf-8", "replace").rstrip("\r\n") for line in file)

    def _take(self, lines: Iterable[str]) -> None:
        at: datetime | None = None
        typed: list[str] = []
        for line in lines:
            if found := _TIMED.match(line):
                self._keep(at, typed)
                at, typed = moment(found["at"], zone=None), []
                if found["who"] != "# " and at:
                    self._replies.append(at)
                    at = None
            elif at and line.startswith("+"):
                typed.append(line[1:].rstrip())
        self._keep(at, typed)

    def _keep(self, at: datetime | None, typed: list[str]) -> None:
        if at and typed:
            self._typed.setdefault("\n".join(typed), []).append(at)

    def typed(self, said: str, after: datetime | None) -> datetime | None:
        """Return when a person first typed this after a time, that time where nobody knows."""
        known = self._typed.get(said, [])
        place = bisect_left(known, after - timedelta(seconds=1)) if after else len(known)
        return known[place] if place < len(known) else after

    def replied(self, after: datetime | None) -> datetime | None:
        """Return when the model first replied after a time, that time where nobody knows."""
        place = bisect_right(self._replies, after) if after else len(self._replies)
        soon = place < len(self._replies) and after is not None and self._replies[place] - after < _SOON
        return self._replies[place] if soon else after
