"""OpenCode: one database, `opencode.db` (channel builds: `opencode-<channel>.db`), before 1.2 a file for each thing.

Source: OpenCode's own schema and tools (1.x `session`, `message`, `part`; 2.x `session_v2`, `session_message`), and
what other readers report of 2.x.

- The three generations hold the same messages under the same ids: the files of before 1.2 stay on disk when the
  database takes them over, and 2.x takes over the tables of 1.x and leaves them. So ids are made of message and call,
  and whatever is read last counts. 1.x goes on writing to its tables after 2.x has taken over: all are read.
- In the older files the message is written anew when it ends, later than its parts: it is the log, its parts and its
  session are looked up.
- Rows change: a message is written again at its end, a call when it is done. What changed since the last reading is
  read by `time_updated`, from a little earlier on.
- Tokens are disjoint, and reasoning stands beside the output. Steps repeat the tokens of their message. A cost of 0
  stands also where OpenCode knows no price: then there is none.
- A forked session (1.x) begins with copies under new ids; ids are made of times, which leads to the original.
- A session with `revert` was taken back from a message on.
- Text parts that are `synthetic` or `ignored` were not typed, nor is anything in a sub-agent's session.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from collector.records import LogRecord
from collector.sources.logs import calls
from collector.sources.logs.home import Home, LogFile, is_file, walk
from collector.sources.logs.log import Log
from collector.sources.logs.opencode_messages import TOOL, Message, Session, agent_of, records, session_log
from collector.sources.logs.sqlite import rows, tables
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, parsed, table, text

_MARGIN = 10 * 60_000
"""Milliseconds before the newest change seen from which on rows are read again."""
_SESSION = (
    "id",
    "parent_id",
    "fork_session_id",
    "directory",
    "version",
    "agent",
    "revert",
    "time_created",
    "time_updated",
)
_LARGEST = 64 << 20
_WRAP = 1 << 48
"""Ids hold the time in milliseconds times 4096, as far as it fits into 48 bits."""


class _Generation(NamedTuple):
    sessions: str
    messages: str
    parts: str | None


_GENERATIONS = (
    _Generation("session", "message", "part"),
    _Generation("session_v2", "session_message", None),
)


def find(home: Home) -> Iterator[LogFile]:
    """Yield the databases, and of the older files one for each message and for each session."""
    for folder in home.data("opencode"):
        for kind in ("session", "message"):  # <project>/<session>.json and <session>/<message>.json
            for path in walk(folder / "storage" / kind, ".json"):
                if path.parents[1] == folder / "storage" / kind:
                    yield LogFile(TOOL, path)
        for path in sorted(folder.glob("opencode*.db")) if folder.is_dir() else ():
            if is_file(path) and (path.stem == "opencode" or path.stem.startswith("opencode-")):
                yield LogFile(TOOL, path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield what is new in a database, or all that a message's or a session's file says."""
    if log.path.suffix == ".json":
        yield from _file(log)
        return
    with log.database() as con:
        there = tables(con)
        known = [one for one in _GENERATIONS if {one.messages, one.parts or one.messages} <= there]
        if there and not known:
            log.skip_once("database with tables of an unknown version", "")
        for generation in known:
            yield from _changed(log, con, generation)


# --- databases ---------------------------------------------------------------------------------------------------


def _changed(log: Log, con: sqlite3.Connection, generation: _Generation) -> Iterator[LogRecord]:
    """Yield what changed in the tables of one generation since they were read last."""
    newest = count(log.state.get(generation.messages))
    since = newest - _MARGIN if newest else 0
    sessions, touched = _sessions(con, generation, since)
    agents: dict[str, tuple[int, str]] = {}
    taken_back = table(log.state.get("reverted"))
    again = [
        (one, first)
        for one in touched
        if (first := min(filter(None, (sessions[one].reverted, text(taken_back.get(one)))), default=None))
    ]
    wanted: list[tuple[str, tuple[object, ...]]] = [("where time_updated >= ?", (since,))]
    wanted += [("where session_id = ? and id >= ?", pair) for pair in again]
    for rest, values in wanted:
        columns = ("id", "session_id", "type", "time_updated", "data")
        for row in rows(con, generation.messages, columns, rest, values):
            newest = max(newest, count(row["time_updated"]))
            message = _row(log, con, generation, row)
            if message:
                session = sessions.setdefault(row["session_id"], Session(id=row["session_id"]))
                touched[session.id] = None
                if agent := agent_of(message.data):
                    latest = (count(table(message.data.get("time")).get("created")), agent)
                    agents[session.id] = max(latest, agents.get(session.id, latest))
                yield from records(log, session, message)
    for one in touched:
        session, (_, agent) = sessions[one], agents.get(one, (0, None))
        yield session_log(log, replace(session, agent=session.agent or agent))
    log.state[generation.messages] = newest
    reverted = {one: session.reverted for one, session in sessions.items() if session.reverted}
    log.state["reverted"] = {**taken_back, **reverted}


def _sessions(
    con: sqlite3.Connection, generation: _Generation, since: int
) -> tuple[dict[str, Session], dict[str, None]]:
    """Return all sessions, and the ids of those that changed."""
    found: dict[str, Session] = {}
    touched: dict[str, None] = {}
    for row in rows(con, generation.sessions, _SESSION) if generation.sessions in tables(con) else ():
        if not (id := text(row["id"])):
            continue
        found[id] = Session(
            id=id,
            parent=text(row["parent_id"]),
            fork=text(row["fork_session_id"]),
            directory=text(row["directory"]),
            version=text(row["version"]),
            agent=text(row["agent"]),
            started=moment(row["time_created"]),
            reverted=text(_object(row["revert"]).get("messageID")),
        )
        if count(row["time_updated"]) >= since:
            touched[id] = None
    return found, touched


def _row(log: Log, con: sqlite3.Connection, generation: _Generation, row: sqlite3.Row) -> Message | None:
    """Return the message of a row, None for what is no message of a person or a model."""
    id, data = text(row["id"]), _object(row["data"])
    if not id or not text(row["session_id"]) or not data:
        log.skip_once("message that is no JSON object", f"{generation.messages} {id}")
        return None
    if generation.parts is None:
        return _of_second(id, row["type"], data)
    parts = []
    for part in con.execute(f"select id, data from {generation.parts} where message_id = ? order by id", (id,)):
        parts.append({"id": part["id"], **_object(part["data"])})
        if len(parts[-1]) == 1:
            log.skip_once("part that is no JSON object", f"{generation.parts} {part['id']}")
    return Message(id=id, key=_original(con, id, data) or id, data=data, parts=parts)


def _original(con: sqlite3.Connection, id: str, data: dict[str, Any]) -> str | None:
    """Return the id of the message of which a fork's message is a copy, None if it is none or that is gone."""
    created = count(table(data.get("time")).get("created"))
    made = _made(id)
    if not created or made is None or abs(made - created * 4096 % _WRAP) < 60_000 * 4096:
        return None
    first, last = (f"msg_{(created + add) * 4096 % _WRAP:012x}" for add in (-2, 1000))
    for row in con.execute("select id, data from message where id between ? and ? order by id", (first, last)):
        other = _object(row["data"])
        if other.get("role") == data.get("role") and table(other.get("time")).get("created") == created:
            return text(row["id"])
    return None


def _made(id: str) -> int | None:
    """Return the time in an id, None in one of another form."""
    head, _, rest = id.partition("_")
    try:
        return int(rest[:12], 16) if head == "msg" and len(rest) > 20 else None
    except ValueError:
        return None


def _of_second(id: str, kind: Any, data: dict[str, Any]) -> Message | None:
    """Return a message of 2.x in the words of 1.x."""
    if kind == "user":
        parts = [{"type": "text", "text": data.get("text")}]
        return Message(id=id, key=id, data={**data, "role": "user"}, parts=parts)
    if kind != "assistant":  # synthetic, system, shell, compaction, idle, switches
        return None
    parts = []
    for part in items(data.get("content")):
        state = table(part.get("state"))
        shown = table(state.get("metadata")) or table(state.get("structured")) or table(state.get("result"))
        output = calls.printed(state.get("content")) or calls.printed(state.get("output")) or shown.get("output")
        time = table(part.get("time"))
        state = {**state, "metadata": shown, "output": output, "time": {"start": time.get("created")}}
        parts.append({**part, "callID": part.get("id"), "tool": part.get("name"), "state": state})
    model = table(data.get("model"))
    return Message(id=id, key=id, data={**data, "role": "assistant", "modelID": model.get("id")}, parts=parts)


def _object(raw: Any) -> dict[str, Any]:
    """Return the JSON object in a column, an empty one for anything else."""
    return table(parsed(raw))


# --- files, before 1.2 -------------------------------------------------------------------------------------------


def _file(log: Log) -> Iterator[LogRecord]:
    data = log.document()
    id = text(data.get("id"))
    if not id:
        if data:
            log.skip("file without an id", "")
        return
    storage = log.path.parents[2]
    if log.path.parents[1].name == "session":
        yield session_log(log, _of_file(id, data))
        return
    session_id = text(data.get("sessionID")) or log.path.parent.name
    path = next(storage.glob(f"session/*/{session_id}.json"), None)
    session = _of_file(session_id, _load(path)) if path else Session(id=session_id)
    if path is None:
        yield session_log(log, session)
    parts = [_load(part) for part in walk(storage / "part" / id, ".json")]
    yield from records(log, session, Message(id=id, key=id, data=data, parts=parts))


def _load(path: Path) -> dict[str, Any]:
    """Return the object in a file beside the log, an empty one where there is none."""
    try:
        return _object(path.read_bytes()) if path.stat().st_size < _LARGEST else {}
    except OSError:
        return {}


def _of_file(id: str, data: dict[str, Any]) -> Session:
    return Session(
        id=id,
        parent=text(data.get("parentID")),
        directory=text(data.get("directory")),
        version=text(data.get("version")),
        started=moment(table(data.get("time")).get("created")),
        reverted=text(table(data.get("revert")).get("messageID")),
    )
