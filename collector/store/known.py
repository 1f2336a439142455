"""What the ledger knows of one repository, as the readers of claims ask for it."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from collector.records import Evidence, FileChange
from collector.store.literals import literal
from collector.store.load import frame_view, from_rows, select_list, to_frame

if TYPE_CHECKING:
    from collector.store.writer import Ledger


class KnownRepository:
    """The commits of a repository and what they changed."""

    def __init__(self, ledger: "Ledger", repo: str) -> None:
        """Ask a ledger that is open for writing."""
        self._ledger, self._repo = ledger, repo

    @cached_property
    def commits(self) -> set[str]:
        """Every commit."""
        return self._ledger.known_commits(self._repo)

    def parents(self) -> Mapping[str, Sequence[str]]:
        """The parents of every commit."""
        return dict(self._ledger.ask("select sha, parents from commits where repo = getvariable('repo')", self._repo))

    def changing(self, paths: Collection[str]) -> Mapping[str, Collection[str]]:
        """By path the commits that change it."""
        found: dict[str, list[str]] = {path: [] for path in paths}
        for path, sha in self._ledger.ask(_CHANGES, self._repo) if paths else ():
            if path in found:
                found[path].append(sha)
        return found

    def lines_added(self, shas: Collection[str]) -> Mapping[str, int]:
        """How many lines each of these commits added."""
        return {sha: lines for sha, lines in self._ledger.ask(_LINES, self._repo) if sha in shas} if shas else {}

    def trailers(self, prefix: str) -> Sequence[tuple[str, str, str]]:
        """Commit, key in lower case and value of every trailer whose key begins so, in the order of time."""
        rows = self._ledger.ask(_MARKERS.format(prefix=literal(prefix.lower())), self._repo)
        parts = [(sha, marker.partition(":")) for sha, marker in rows]
        return [(sha, key.lower(), value.strip()) for sha, (key, colon, value) in parts if colon]

    def recorded(self, rules: Collection[str]) -> list[Evidence]:
        """The evidence that was taken from records of others under these rules."""
        sql = f"select {select_list(Evidence)} from evidence where repo = getvariable('repo')"
        return [found for found in from_rows(Evidence, self._ledger.ask(sql, self._repo)) if found.rule in rules]

    def automated(self) -> set[str]:
        """The commits of bots that no model drives."""
        return {sha for (sha,) in self._ledger.ask(_AUTOMATED, self._repo)}

    def measuring_as(self, changes: Sequence[FileChange]) -> Collection[str]:
        """The commits that change the same paths by as many lines as one of the commits whose changes these are."""
        if not changes:
            return set()
        with (
            self._ledger.completion(self._repo) as complete,
            frame_view(complete.con, "sought", to_frame(FileChange, changes), complete.folder),
        ):
            return {sha for (sha,) in complete.con.execute(_MEASURING_AS).fetchall()}


_CHANGES = "select path, sha from file_changes where repo = getvariable('repo')"

_LINES = """
select sha, sum(lines_added)::bigint from file_changes where repo = getvariable('repo') group by sha
having sum(lines_added) is not null
"""

_MARKERS = """
with named as (
    select sha, committed_at, list_filter(message_markers, lambda line: starts_with(lower(line), {prefix})) as lines
    from commits where repo = getvariable('repo') and len(message_markers) > 0
)
select sha, unnest(lines) from named where len(lines) > 0 order by committed_at, sha
"""

_AUTOMATED = "select distinct sha from evidence where repo = getvariable('repo') and level = 'automation'"

# Sums of hashes: a collision costs one patch id, lists of paths would cost memory.
_MEASURING_AS = """
with sums as (
    select sha, count(*) as files, sum(hash(path, lines_added::bigint, lines_deleted::bigint)::hugeint) as changed
    from sought group by sha
),
measured as (
    select sha, count(*) as files, sum(hash(path, lines_added::bigint, lines_deleted::bigint)::hugeint) as changed
    from file_changes where repo = getvariable('owner') group by sha
)
select distinct measured.sha from measured semi join sums using (files, changed)
"""
