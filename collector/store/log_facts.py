"""What logs say, in the ledger: known by the ids that the tools gave, so that reading something twice adds nothing."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from collector.records import (
    Activity,
    Claim,
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
from collector.store.load import from_rows, select_list

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
    """Make these all that was skipped in the logs of some tools."""
    by_tool: dict[str, list[Skipped]] = {tool: [] for tool in tools}
    for kind in skipped:
        by_tool[kind.source].append(kind)
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
    inside = _inside(roots)
    rows = ledger.ask(f"select {select_list(Edit)} from edits where outcome = 'done'")
    found = from_rows(Edit, rows)
    return [one for one in found if f"{one.directory}/".startswith(inside) or one.path.startswith(inside)]


def commit_calls(ledger: "Ledger", roots: Iterable[str]) -> list[CommitCall]:
    """Return the commits that sessions made in some folders."""
    inside = _inside(roots)
    found = from_rows(CommitCall, ledger.ask(f"select {select_list(CommitCall)} from commit_calls"))
    return [one for one in found if f"{one.directory}/".startswith(inside)]


def _inside(roots: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{root.rstrip('/')}/" for root in roots)


def replace_matches(
    ledger: "Ledger", repo: str, claims: Iterable[Claim], links: Iterable[Link], evidence: Iterable[Evidence]
) -> None:
    """Make these all that the logs' edits claim of a repository's commits, with what follows from it.

    They are told from what other records claim by their rules, which end as `SESSION_RULES` do.
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


SESSION_RULES = ("session-lines", "session-file", "session-commit")
"""What follows a tool's name in the rules of what its logs prove."""

_OF_LOGS = f"split_part(rule, '/', 2) in {SESSION_RULES}"

_KEEP_FIRST_SEEN = """
update staged set first_seen_at = seen.first_seen_at
from (
    select sha, rule, session, min(first_seen_at) as first_seen_at
    from evidence where repo = getvariable('owner') group by sha, rule, session
) as seen
where staged.sha = seen.sha and staged.rule = seen.rule and staged.session is not distinct from seen.session
"""
