"""Goose: one database, `sessions.db`; before 1.10 a file of lines for each session, which the database took over.

Source: Goose's own schema (versions 1 to 5 and what later migrations add), its older files, and what other readers
report.

- The older files stay where they are and are passed over when the database has their sessions. A session has its
  file's name as its id, and records have ids made of what both have (role, second, calls, text as a keyed hash), so
  that what was read from a file first counts once, too.
- Compaction writes all rows of a session anew: row ids and message ids say nothing. What it adds is hidden from the
  user (`metadata_json.userVisible`): no prompt, no reply.
- Columns depend on the version: kind of session (5), model (6), mode, parent, cache and cost later.
- `total_tokens` is the context of the moment; `accumulated_*` is what was used. Its input has the cached input in it.
- Times are UTC without a zone, messages have Unix seconds (milliseconds in some).
- Nobody typed what stands in scheduled sessions, in sub-agents' and in hidden ones.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collector.records import LogRecord, SessionLog, TokenQuality, Usage
from collector.sources.logs import calls
from collector.sources.logs.goose_messages import TOOL, Conversation, Session
from collector.sources.logs.home import Home, LogFile, is_file, walk
from collector.sources.logs.log import Line, Log
from collector.sources.logs.sqlite import reading, rows, tables
from collector.sources.logs.times import moment
from collector.sources.logs.values import amount, count, parsed, table, text

_MARGIN = timedelta(minutes=10)
_AUTOMATIC = frozenset({"scheduled", "sub_agent", "hidden"})
_SESSION = (
    "id", "session_type", "schedule_id", "working_dir", "created_at", "updated_at", "parent_session_id", "goose_mode",
    "input_tokens", "output_tokens", "accumulated_input_tokens", "accumulated_output_tokens",
    "accumulated_cache_read_tokens", "accumulated_cache_write_tokens", "accumulated_cost", "model_config_json",
)  # fmt: skip
_MESSAGE = ("id", "role", "content_json", "created_timestamp", "metadata_json")


def find(home: Home) -> Iterator[LogFile]:
    """Yield the databases and the older files."""
    roots = [folder / "data" for folder in home.named("GOOSE_PATH_ROOT")]
    if not roots:
        names = ("goose", "Block/goose", "Block/goose/data")
        roots = [folder for name in names for folder in home.data(name)]
    for root in roots:
        database, older = root / "sessions" / "sessions.db", list(walk(root / "sessions", ".jsonl"))
        taken_over = _sessions_in(database) if older else set()
        for path in older:
            if path.stem not in taken_over:
                yield LogFile(TOOL, path)
        if is_file(database):
            yield LogFile(TOOL, database)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in the older file of one session, or of those sessions of a database that changed."""
    if log.path.suffix == ".jsonl":
        yield from _lines(log)
        return
    with log.database() as con:
        there = tables(con)
        if {"sessions", "messages"} <= there:
            yield from _changed(log, con)
        elif there:
            log.skip_once("database with tables of an unknown version", "")


def _sessions_in(database: Path) -> set[str]:
    """Return the sessions that a database has, none where it can't be read: reading it will tell of that."""
    try:
        with reading(database) as con:
            return {id for (id,) in con.execute("select id from sessions")}
    except (OSError, sqlite3.Error):
        return set()


# --- the database ------------------------------------------------------------------------------------------------


def _changed(log: Log, con: sqlite3.Connection) -> Iterator[LogRecord]:
    last, until = count(log.state.get("message")), text(log.state.get("updated")) or ""
    since = moment(until)
    after = f"{since - _MARGIN:%Y-%m-%d %H:%M:%S}" if since else ""
    new = {id for (id,) in con.execute("select distinct session_id from messages where id > ?", (last,))}
    for row in rows(con, "sessions", _SESSION):
        updated = text(row["updated_at"]) or ""
        if text(row["id"]) and (row["id"] in new or updated >= after):
            yield from _session(log, con, dict(row))
        until = max(until, updated)
    (newest,) = con.execute("select max(id) from messages").fetchone()
    log.state |= {"message": count(newest), "updated": until}


def _session(log: Log, con: sqlite3.Connection, row: dict[str, Any]) -> Iterator[LogRecord]:
    session = Session(
        id=row["id"],
        directory=text(row["working_dir"]),
        is_typed=row["session_type"] not in _AUTOMATIC and not text(row["schedule_id"]),
        model=text(_object(row["model_config_json"]).get("model_name")),
        mode=text(row["goose_mode"]),
    )
    started = moment(row["created_at"])
    yield SessionLog(
        tool=TOOL,
        session=session.id,
        parent_session=text(row["parent_session_id"]),
        started_at=started,
        directory=session.directory,
        mode=session.mode,
        log_path=str(log.path),
    )
    yield from _usage(session, row, started)
    waiting = calls.Calls(log)
    conversation = Conversation(log, session, waiting)
    found = rows(con, "messages", _MESSAGE, "where session_id = ? order by created_timestamp, id", (session.id,))
    for message in found:
        content = _list(message["content_json"])
        if content is None:
            log.skip_once("message that is no JSON list", f"{session.id} {message['created_timestamp']}")
            continue
        yield from conversation.take(
            {
                "role": message["role"],
                "created": message["created_timestamp"],
                "content": content,
                "metadata": _object(message["metadata_json"]),
            },
            Line(0, 0, {}),
            f"session {session.id}",
        )


def _usage(session: Session, about: Mapping[str, Any], at: datetime | None) -> Iterator[Usage]:
    """Yield what a session used in all, or at least: the last request, where only that is known."""
    quality: TokenQuality = "session_total"
    used, output = count(about.get("accumulated_input_tokens")), count(about.get("accumulated_output_tokens"))
    cached, written = (count(about.get(f"accumulated_cache_{name}_tokens")) for name in ("read", "write"))
    if not used and not output:
        quality, used, output = "lower_bound", count(about.get("input_tokens")), count(about.get("output_tokens"))
    if used or output:
        yield Usage(
            tool=TOOL,
            session=session.id,
            id="total",
            at=at,
            model=session.model,
            input=max(used - cached - written, 0),
            cache_read=cached,
            cache_write=written,
            output=output,
            quality=quality,
            cost_usd=amount(about.get("accumulated_cost")) or None,
        )


def _object(raw: Any) -> dict[str, Any]:
    return table(parsed(raw))


def _list(raw: Any) -> list[Any] | None:
    value = parsed(raw)
    return value if isinstance(value, list) else None


# --- the older files ---------------------------------------------------------------------------------------------


def _lines(log: Log) -> Iterator[LogRecord]:
    waiting = calls.Calls(log)
    log.state.setdefault("session", {})
    for line in log.lines():
        if "working_dir" in line.value or "message_count" in line.value:
            session = _of_file(log, line.value)
            log.state["session"] = {"directory": session.directory, "is_typed": session.is_typed}
            yield SessionLog(tool=TOOL, session=session.id, directory=session.directory, log_path=str(log.path))
            yield from _usage(session, line.value, None)
        elif "role" in line.value:
            known = table(log.state["session"])
            session = Session(
                id=log.path.stem, directory=text(known.get("directory")), is_typed=known.get("is_typed") is not False
            )
            if not known:
                yield SessionLog(tool=TOOL, session=session.id, log_path=str(log.path))
            yield from Conversation(log, session, waiting).take(line.value, line, f"line {line.number}")
        else:
            log.skip("line that is neither message nor metadata", line.number)
    waiting.end()


def _of_file(log: Log, about: dict[str, Any]) -> Session:
    return Session(
        id=log.path.stem, directory=text(about.get("working_dir")), is_typed=not text(about.get("schedule_id"))
    )
