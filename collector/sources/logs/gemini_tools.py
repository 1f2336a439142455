"""What Gemini CLI's tools changed, as it and its descendant Qwen Code write their results.

A result's display has the file before and after. Where a person changed the proposal before agreeing to it
(`diffStat.user_*`), the lines after it are partly theirs: the edit is `assisted`, and of a written file only the lines
that the model proposed (`ai_proposed_content`) are kept. For `replace` the proposal is not kept by the tool.
"""

import re
from dataclasses import replace
from typing import Any

from collector.records import Level, Outcome
from collector.sources.logs.calls import command, edited, first, written
from collector.sources.logs.changes import Change, replaced, split
from collector.sources.logs.values import count, items, table, text

_OUTCOMES: dict[str, Outcome] = {"success": "done", "error": "failed", "cancelled": "rejected"}
_LABEL = re.compile(r"^(?:Output|Stdout|Stderr): ", re.MULTILINE)
_EXIT = re.compile(r"^Exit Code: [1-9]", re.MULTILINE)
_SHELLS = ("run_shell_command",)
_WRITERS = {"write_file": written, "replace": edited, "edit": edited}


def outcome_of(status: Any, output: str = "") -> Outcome | None:
    """Return what became of a call, None while it is not known; a command says in its output that it failed."""
    known = _OUTCOMES.get(status) if isinstance(status, str) else None
    return "failed" if known == "done" and _EXIT.search(output) else known


def output_of(parts: Any) -> str:
    """Return what a command printed, from a result's `functionResponse` parts, without the labels before it."""
    responses = (table(table(part.get("functionResponse")).get("response")) for part in items(parts))
    return _LABEL.sub("", "\n".join(text(one.get("output")) or text(one.get("error")) or "" for one in responses))


def command_of(name: str, args: dict[str, Any]) -> str:
    """Return what a call runs in a shell, empty for other tools."""
    return command(args) if name in _SHELLS else ""


def changes_of(name: str, args: dict[str, Any], display: Any) -> list[Change]:
    """Return what a call changes: as its result shows it where that is whole, else as its arguments say."""
    writer = _WRITERS.get(name)
    if not writer:
        return []
    changes = writer(args)
    if changes and (whole := whole_of(display)):
        changes = [replace(changes[0], lines=replaced(*whole), operation="update" if whole[0] else "add")]
    proposal = first(args, ("ai_proposed_content",))
    if name == "write_file" and proposal is not None and changes:
        changes = [replace(changes[0], lines=_proposed(changes[0].lines, proposal))]
    return changes


def whole_of(display: Any) -> tuple[str, str] | None:
    """Return a file before and after a call, None where its result doesn't show both whole."""
    shown = table(display)
    before, after = shown.get("originalContent", 0), shown.get("newContent")
    if shown.get("truncatedForSession") or not isinstance(before, str | None) or not isinstance(after, str):
        return None
    return before or "", after


def level_of(args: dict[str, Any], display: Any) -> Level:
    """Return `assisted` where a person changed what the model proposed."""
    stat = table(table(display).get("diffStat"))
    by_user = args.get("modified_by_user") is True or count(stat.get("user_added_lines"))
    return "assisted" if by_user or count(stat.get("user_removed_lines")) else "agent"


def _proposed(lines: Any, proposal: str) -> list[str | None]:
    there = set(split(proposal))
    return [line if line in there else None for line in lines]
