"""The ledger: the one place where facts are written, by one process at a time, in short transactions."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from collector.records import (
    Claim,
    Commit,
    Evidence,
    FileChange,
    Identity,
    Landing,
    Repository,
    Run,
    Skipped,
    Tip,
)
from collector.store.candidates import candidates_for_patch_id
from collector.store.completion import Completion
from collector.store.connect import MEMORY_LIMIT, connect, spill_folder
from collector.store.failures import clear_errors
from collector.store.literals import literal, set_variable
from collector.store.load import frame_view, from_rows, insert_one, select_list, to_frame
from collector.store.lock import one_writer
from collector.store.migrate import Schema, prepare, read_schema
from collector.store.rules import InstrumentRow, RuleRow, ToolRow
from collector.store.transaction import transaction

BATCH = 5_000
"""Commits that `Ledger.commits` hands out at a time."""


class Ledger:
    """An open store, locked for this process until it is closed. Use it in a `with` block."""

    def __init__(self, directory: Path, con: duckdb.DuckDBPyConnection, memory_limit: str) -> None:
        """Made by `Ledger.open`, which has the lock."""
        self.directory = directory
        self.path = directory / "ledger.duckdb"
        self.connection = con
        self._memory_limit = memory_limit
        self._held = ExitStack()
        self._open = True
        self._inside = False
        self._spill = spill_folder(self.path)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        wait_seconds: float = 0,
        memory_limit: str = MEMORY_LIMIT,
        schema: Schema | None = None,
    ) -> "Ledger":
        """Lock and open the store in a directory, and create or migrate it first where that is needed.

        Raises StoreError if another process writes it, if a newer barograph wrote it, or if it can't be used.
        """
        path = directory / "ledger.duckdb"
        with ExitStack() as held, clear_errors(directory):
            # DuckDB makes and remakes its log and spill files when it likes: private from the start.
            held.callback(os.umask, os.umask(0o077))
            _make_private(directory)
            held.enter_context(one_writer(directory, wait_seconds))
            schema = schema or read_schema()
            for leftover in spill_folder(path).glob("*.parquet"):  # of a writer that was killed
                leftover.unlink()
            if not path.exists():
                _create(path, schema)
            ledger = cls(directory, _open_file(path, memory_limit), memory_limit)
            held.callback(ledger._let_go)
            with clear_errors(path):
                prepare(ledger.connection, schema, path)
            ledger._held = held.pop_all()
            return ledger

    def close(self) -> None:
        """Fold the log into the file and release the lock. What was committed is safe even if this fails."""
        if self._open:
            self._open = False
            with self._held, clear_errors(self.path):
                self.connection.execute("checkpoint")

    def __enter__(self) -> "Ledger":
        """The ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; after an error only let go, so that the error is the one that is told."""
        if error is None:
            self.close()
        else:
            self._held.close()

    # --- what is known ------------------------------------------------------------------------------------

    def known_commits(self, repo: str) -> set[str]:
        """The SHAs of every commit that the ledger has of a repository, on whatever branch."""
        return self._shas("select sha from commits where repo = getvariable('repo')", repo)

    def default_branch_shas(self, repo: str) -> set[str]:
        """The SHAs of the commits on the default branch, as of the last complete pass."""
        return self._shas("select sha from commits where repo = getvariable('repo') and on_default_branch", repo)

    def tips(self, repo: str) -> dict[str, str]:
        """Ref to SHA, as of the repository's last complete pass."""
        return dict(self.ask("select ref, sha from tips where repo = getvariable('repo')", repo))

    def repositories(self) -> list[Repository]:
        """Every repository whose pass was ever complete, by id."""
        sql = f"select {select_list(Repository)} from repositories order by repo"
        return from_rows(Repository, self.ask(sql))

    def default_tip(self, repo: str) -> str | None:
        """The commit at which the default branch stood at the last complete pass, if it had one."""
        sql = """
        select sha from tips join repositories using (repo)
        where repo = getvariable('repo') and ref = default_branch
        """
        rows = self.ask(sql, repo)
        return rows[0][0] if rows else None

    def was_shallow(self, repo: str) -> bool:
        """Whether the repository's history was cut off at its last complete pass."""
        return any(known.repo == repo and known.is_shallow for known in self.repositories())

    def people(self, repo: str) -> list[tuple[str, str]]:
        """Every raw name and e-mail in a repository's commits."""
        sql = """
        select author_name, author_email from commits where repo = getvariable('repo')
        union select committer_name, committer_email from commits where repo = getvariable('repo')
        """
        return [(name, email) for name, email in self.ask(sql, repo)]

    def paths(self, repo: str) -> list[str]:
        """Every path that a commit of the repository ever changed."""
        return [path for (path,) in self.ask(_PATHS, repo)]

    def merges(self, repo: str) -> list[tuple[str, str]]:
        """SHA and subject of the merges that the default branch is made of."""
        sql = """
        select sha, subject from commits
        where repo = getvariable('repo') and is_merge and on_default_branch
        """
        return [(sha, subject) for sha, subject in self.ask(sql, repo)]

    def landed_with(self, repo: str, merges: Collection[str]) -> dict[str, list[str]]:
        """By merge, the other commits that it brought to the default branch."""
        found: dict[str, list[str]] = {merge: [] for merge in merges}
        if found:
            for sha, by in self.ask(_LANDED.format(merges=", ".join(map(literal, found))), repo):
                found[by].append(sha)
        return found

    def claims(self, repo: str) -> list[Claim]:
        """Every claim about a repository's commits."""
        sql = f"select {select_list(Claim)} from claims where repo = getvariable('repo')"
        return from_rows(Claim, self.ask(sql, repo))

    def skipped(self, source: str) -> list[Skipped]:
        """What was skipped in reading a source, most first."""
        sql = f"""
        select {select_list(Skipped)} from skipped where source = getvariable('repo') order by count desc, reason
        """
        return from_rows(Skipped, self.ask(sql, source))

    def count_commits(self, repo: str) -> int:
        """How many commits of a repository there are, on whatever branch."""
        return int(self.ask("select count(*) from commits where repo = getvariable('repo')", repo)[0][0])

    def rules_digest(self) -> str | None:
        """The rule set of the last run that ended, or None before the first."""
        rows = self.ask("select rules_digest from runs order by finished_at desc, started_at desc limit 1")
        return rows[0][0] if rows else None

    def candidates_for_patch_id(self, repo: str) -> list[str]:
        """SHAs on the default branch that could be the same patch as another one there; merges never are."""
        with clear_errors(self.path):
            return candidates_for_patch_id(self.connection, repo)

    def commits(self, repo: str, batch: int = BATCH) -> Iterator[list[Commit]]:
        """Every commit of a repository, in lists of at most `batch`; the ledger may be written in between."""
        with clear_errors(self.path), self.connection.cursor() as reader:
            set_variable(reader, "repo", repo)
            result = reader.execute(f"select {select_list(Commit)} from commits where repo = getvariable('repo')")
            while rows := result.fetchmany(batch):
                yield from_rows(Commit, rows)

    # --- what is written ----------------------------------------------------------------------------------

    def add_history(
        self,
        commits: Sequence[Commit],
        changes: Sequence[FileChange],
        evidence: Sequence[Evidence],
        claims: Sequence[Claim] = (),
        *,
        skipped: Sequence[Skipped] = (),
    ) -> int:
        """Add commits with what belongs to them, and say how many were new.

        A commit that is already there is skipped, and with it its changes, evidence and claims. It is one
        transaction: a commit comes whole or not at all. What was `skipped` in reading them is added to what
        was skipped before.
        """
        once = list({(commit.repo, commit.sha): commit for commit in commits}.values())
        if not once:
            return 0
        with self._transaction() as con:
            with frame_view(con, "arriving", to_frame(Commit, once), self._spill):
                con.execute(_FRESH)
                added = _insert_fresh(con, "commits")
            for table, record, rows in (
                ("file_changes", FileChange, changes),
                ("evidence", Evidence, evidence),
                ("claims", Claim, claims),
            ):
                if added and rows:
                    with frame_view(con, "arriving", to_frame(record, list(dict.fromkeys(rows))), self._spill):
                        _insert_fresh(con, table)
            for kind in skipped:
                _add_skipped(con, kind)
        return added

    def finish(
        self,
        repository: Repository,
        *,
        tips: Iterable[Tip],
        identities: Iterable[Identity],
        landings: Iterable[Landing] | None = None,
        new_landings: Iterable[Landing] = (),
        patch_ids: Mapping[str, str | None] | None = None,
        noise: Mapping[str, str | None] | None = None,
        ignored_revisions: Collection[str] | None = None,
    ) -> None:
        """Make a repository's pass complete, in one transaction: until then its tips are the last pass's.

        `tips` and `identities` replace what was there.
        `landings`, if given, is the whole default branch, as after a rewrite of history: what is not in it
        leaves the branch. Without it `new_landings` are added. `patch_ids` by SHA and `noise` by path change
        what they name; `ignored_revisions`, if given, is the whole list (`completion.set_noise`: what wins).
        """
        with self.completion(repository.repo) as complete:
            complete.replace("repositories", Repository, [repository])
            complete.replace("tips", Tip, tips)
            complete.replace("identities", Identity, identities)
            complete.set_landings(landings, new_landings)
            complete.set_patch_ids(patch_ids or {})
            complete.set_noise(noise or {}, ignored_revisions)

    def forget_boundary(self, repo: str) -> None:
        """Forget the commits without parents of a repository that was shallow, and where its refs stood.

        What a shallow clone calls a root may have parents by now, and then it did not add its whole tree.
        """
        with self.completion(repo) as complete:
            complete.con.execute(_BOUNDARY)
            for table in ("file_changes", "evidence", "claims", "landings", "commits"):
                complete.con.execute(f"delete from {table} where {_AT_BOUNDARY}")
            complete.con.execute("delete from tips where repo = getvariable('owner')")

    def replace_evidence(self, repo: str, evidence: Iterable[Evidence]) -> None:
        """Put evidence in the place of all that a repository has, as after a change of the rule set.

        Evidence that was there before (same commit, rule and pointer) keeps the time it was first seen at.
        """
        with self.completion(repo) as complete:
            complete.stage("evidence", Evidence, evidence)
            complete.con.execute(_KEEP_FIRST_SEEN)
            complete.replace_staged("evidence")

    def add_evidence(self, evidence: Iterable[Evidence]) -> None:
        """Add evidence about commits that are there already; what is known of a commit, rule and pointer stays."""
        evidence = list(evidence)
        if not evidence:
            return
        with self.completion("") as complete:
            complete.stage("evidence", Evidence, evidence)
            complete.con.execute(_ADD_EVIDENCE)

    def replace_claims(
        self,
        repo: str,
        rule: str,
        claims: Iterable[Claim],
        evidence: Iterable[Evidence],
        skipped: Iterable[Skipped],
    ) -> None:
        """Make these all that one rule claims in a repository, with the evidence that follows from them.

        `skipped` replaces the rows of the repository whose reason begins as one of the rule's do (`git-ai: …`).
        """
        with self.completion(repo) as complete:
            set_variable(complete.con, "rule", rule)
            complete.stage("claims", Claim, claims)
            complete.con.execute(_CLEAR_CLAIMS)
            complete.con.execute("insert into claims by name select * from staged")
            complete.stage("evidence", Evidence, evidence)
            complete.con.execute(_KEEP_FIRST_SEEN)
            complete.con.execute(_CLEAR_EVIDENCE)
            complete.con.execute("insert into evidence by name select * from staged")
            complete.con.execute(_CLEAR_SKIPPED)
            for kind in skipped:
                insert_one(complete.con, "skipped", kind)

    def set_patch_ids(self, repo: str, patch_ids: Mapping[str, str | None]) -> None:
        """Set the patch ids of the commits named."""
        with self.completion(repo) as complete:
            complete.set_patch_ids(patch_ids)

    def replace_rules(
        self, tools: Iterable[ToolRow], rules: Iterable[RuleRow], instruments: Iterable[InstrumentRow]
    ) -> None:
        """Make these the rule set in force."""
        with self.completion("") as complete:
            complete.replace("tools", ToolRow, tools, key=None)
            complete.replace("rules", RuleRow, rules, key=None)
            complete.replace("instruments", InstrumentRow, instruments, key=None)

    def replace_skipped(self, source: str, skipped: Iterable[Skipped]) -> None:
        """Put what a source that is no repository skipped in the place of what it skipped before."""
        with self.completion(source) as complete:
            complete.replace("skipped", Skipped, skipped, key="source")

    def add_run(self, run: Run) -> None:
        """Record a run that has ended."""
        with self._transaction() as con:
            insert_one(con, "runs", run)

    @contextmanager
    def at_rest(self) -> Iterator[Path]:
        """The ledger's file, whole and written by no one inside the block, which can't use the ledger itself.

        Its connection is closed: to open the file for copying would take DuckDB's lock on it away.
        """
        with clear_errors(self.path):
            self.connection.execute("checkpoint")
            self.connection.close()
            try:
                yield self.path
            finally:
                self.connection = _open_file(self.path, self._memory_limit)

    # --- how ----------------------------------------------------------------------------------------------

    def _let_go(self) -> None:
        self.connection.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make everything written inside the block one transaction."""
        with self._transaction():
            self._inside = True
            try:
                yield
            finally:
                self._inside = False

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._inside:
            yield self.connection
            return
        with clear_errors(self.path), transaction(self.connection):
            yield self.connection

    @contextmanager
    def completion(self, owner: str) -> Iterator[Completion]:
        """One transaction on what belongs to an owner (a repository, a source, or nobody for all)."""
        with self._transaction() as con:
            yield Completion(con, owner, self._spill)

    def ask(self, sql: str, repo: str | None = "") -> list[tuple[Any, ...]]:
        """Every row of a query, which reads `repo` by `getvariable('repo')`."""
        with clear_errors(self.path):
            set_variable(self.connection, "repo", repo)
            return self.connection.execute(sql).fetchall()

    def _shas(self, sql: str, repo: str) -> set[str]:
        return {sha for (sha,) in self.ask(sql, repo)}


_BOUNDARY = """
create or replace temp table boundary as
select sha from commits where repo = getvariable('owner') and len(parents) = 0
"""

_AT_BOUNDARY = "repo = getvariable('owner') and sha in (select sha from boundary)"

_PATHS = "select distinct path from file_changes where repo = getvariable('repo')"

_LANDED = """
select sha, landed_by from landings
where repo = getvariable('repo') and sha <> landed_by and landed_by in ({merges})
"""

_ADD_EVIDENCE = """
insert into evidence by name
select * from staged anti join evidence using (repo, sha, rule, pointer)
"""

_CLEAR_CLAIMS = "delete from claims where repo = getvariable('owner') and rule = getvariable('rule')"

_CLEAR_EVIDENCE = "delete from evidence where repo = getvariable('owner') and rule = getvariable('rule')"

_CLEAR_SKIPPED = """
delete from skipped
where source = getvariable('owner') and starts_with(reason, split_part(getvariable('rule'), '/', 1) || ':')
"""

# The small side is the arriving one: the commits that are there are only looked through, never hashed.
_FRESH = """
create or replace temp table fresh as
with there as (select repo, sha from commits semi join arriving using (repo, sha))
select repo, sha from arriving anti join there using (repo, sha)
"""

_KEEP_FIRST_SEEN = """
update staged set first_seen_at = seen.first_seen_at
from (
    select sha, rule, pointer, min(first_seen_at) as first_seen_at
    from evidence where repo = getvariable('owner') group by sha, rule, pointer
) as seen
where staged.sha = seen.sha and staged.rule = seen.rule and staged.pointer = seen.pointer
"""


def _add_skipped(con: duckdb.DuckDBPyConnection, kind: Skipped) -> None:
    same = f"source = {literal(kind.source)} and reason = {literal(kind.reason)}"
    if con.execute(f"select 1 from skipped where {same}").fetchone():
        con.execute(f"update skipped set count = count + {kind.count} where {same}")
    else:
        insert_one(con, "skipped", kind)


def _insert_fresh(con: duckdb.DuckDBPyConnection, table: str) -> int:
    inserted = con.execute(
        f"insert into {table} by name select arriving.* from arriving semi join fresh using (repo, sha)"
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def _make_private(directory: Path) -> None:
    """Create the folder, or close it to others where it is ours: empty, or a store already."""
    ours = not directory.exists() or (directory / "ledger.duckdb").exists() or not any(directory.iterdir())
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if ours:
        directory.chmod(0o700)


def _create(path: Path, schema: Schema) -> None:
    """Make an empty ledger under another name first: killed half-way, it is simply made again."""
    new = path.with_name(f"{path.name}.new")
    for leftover in path.parent.glob(f"{new.name}*"):
        leftover.unlink()
    with clear_errors(path):
        with connect(new) as con:
            prepare(con, schema, path)
            con.execute("checkpoint")
        new.rename(path)


def _open_file(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    with clear_errors(path):
        con = connect(path, memory_limit=memory_limit)
        with suppress(PermissionError):  # another's file that we may write: its owner decides
            path.chmod(0o600)
        return con
