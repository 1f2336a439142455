"""What Copilot CLI's tools changed and what became of it, in the shapes of all its versions."""

import re
from collections.abc import Mapping
from typing import Any

from collector.records import Outcome
from collector.sources.logs.calls import arguments, created, edited, patched, printed
from collector.sources.logs.changes import Change
from collector.sources.logs.patches import apply_patch
from collector.sources.logs.values import table, text

_EXIT = re.compile(r"<exited with exit code [1-9]\d*>")
_REFUSALS = ("rejected", "denied")


def changes_of(name: str, raw: Any) -> list[Change]:
    """Return what a tool with these arguments changes."""
    if isinstance(raw, str) and "*** Begin Patch" in raw and not raw.lstrip().startswith("{"):
        return apply_patch(raw)
    args = arguments(raw)
    if name == "str_replace_editor":
        name = text(args.get("command")) or name
    return writer(args) if (writer := _WRITERS.get(name)) else []


def _inserted(args: Mapping[str, Any]) -> list[Change]:
    return edited({"path": args.get("path"), "new_str": args.get("new_str", args.get("insert_text"))})


def _written(args: Mapping[str, Any]) -> list[Change]:
    return patched(args) or created(args)


_WRITERS = {
    "create": created,
    "edit": edited,
    "str_replace": edited,
    "insert": _inserted,
    "apply_patch": patched,
    "Write": _written,
}


def outcome_of(result: Any, success: Any, error: Any) -> Outcome:
    """Return what became of a call."""
    kind = table(result).get("result_type") or table(result).get("type")
    if kind in _REFUSALS or table(error).get("code") in _REFUSALS:
        return "rejected"
    failed = success is False or kind in ("failure", "error") or bool(table(error))
    return "failed" if failed or _EXIT.search(output_of(result)) else "done"


def output_of(result: Any) -> str:
    """Return the text of a result."""
    told = table(result)
    return printed(next((told[name] for name in ("content", "text_result_for_llm", "log") if told.get(name)), result))
