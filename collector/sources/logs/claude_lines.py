"""The lines of Claude Code's transcripts: those that say something, as much of each as is used.

Most of a transcript is noise or the text of files, so a line is looked at for what it is before it is decoded, and
decoded into structs that pass over everything else. A line that does not fit them is read again leniently.
"""

from collections.abc import Container
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from collector.sources.logs.log import Log
from collector.sources.logs.times import moment
from collector.sources.logs.values import count, items, table, text

_NOISE = frozenset({b"syst", b"file", b"summ", b"queu", b"last", b"ai-t", b"cust", b"pr-l"})
"""How the types of records begin that say nothing of what is wanted."""
_OWN_PROGRESS = (b'progress","data":{"type":"bash_progress"', b'progress","data":{"type":"hook_progress"')
"""Progress that is surely not a sub-agent's."""
_LONG = 8192
"""Bytes of a line from which on it pays to look at a part of it alone."""
_NOTHING = msgspec.Raw(b"null")


class Block(msgspec.Struct, gc=False):
    """One block of a message's content."""

    type: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = _NOTHING
    tool_use_id: str = ""
    is_error: bool | None = None
    content: msgspec.Raw = _NOTHING
    text: msgspec.Raw = _NOTHING


Count = Annotated[int, msgspec.Meta(ge=0)]


class CacheCreation(msgspec.Struct, gc=False):
    """Cache writes by how long they are kept."""

    ephemeral_5m_input_tokens: Count | None = 0
    ephemeral_1h_input_tokens: Count | None = 0


class Tokens(msgspec.Struct, gc=False):
    """The tokens of a request, as the API counts them: cached input is not in `input_tokens`."""

    input_tokens: Count | None = 0
    output_tokens: Count | None = 0
    cache_creation_input_tokens: Count | None = 0
    cache_read_input_tokens: Count | None = 0
    cache_creation: CacheCreation | None = None


class Message(msgspec.Struct, gc=False):
    """What was said; one message of the model stands on as many lines as it has blocks."""

    id: str | None = None
    model: str | None = None
    content: str | list[Block] = ""
    usage: Tokens | None = None


class Origin(msgspec.Struct, gc=False):
    """Who a prompt comes from."""

    kind: str | None = None


class Attachment(msgspec.Struct, gc=False):
    """What was put beside a prompt; a prompt typed while the model was busy is one."""

    type: str | None = None
    commandMode: str | None = None  # noqa: N815 - the log's own names
    origin: Origin | None = None


class Fork(msgspec.Struct, gc=False):
    """Where a copied record comes from."""

    sessionId: str | None = None  # noqa: N815


class Record(msgspec.Struct, gc=False):
    """One line, or the line of a sub-agent that another line brings."""

    type: str = ""
    uuid: str | None = None
    parentUuid: str | None = None  # noqa: N815
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    sessionId: str | None = None  # noqa: N815
    agentId: str | None = None  # noqa: N815
    cwd: str | None = None
    version: str | None = None
    entrypoint: str | None = None
    requestId: str | None = None  # noqa: N815
    isSidechain: bool = False  # noqa: N815
    isMeta: bool = False  # noqa: N815
    isCompactSummary: bool = False  # noqa: N815
    isVisibleInTranscriptOnly: bool = False  # noqa: N815
    isApiErrorMessage: bool = False  # noqa: N815
    permissionMode: str | None = None  # noqa: N815
    mode: str | None = None
    promptSource: str | None = None  # noqa: N815
    origin: Origin | None = None
    toolDenialKind: str | None = None  # noqa: N815
    forkedFrom: Fork | str | None = None  # noqa: N815
    relocatedCwd: str | None = None  # noqa: N815
    costUSD: float | None = None  # noqa: N815
    message: Message | None = None
    toolUseResult: msgspec.Raw = _NOTHING  # noqa: N815
    original: bytes = msgspec.field(default=b"", name="-")
    """The JSON of `toolUseResult.originalFile`, where it was cut out of the line."""
    attachment: Attachment | None = None
    data: "Progress | None" = None


class Progress(msgspec.Struct, gc=False):
    """What a tool reports while it runs: of a sub-agent, a copy of each of its records."""

    type: str = ""
    agentId: str | None = None  # noqa: N815
    message: Record | None = None


_record = msgspec.json.Decoder(Record).decode


def is_noise(raw: bytes, awaited: Container[str]) -> bool:
    """Return whether a line surely says nothing, `awaited` being the calls whose results are wanted.

    Only unescaped quotes are looked for, so no text inside a line can pass for its structure.
    """
    begins = raw.find(b'"type":"') + 8
    kind = raw[begins : begins + 4]
    if kind == b"mess":  # the type of a message, which the model's records have before their own
        return False
    if kind in (b"user", b"tool"):
        noise = _is_unwanted_result(raw, awaited)
    elif kind == b"prog":
        noise = (
            raw.startswith(_OWN_PROGRESS, begins)
            or b'"agent_progress"' not in raw
            or (b'"type":"assistant"' not in raw and _is_unwanted_result(raw, awaited))
        )
    elif kind == b"atta":
        noise = b'"queued_command"' not in raw
    else:
        noise = kind in _NOISE
    # two on one line: what stands before the first type is no record that says anything
    return noise and (len(raw) > _LONG or raw.find(b'}{"', begins) < 0)


def _is_unwanted_result(raw: bytes, awaited: Container[str]) -> bool:
    """Return whether a line holds one result of a call that nothing waits for, and does not say that it was refused."""
    begins = raw.find(b'"tool_use_id":"') + 15
    if begins < 15 or (awaited and raw[begins : raw.find(b'"', begins)].decode("ascii", "replace") in awaited):
        return False
    # a long line says it at its beginning
    if b'"is_error":true' in raw if len(raw) < _LONG else raw.find(b"The user doesn", 0, _LONG) >= 0:
        return False
    return not awaited or raw.find(b'"tool_use_id":"', begins) < 0


def records(log: Log, raw: bytes, number: int) -> list[Record]:
    """Return the record on a line; none, and counted as skipped, where the line is no JSON object."""
    line, original = _cut(raw) if len(raw) > _LONG else (raw, b"")
    try:
        record = _record(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [leniently(value) for value in log.objects(raw, number)]
    if original:
        record.original = original
    return [record]


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """Return a line without the file that an edit's result holds as it was before, and that file's JSON string.

    Such files are most of a transcript, and finding their end by what follows is far quicker than decoding them.
    """
    begins = raw.find(b'"originalFile":"') + 15
    ends = raw.find(b'","structuredPatch":', begins) + 1
    if begins < 15 or ends < 1:
        return raw, b""
    return raw[:begins] + b"null" + raw[ends:], raw[begins:ends]


def leniently(value: dict[str, Any]) -> Record:
    """Return a record of which each field that is not of its type is as good as absent."""
    made = Record()
    for name in _TEXTS:
        setattr(made, name, text(value.get(name)))
    for name in _FLAGS:
        setattr(made, name, value.get(name) is True)
    made.type = text(value.get("type")) or ""
    made.timestamp = moment(value.get("timestamp"))
    made.origin = Origin(kind=text(table(value.get("origin")).get("kind")))
    made.forkedFrom = text(value.get("forkedFrom")) or text(table(value.get("forkedFrom")).get("sessionId"))
    if "message" in value:
        made.message = _message(table(value["message"]))
    made.toolUseResult = _raw(value.get("toolUseResult"))
    attached = table(value.get("attachment"))
    origin = Origin(kind=text(table(attached.get("origin")).get("kind"))) if "origin" in attached else None
    made.attachment = Attachment(text(attached.get("type")), text(attached.get("commandMode")), origin)
    data = table(value.get("data"))
    if isinstance(data.get("message"), dict):
        made.data = Progress(text(data.get("type")) or "", text(data.get("agentId")), leniently(data["message"]))
    return made


_TEXTS = (
    "uuid",
    "parentUuid",
    "sessionId",
    "agentId",
    "cwd",
    "version",
    "entrypoint",
    "requestId",
    "permissionMode",
    "mode",
    "promptSource",
    "toolDenialKind",
    "relocatedCwd",
)
_FLAGS = ("isSidechain", "isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isApiErrorMessage")


def _message(value: dict[str, Any]) -> Message:
    content = value.get("content")
    blocks: str | list[Block] = content if isinstance(content, str) else [_block(item) for item in items(content)]
    usage = value.get("usage")
    tokens = _tokens(usage) if isinstance(usage, dict) else None
    return Message(id=text(value.get("id")), model=text(value.get("model")), content=blocks, usage=tokens)


def _block(value: dict[str, Any]) -> Block:
    made = Block(is_error=value.get("is_error") is True)
    for name in ("type", "id", "name", "tool_use_id"):
        setattr(made, name, text(value.get(name)) or "")
    made.input, made.content, made.text = (_raw(value.get(name)) for name in ("input", "content", "text"))
    return made


def _tokens(value: dict[str, Any]) -> Tokens:
    nested = table(value.get("cache_creation"))
    made = Tokens(cache_creation=CacheCreation(**{name: count(nested.get(name)) for name in _NESTED}))
    for name in _FLAT:
        setattr(made, name, count(value.get(name)))
    return made


_NESTED = ("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_FLAT = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def _raw(value: Any) -> msgspec.Raw:
    try:
        return msgspec.Raw(msgspec.json.encode(value))
    except (msgspec.EncodeError, UnicodeEncodeError, ValueError, RecursionError, OverflowError):
        return _NOTHING


def at(record: Record) -> datetime | None:
    """Return when a record was written, in UTC."""
    when = record.timestamp
    return when if when is None or when.tzinfo is UTC else when.astimezone(UTC)
