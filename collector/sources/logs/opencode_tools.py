"""What OpenCode's edit tools wrote: what the result shows before what the model asked for.

The result is taken after a formatter ran over the file, so its lines are those that reach the commit. It has the
file's text before and after, or a patch, from which OpenCode cuts the indent that all lines share: it is put back by
the lines of the call that are the same otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from collector.records import Operation
from collector.sources.logs.calls import edited, patched
from collector.sources.logs.changes import Change, Lines, replaced, split
from collector.sources.logs.patches import unified_diff
from collector.sources.logs.values import items, table, text

_KINDS: Mapping[str, Operation] = {
    "add": "add",
    "added": "add",
    "delete": "delete",
    "deleted": "delete",
    "move": "move",
}


def changes(tool: str, asked: dict[str, Any], shown: dict[str, Any]) -> list[Change]:
    """Return what a call changed, given its arguments and the metadata of its result (empty where there is none)."""
    path = text(asked.get("filePath")) or text(asked.get("path"))
    match tool:
        case "edit" if path:
            samples = _samples(asked.get("oldString"), asked.get("newString"))
            lines = _lines(_diff_of(shown), samples)
            created = asked.get("oldString") == ""
            return [_change(path, "add" if created else "update", lines, edited(asked))]
        case "write" if path:
            content = asked.get("content")
            lines = _lines(_diff_of(shown), _samples(content))
            there = shown.get("exists") is not False and shown.get("existed") is not False
            plain = [Change(path=path, operation="update", lines=split(content) if isinstance(content, str) else ())]
            return [_change(path, "update" if there else "add", lines, plain)]
        case "multiedit" if path:
            return _several(path, asked, shown)
        case "apply_patch" | "patch":
            return _patched(asked, shown)
    return []


def _change(path: str, operation: Operation, shown: Lines | None, asked: list[Change]) -> Change:
    if shown is None:
        shown = asked[0].lines if asked else ()
    return Change(path=path, operation=operation, lines=shown)


def _several(path: str, asked: dict[str, Any], shown: dict[str, Any]) -> list[Change]:
    """Return the one file that several replacements changed, each shown by a result of its own or by none."""
    results = items(shown.get("results"))
    lines: list[str | None] = []
    for number, piece in enumerate(items(asked.get("edits"))):
        result = results[number] if number < len(results) else {}
        done = changes("edit", {**piece, "filePath": path}, result)[0].lines
        lines += [None, *done] if lines and done else done
    return [Change(path=path, operation="update", lines=lines)]


def _patched(asked: dict[str, Any], shown: dict[str, Any]) -> list[Change]:
    patch = asked.get("patchText")
    samples = _samples("\n".join(line[1:] for line in split(patch))) if isinstance(patch, str) else {}
    found = []
    for file in items(shown.get("files")):
        before = text(file.get("filePath")) or text(file.get("file"))
        after = text(file.get("movePath")) or before
        lines = _lines(file, samples)
        if not after or not before or lines is None:
            return patched(asked)
        operation = _KINDS.get(str(file.get("type") or file.get("status")), "update")
        if operation == "delete":
            lines = ()
        moved = before if after != before else None
        found.append(Change(path=after, operation="move" if moved else operation, lines=lines, moved_from=moved))
    return found or patched(asked)


def _diff_of(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what a result shows of its one file."""
    files = items(shown.get("files"))
    return table(shown.get("filediff")) or (files[0] if files else {}) or shown


def _lines(diff: dict[str, Any], samples: Mapping[str, list[str]]) -> Lines | None:
    """Return the new lines of a file's diff, None where there is none."""
    before, after = diff.get("before"), diff.get("after")
    if isinstance(before, str) and isinstance(after, str):
        return replaced(before, after)
    patch = text(diff.get("patch")) or text(diff.get("diff"))
    return _indented(unified_diff(patch, "").lines, samples) if patch else None


def _samples(*texts: Any) -> dict[str, list[str]]:
    """Return the lines of some texts by what they are without the space around them."""
    known: dict[str, list[str]] = {}
    for one in texts:
        for line in split(one) if isinstance(one, str) else ():
            if bare := line.strip():
                known.setdefault(bare, []).append(line)
    return known


def _indented(lines: Iterable[str | None], samples: Mapping[str, list[str]]) -> Lines:
    """Return a patch's lines with the indent that was cut from all of them."""
    lines = list(lines)
    votes: Counter[str] = Counter()
    for line in lines:
        for full in samples.get(line.strip(), ()) if line else ():
            if line and full.rstrip().endswith(line.rstrip()):
                votes[full.rstrip()[: -len(line.rstrip())]] += 1
    cut = max(votes, key=lambda indent: (votes[indent], len(indent)), default="")
    return [f"{cut}{line}" if line else line for line in lines] if cut.isspace() else lines
