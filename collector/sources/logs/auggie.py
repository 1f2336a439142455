"""Auggie's sessions, read for their counts alone: `~/.augment/sessions/<session>.json`, whole files.

Source: other readers' notes on version 0.36; the vendor documents nothing. Certain enough to count: the session's id,
`created` and `modified`, and `chatHistory` with one exchange for each thing that was asked. Uncertain, and not read:
what tools did to files, models, tokens (`token_usage` of a response node), working directories. Version 1 keeps
sessions in another way that nobody has described. An exchange has no time of its own.
"""

from collections.abc import Iterator

from collector.records import Activity, ActivityKind, LogRecord, SessionLog
from collector.sources.logs.home import Home, LogFile, walk
from collector.sources.logs.log import Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import items, table, text


def find(home: Home) -> Iterator[LogFile]:
    """Yield the sessions of Auggie."""
    for path in walk(home.path / ".augment/sessions", ".json"):
        yield LogFile("augment", path)


def read(log: Log) -> Iterator[LogRecord]:
    """Yield the session and how often what happened in it."""
    document = log.document()
    session = text(document.get("sessionId"))
    if not session:
        log.skip("session without an id", "")
        return
    yield SessionLog(
        tool=log.tool,
        session=session,
        started_at=moment(document.get("created")),
        ended_at=moment(document.get("modified")),
        log_path=str(log.path),
    )
    for number, entry in enumerate(items(document.get("chatHistory"))):
        exchange = table(entry.get("exchange"))
        id = text(exchange.get("request_id")) or f"{session}/{number}"
        nodes = [table(node.get("tool_use")) for node in items(exchange.get("response_nodes"))]
        # an exchange that only carries tools' results back asks nothing
        happened: list[tuple[ActivityKind, str]] = [("prompt", id)] if text(exchange.get("request_message")) else []
        if text(exchange.get("response_text")) or any(nodes):
            happened.append(("reply", f"{id}/reply"))
        happened += [
            ("tool_call", f"{id}/{text(node.get('tool_use_id')) or place}") for place, node in enumerate(nodes) if node
        ]
        for kind, one in happened:
            yield Activity(tool=log.tool, session=session, id=one, at=None, kind=kind)
