"""Which of Claude Code's `user` lines a person typed, and which results say that a person refused.

The first of these that fits decides: results of tools, what the program marks as its own, what it says of where a
prompt comes from, and how the text begins.
"""

from typing import Literal

import msgspec

from collector.sources.logs.claude_lines import Attachment, Block, Record
from collector.sources.logs.values import items, text

_INTERRUPT = "[Request interrupted by user"
_INJECTED = (
    "<command-name>",
    "<command-message>",
    "<local-command-",
    "<bash-input>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<task-notification>",
    "<teammate-message",
    "<system-reminder>",
    "<ide_opened_file>",
    "<ide_selection>",
    "<user-memory-input>",
    "Implement the following plan:",
)
_FROM_A_PERSON = frozenset({"typed", "queued", "suggestion_accepted"})
_REFUSALS = ("User rejected tool use", "The user doesn't want to proceed", "The user doesn't want to take this action")


def what_is_said(record: Record, blocks: list[Block]) -> Literal["prompt", "interrupt"] | None:
    """Return what a `user` line without results is: a prompt, the trace of an interrupt, or neither."""
    if record.isMeta or record.isCompactSummary or record.isVisibleInTranscriptOnly or record.isSidechain:
        return None
    texts = _texts(record, blocks)
    if texts and texts[0].startswith(_INTERRUPT):
        return "interrupt"
    source, kind = record.promptSource, record.origin and record.origin.kind
    if source or kind:
        return "prompt" if kind in (None, "human") and source in (None, *_FROM_A_PERSON) else None
    if (record.entrypoint or "").startswith("sdk"):
        return None
    has_image = any(block.type == "image" for block in blocks)
    typed = any(one.strip() and not one.lstrip().startswith(_INJECTED) for one in texts)
    return "prompt" if typed or (has_image and not texts) else None


def is_queued_prompt(attachment: Attachment | None) -> bool:
    """Return whether something put beside a prompt is one that a person typed while the model was busy."""
    if attachment is None or attachment.type != "queued_command":
        return False
    if attachment.origin is not None:
        return attachment.origin.kind == "human"
    return attachment.commandMode in (None, "prompt")


def is_refusal(record: Record, block: Block) -> bool:
    """Return whether a result says that a person refused the call."""
    if not block.is_error:
        return False
    if record.toolDenialKind:
        return record.toolDenialKind == "user-rejected"
    said = told(block).removeprefix("Error: ").removeprefix("<tool_use_error>")
    return said.startswith(_REFUSALS)


def told(block: Block) -> str:
    """Return what the model was told of a result."""
    content = _value(block.content)
    return text(content) or "\n".join(item["text"] for item in items(content) if text(item.get("text")))


def _texts(record: Record, blocks: list[Block]) -> list[str]:
    if record.message is not None and isinstance(record.message.content, str):
        return [record.message.content]
    return [said for block in blocks if block.type == "text" and (said := text(_value(block.text)))]


def _value(raw: msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
