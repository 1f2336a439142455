"""What logs say, in the ledger: known by the ids that the tools gave, so that reading something twice adds nothing."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from collector.records import (
    Activity,
    Claim,
    Commit,
    CommitCall,
    Edit,
    Evidence,
    Link,
    LogRecord,
    Place,
    Price,
    SessionLog,
    Skipped,
    Usage,
    Watermark,
)
from collector.store.literals import literal
from collector.store.load import from_rows, insert_one, select_list

if TYPE_CHECKING:
    from collector.store.completion import Completion
    from collector.store.writer import Ledger

_TABLES: Mapping[type[Any], str] = {
    SessionLog: "session_logs",
    Activity: "activities",
    Usage: "usages",
    Edit: "edits",
    CommitCall: "commit_calls",
}
_KEY_BYTES = 32


def line_key(directory: Path) -> bytes:
    """Return the key of a store's line hashes, made at random when it is first asked for.

    It lies beside the ledger and in no database, so that neither a snapshot nor an export can hold it.
    """
    path = directory / "line-key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) == _KEY_BYTES:
        return key
    unfinished = path.with_name("line-key.unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(secrets.token_bytes(_KEY_BYTES))
    unfinished.replace(path)
    return path.read_bytes()


def watermarks(ledger: "Ledger") -> dict[str, Watermark]:
    """Return by path how far each log was read."""
    rows = ledger.ask(f"select {select_list(Watermark)} from watermarks")
    return {mark.path: mark for mark in from_rows(Watermark, rows)}


def add(ledger: "Ledger", records: Iterable[LogRecord], marks: Sequence[Watermark]) -> None:
    """Take in what was read of some logs, and how far they are read now, in one transaction.

    A record that is there already gives way to the newer reading; of a request's tokens the most that was ever
    read counts, and of a session what the newer reading leaves open stays.
    """
    by_kind: dict[type[Any], list[Any]] = {kind: [] for kind in _TABLES}
    for record in records:
        by_kind[type(record)].append(record)
    with ledger.completion("") as complete:
        for kind, rows in by_kind.items():
            if rows:
                _add(complete, _TABLES[kind], kind, rows)
        if marks:
            complete.stage("watermarks", Watermark, marks)
            complete.con.execute("delete from watermarks using staged where watermarks.path = staged.path")
            complete.con.execute("insert into watermarks by name from staged")


def _add(complete: "Completion", table: str, kind: type[Any], rows: Sequence[Any]) -> None:
    last = {(row.tool, row.session, row.log_path if kind is SessionLog else row.id): row for row in _merged(kind, rows)}
    complete.stage(table, kind, last.values())
    if kind in _KEEPING:
        complete.con.execute(_KEEPING[kind])
    same = "log_path" if kind is SessionLog else "id"
    complete.con.execute(
        f"delete from {table} using staged where {table}.tool = staged.tool"
        f" and {table}.session = staged.session and {table}.{same} = staged.{same}"
    )
    complete.con.execute(f"insert into {table} by name from staged")


def _merged(kind: type[Any], rows: Sequence[Any]) -> Sequence[Any]:
    """Return rows in which a later reading of the same thing already holds what an earlier one knew."""
    if kind is SessionLog:
        return _merged_sessions(rows)
    if kind is Usage:
        return _merged_usages(rows)
    return rows


def _merged_sessions(rows: Sequence[SessionLog]) -> list[SessionLog]:
    known: dict[tuple[str, str, str], SessionLog] = {}
    for row in rows:
        key = (row.tool, row.session, row.log_path)
        before = known.get(key)
        known[key] = row if before is None else _later(before, row)
    return list(known.values())


def _merged_usages(rows: Sequence[Usage]) -> list[Usage]:
    known: dict[tuple[str, str, str], Usage] = {}
    for row in rows:
        key = (row.tool, row.session, row.id)
        before = known.get(key)
        known[key] = row if before is None else _most(before, row)
    return list(known.values())


def _later(before: SessionLog, row: SessionLog) -> SessionLog:
    kept = {name: getattr(before, name) for name in _OF_SESSION if getattr(row, name) is None}
    return replace(row, **kept)


def _most(before: Usage, row: Usage) -> Usage:
    return replace(row, **{name: max(getattr(before, name), getattr(row, name)) for name in _COUNTS})


_COUNTS = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
_OF_SESSION = ("parent_session", "forked_from", "started_at", "ended_at", "directory", "remote", "head", "mode",
               "log_version")  # fmt: skip

_KEEPING: Mapping[type[Any], str] = {
    SessionLog: f"""
    update staged set {", ".join(f"{name} = coalesce(staged.{name}, known.{name})" for name in _OF_SESSION)}
    from session_logs as known
    where known.tool = staged.tool and known.session = staged.session and known.log_path = staged.log_path
    """,
    Usage: f"""
    update staged set {", ".join(f"{name} = greatest(staged.{name}, known.{name})" for name in _COUNTS)}
    from usages as known
    where known.tool = staged.tool and known.session = staged.session and known.id = staged.id
    """,
}


def replace_prices(ledger: "Ledger", prices: Iterable[Price]) -> None:
    """Make these the prices in force."""
    with ledger.completion("") as complete:
        complete.replace("prices", Price, prices, key=None)


def replace_skipped(ledger: "Ledger", skipped: Iterable[Skipped], tools: Iterable[str]) -> None:
    """Make these all that was skipped in the logs of some tools, and of those that none is found of any more."""
    by_tool: dict[str, list[Skipped]] = {tool: [] for tool in tools}
    for kind in skipped:
        by_tool.setdefault(kind.source, []).append(kind)
    for tool, kinds in by_tool.items():
        ledger.replace_skipped(tool, kinds)


def places(ledger: "Ledger") -> list[Place]:
    """Return which repository each folder belongs to, as far as that is known."""
    return from_rows(Place, ledger.ask(f"select {select_list(Place)} from places"))


def replace_places(ledger: "Ledger", known: Iterable[Place]) -> None:
    """Make these all that is known of where folders belong."""
    with ledger.completion("") as complete:
        complete.replace("places", Place, known, key=None)


def session_logs(ledger: "Ledger") -> list[SessionLog]:
    """Return what the logs say of every session."""
    return from_rows(SessionLog, ledger.ask(f"select {select_list(SessionLog)} from session_logs"))


def directories(ledger: "Ledger") -> set[str]:
    """Return every folder in which a session worked."""
    rows = ledger.ask("""
    select directory from session_logs union select directory from edits union select directory from commit_calls
    """)
    return {cast(str, directory) for (directory,) in rows if directory}


def paths_in(ledger: "Ledger", directory: str | None) -> list[str]:
    """Return the paths that sessions edited while they were in a folder."""
    rows = ledger.ask(
        "select distinct path from edits where directory is not distinct from getvariable('repo')", directory
    )
    return [path for (path,) in rows]


def edits(ledger: "Ledger", roots: Iterable[str]) -> list[Edit]:
    """Return the successful edits that were made in some folders, or to paths below them."""
    inside = " or ".join([_inside("directory", roots), _inside("path", roots)])
    return from_rows(Edit, ledger.ask(_owned("edits", select_list(Edit), f"outcome = 'done' and ({inside})")))


def commit_calls(ledger: "Ledger", roots: Iterable[str]) -> list[CommitCall]:
    """Return the commits that sessions made in some folders."""
    sql = _owned("commit_calls", select_list(CommitCall), _inside("directory", roots))
    return from_rows(CommitCall, ledger.ask(sql))


def _owned(table: str, columns: str, condition: str) -> str:
    """Return a query for a table's rows, where what a fork copied is its original's (as in `owned_edits.sql`)."""
    return f"""
    with spans as (
        select tool, session, max("at") as last_at from (
            select tool, session, "at" from activities
            union all select tool, session, "at" from usages
            union all select tool, session, "at" from edits
            union all select tool, session, "at" from commit_calls
        ) group by all
    ),
    forks as (
        select tool, session, bool_or(forked_from is not null) as is_fork from session_logs group by all
    ),
    owned as (
        select {table}.* from {table}
        left join spans using (tool, session)
        left join forks using (tool, session)
        where {condition}
        qualify row_number() over (
            partition by {table}.tool, {table}.id, {table}."at"
            order by coalesce(is_fork, false), last_at, {table}.session
        ) = 1
    )
    select {columns} from owned
    """


def _inside(column: str, roots: Iterable[str]) -> str:
    tests = [f"starts_with({column}, {literal(root + '/')}) or {column} = {literal(root)}" for root in roots]
    return " or ".join(tests) or "false"


def repositories_by_commit(ledger: "Ledger") -> list[tuple[str, str]]:
    """Return folder and repository wherever a commit was made in a folder that only that repository has."""
    return [(directory, repo) for directory, repo in ledger.ask(_BY_COMMIT)]


def commits_since(ledger: "Ledger", repo: str, since: datetime) -> list[Commit]:
    """Return a repository's commits from a time on, merges too, by the committer's clock."""
    sql = f"""
    select {select_list(Commit)} from commits
    where repo = getvariable('repo') and committed_at >= {literal(since)}
    """
    return from_rows(Commit, ledger.ask(sql, repo))


def changed_since(ledger: "Ledger", repo: str, since: datetime) -> list[tuple[str, str, str | None]]:
    """Return SHA, path and old path of what commits changed from a time on, where lines were added or moved."""
    sql = f"""
    select sha, path, old_path from file_changes semi join (
        select sha from commits
        where repo = getvariable('repo') and committed_at >= {literal(since)} and not is_merge
    ) using (sha)
    where repo = getvariable('repo') and (lines_added > 0 or old_path is not null)
    """
    return [(sha, path, old) for sha, path, old in ledger.ask(sql, repo)]


def repositories_of(ledger: "Ledger", sessions: Collection[tuple[str, str]]) -> set[str]:
    """Return the repositories in which some sessions worked, by tool and id."""
    sql = """
    with worked as (
        select tool, session, directory from session_logs
        union select tool, session, directory from edits
        union select tool, session, directory from commit_calls
    )
    select distinct tool, session, repo from worked join places using (directory)
    """
    return {repo for tool, session, repo in ledger.ask(sql) if (tool, session) in sessions}


def lines_added(ledger: "Ledger", repo: str, since: datetime) -> dict[str, int]:
    """Return by commit, from a time on, how many lines it added in all."""
    sql = f"""
    select sha, sum(lines_added)::bigint from file_changes semi join (
        select sha from commits where repo = getvariable('repo') and committed_at >= {literal(since)}
    ) using (sha)
    where repo = getvariable('repo') and lines_added is not null
    group by sha
    """
    return dict(ledger.ask(sql, repo))


def links(ledger: "Ledger", repo: str) -> list[Link]:
    """Return which sessions had a hand in a repository's commits."""
    sql = f"select {select_list(Link)} from links where repo = getvariable('repo')"
    return from_rows(Link, ledger.ask(sql, repo))


def claims(ledger: "Ledger", repo: str) -> list[Claim]:
    """Return what the logs' edits are found to claim of a repository's commits."""
    sql = f"select {select_list(Claim)} from claims where repo = getvariable('repo') and {_OF_LOGS}"
    return from_rows(Claim, ledger.ask(sql, repo))


def has_links(ledger: "Ledger", repo: str) -> bool:
    """Return whether any session is linked to a commit of a repository."""
    return bool(ledger.ask("select 1 from links where repo = getvariable('repo') limit 1", repo))


def replace_matches(
    ledger: "Ledger",
    repo: str,
    claims: Iterable[Claim],
    links: Iterable[Link],
    evidence: Iterable[Evidence],
    *,
    skipped: Iterable[Skipped] = (),
) -> None:
    """Make these all that the logs' edits claim of a repository's commits, with what follows from it.

    They are told from what other records claim by their rules, which end as `SESSION_RULES` do. `skipped` is what
    could not be compared; it replaces what could not be before.
    """
    with ledger.completion(repo) as complete:
        con = complete.con
        complete.replace("links", Link, links)
        complete.stage("claims", Claim, claims)
        con.execute(f"delete from claims where repo = getvariable('owner') and {_OF_LOGS}")
        con.execute("insert into claims by name from staged")
        complete.stage("evidence", Evidence, evidence)
        con.execute(_KEEP_FIRST_SEEN)
        con.execute(f"delete from evidence where repo = getvariable('owner') and {_OF_LOGS}")
        con.execute("insert into evidence by name from staged")
        con.execute(f"delete from skipped where source = getvariable('owner') and starts_with(reason, '{_SESSIONS}')")
        for kind in _counted(skipped):
            insert_one(con, "skipped", kind)


def _counted(skipped: Iterable[Skipped]) -> list[Skipped]:
    """Return one row for each reason, which says that it is about comparing with sessions."""
    kinds: dict[str, Skipped] = {}
    for one in skipped:
        known = kinds.get(one.reason)
        kinds[one.reason] = replace(one, count=one.count + known.count, example=known.example) if known else one
    return [replace(kind, reason=f"{_SESSIONS}{kind.reason}") for kind in kinds.values()]


_SESSIONS = "sessions: "
"""How the reasons begin for which lines were not compared with those of sessions."""

SESSION_RULES = ("session-lines", "session-file", "session-commit")
"""What follows a tool's name in the rules of what its logs prove."""


def is_of_log(rule: str) -> bool:
    """Return whether a rule is one of those that logs prove."""
    return rule.partition("/")[2] in SESSION_RULES


_OF_LOGS = f"split_part(rule, '/', 2) in {SESSION_RULES}"

_BY_COMMIT = """
with named as (
    select distinct directory, sha from commit_calls where directory is not null and length(sha) >= 7
),
owned as (
    select named.directory, commits.repo
    from named join commits
        on left(commits.sha, 7) = left(named.sha, 7) and starts_with(commits.sha, named.sha)
)
select directory, any_value(repo) from owned group by directory having count(distinct repo) = 1 order by all
"""

_KEEP_FIRST_SEEN = """
update staged set first_seen_at = seen.first_seen_at
from (
    select sha, rule, session, min(first_seen_at) as first_seen_at
    from evidence where repo = getvariable('owner') group by sha, rule, session
) as seen
where staged.sha = seen.sha and staged.rule = seen.rule and staged.session is not distinct from seen.session
"""
