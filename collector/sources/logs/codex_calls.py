"""What Codex's tool calls ask for, and what their results say: every form from 2025 on."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from collector.sources.logs import patches, shell
from collector.sources.logs.changes import Change, split
from collector.sources.logs.values import items, table, text

_SHELLS = {"shell", "shell_command", "exec_command", "local_shell", "unified_exec", "bash", "exec"}
_EXIT = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d+)", re.MULTILINE)
_RUNNING = re.compile(r"^Process running with session ID (\w+)", re.MULTILINE)
_REJECTED = re.compile(r"rejected by user(?! approval)|declined by (?:the )?user", re.IGNORECASE)
_PATCH_FAILED = re.compile(
    r"(?im)^(?:apply_patch verification failed|patch rejected|invalid patch|failed to (?:apply|find|read|parse)|aborted"
    r"|error: patch failed|error: corrupt patch|hunk #\d+ failed)"
)
_IN_SCRIPT = re.compile(r"\btools\.(exec_command|shell_command|shell)\(\s*")
_COMMAND = re.compile(r"\{\s*(?:cmd|command)\s*:\s*(?=[\"\[])")
_DECODER = json.JSONDecoder()
_HEAD = 600
"""Letters of an output in which Codex's own words stand, before what the command printed."""


class Part(NamedTuple):
    """One thing that a call does: a patch, or a command in a shell."""

    changes: list[Change]
    command: str
    """The command, empty for a patch."""
    directory: str | None
    """Where it runs, None where that is where the session is."""


class Result(NamedTuple):
    """What came of a call."""

    output: str
    exit_code: int | None = None
    success: bool | None = None
    process: str | None = None
    """The id of the process where the command goes on running."""

    @property
    def is_rejected(self) -> bool:
        """Whether a person refused the call."""
        return bool(_REJECTED.search(self.output[:_HEAD])) and self.exit_code is None and self.success is not True

    @property
    def is_failed(self) -> bool:
        """Whether the call as such went wrong."""
        return self.success is False or self.exit_code not in (None, 0)

    @property
    def says_patch_failed(self) -> bool:
        """Whether a patch did not apply."""
        return bool(_PATCH_FAILED.search(self.output[: 4 * _HEAD]))


def parts(payload: dict[str, Any]) -> list[Part]:
    """Return what a call does, nothing for tools that change no files; ValueError where the arguments are no JSON."""
    kind = payload.get("type")
    if kind == "local_shell_call":
        action = table(payload.get("action"))
        return _shell(action.get("command"), action.get("working_directory"))
    name = text(payload.get("name")) or ""
    if kind == "custom_tool_call":
        given = text(payload.get("input")) or ""
        if _bare(name) == "exec":
            return list(_script(given))
        return [Part(patches.apply_patch(given), "", None)] if _bare(name) == "apply_patch" else []
    arguments = payload.get("arguments")
    if _bare(name) not in _SHELLS | {"apply_patch", "parallel"}:
        return []
    if isinstance(arguments, str):
        if _bare(name) == "apply_patch" and arguments.lstrip().startswith("***"):
            return [Part(patches.apply_patch(arguments), "", None)]
        arguments = json.loads(arguments) if arguments else {}
    return _named(name, table(arguments))


def _named(name: str, arguments: dict[str, Any]) -> list[Part]:
    name = _bare(name)
    if name == "parallel":
        uses = items(arguments.get("tool_uses"))
        inner = ((text(use.get("recipient_name")) or "", table(use.get("parameters"))) for use in uses)
        return [part for tool, given in inner if _bare(tool) != "parallel" for part in _named(tool, given)]
    if name == "apply_patch":
        given = text(arguments.get("input")) or text(arguments.get("patch")) or ""
        return [Part(patches.apply_patch(given), "", text(arguments.get("workdir")))]
    if name in _SHELLS:
        command = arguments.get("command", arguments.get("cmd"))
        return _shell(command, arguments.get("workdir", arguments.get("working_directory")))
    return []


def _script(script: str) -> Iterator[Part]:
    """Yield the commands of a script that calls tools by itself (`await tools.exec_command({"cmd": "…"})`).

    Its patches are left to the `patch_apply_end` that each of them is told by, under an id of its own.
    """
    for found in _IN_SCRIPT.finditer(script):
        given = _object(script, found.end())
        if given is None and (command := _COMMAND.match(script, found.end())):
            given = {"cmd": _object(script, command.end())}
        for part in _named(found[1], table(given)):
            if "apply_patch" not in part.command:
                yield part


def _object(script: str, place: int) -> Any:
    """Return the JSON that begins at a place in a script, None where there is none."""
    try:
        return _DECODER.raw_decode(script, place)[0]
    except (ValueError, RecursionError):
        return None


def _bare(name: str) -> str:
    """Return a tool's name without the namespace that models put before it."""
    return name.rpartition(".")[2]


def _shell(command: Any, directory: Any) -> list[Part]:
    if isinstance(command, list):
        words = [word for word in command if isinstance(word, str)]
        return [Part(shell.changes_by(words), " ".join(words), text(directory))]
    if isinstance(command, str):
        return [Part(shell.changes(command), command, text(directory))]
    return []


def executed(item: dict[str, Any]) -> list[Part]:
    """Return what a `CommandExecution` item did."""
    return _shell(item.get("command"), item.get("cwd"))


def process_of(payload: dict[str, Any]) -> str | None:
    """Return the process that a `write_stdin` call speaks to."""
    if _bare(text(payload.get("name")) or "") != "write_stdin":
        return None
    try:
        arguments = table(json.loads(payload.get("arguments") or "{}"))
    except (ValueError, TypeError, RecursionError):
        return None
    session = arguments.get("session_id")
    return str(session) if isinstance(session, int | str) else None


def file_changes(changes: Any) -> Iterator[Change]:
    """Yield the changes of a `patch_apply_end` or `FileChange`: by path, or in a list."""
    if isinstance(changes, dict):
        pairs = [(path, table(change)) for path, change in changes.items()]
    else:
        pairs = [(text(change.get("path")) or "", change) for change in items(changes)]
    for path, change in pairs:
        if path:
            yield _file_change(path, change)


def _file_change(path: str, change: dict[str, Any]) -> Change:
    kind: Any = change.get("type") or change.get("kind")
    if isinstance(kind, dict):  # {"kind": {"type": "update", "move_path": null}, "diff": …}
        change, kind = change | kind, kind.get("type")
    elif not kind and len(change) == 1:  # {"update": {…}}
        kind, change = next((name, table(inner)) for name, inner in change.items())
    diff = text(change.get("unified_diff")) or text(change.get("diff")) or ""
    if kind == "delete":
        return Change(path=path, operation="delete")
    if kind == "add":
        return Change(path=path, operation="add", lines=split(text(change.get("content")) or diff))
    lines = patches.unified_diff(diff, path).lines
    if moved := text(change.get("move_path")):
        return Change(path=moved, operation="move", lines=lines, moved_from=path)
    return Change(path=path, operation="update", lines=lines)


def result(output: Any) -> Result:
    """Return what a call's output says, in each of the forms that Codex has used."""
    success = None
    if isinstance(output, dict):
        success = output.get("success") if isinstance(output.get("success"), bool) else None
        output = output.get("content", output.get("content_items"))
    if isinstance(output, list):
        output = "\n".join(text(item.get("text")) or "" for item in items(output))
    said = output if isinstance(output, str) else ""
    if said.startswith("{"):
        told = _old(said)
        if told is not None:
            return told
    head = said[:_HEAD]
    code = _EXIT.search(head.partition("\nOutput:\n")[0])
    running = _RUNNING.search(head)
    if said.startswith("Script failed"):
        success = False
    return Result(said, int(code[1]) if code else None, success, running[1] if running else None)


def _old(said: str) -> Result | None:
    """Return the oldest form: JSON with `output` and `metadata`."""
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or "output" not in told:
        return None
    code = table(told.get("metadata")).get("exit_code")
    return Result(text(told["output"]) or "", code if isinstance(code, int) else None)
