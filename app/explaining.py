"""Finds the commit that a person means and renders its verdict with every piece of evidence."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.calibration import agreement
from app.drawing import clipped, columns, count, ending, moment, percent
from collector.errors import BarographError

if TYPE_CHECKING:
    from analysis.answers import (
        CommitExplanation,
        ExplainedEvidence,
        ExplainedFile,
        ExplainedLink,
        ExplainedRange,
    )
    from app.blaming import Line

_SHA = re.compile(r"[0-9a-fA-F]{4,64}")
_SHOWN_FILES = 12
METHODS = {
    "sha": "its log names this commit",
    "patch": "its log names a commit of the same patch",
    "lines": "its lines are the commit's",
    "time": "it ran git commit at that moment",
}
"""How it is known that a session had a hand in a commit."""


def find(store: Path, wanted: str) -> "list[CommitExplanation]":
    """The commit whose SHA begins so, once per repository that has it.

    Raises:
        BarographError: it is no SHA, no commit begins so, or several do.
    """
    if not _SHA.fullmatch(wanted):
        if wanted and Path(wanted).exists():
            raise BarographError(f"explain {wanted}: which line? Give {wanted}:LINE, or see them all: barograph blame")
        raise BarographError(
            f"explain {wanted!r}: neither a SHA (4 to 64 hexadecimal digits) nor a line of a file (FILE:LINE)"
        )
    from analysis import queries
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        found = queries.explain(con, wanted)
    if not found:
        raise BarographError(f"no commit {wanted} in the store: run `barograph collect` in its repository first")
    shas = sorted({one.sha for one in found})
    if len(shas) > 1:
        shown = ", ".join(sha[:12] for sha in shas[:5]) + (", …" if len(shas) > 5 else "")
        raise BarographError(f"{wanted} means {len(shas)} commits ({shown}): give more of its digits")
    return found


def line_meant(wanted: str) -> tuple[Path, int] | None:
    """The file and line that a person means by FILE:LINE; None where it is no such thing."""
    name, _, number = wanted.rpartition(":")
    return (Path(name), int(number)) if name and number.isdecimal() and int(number) > 0 else None


def render_line(line: "Line") -> Iterator[str]:
    """The lines that say who wrote one line of a file."""
    yield f"{line.path}:{line.born_as} in {line.sha[:12]}, line {line.number} today"
    if line.tool:
        session = f", session {line.session}" if line.session else ""
        model = f" ({line.model})" if line.model else ""
        yield f"Line: written by {line.tool}{model}, {line.trust}{session} · rule {line.rule}"
    else:
        yield f"Line: {line.class_ or 'not collected'}; no record of a tool claims it"
    yield ""


def render(found: "Sequence[CommitExplanation]") -> Iterator[str]:
    """The lines that explain a commit, for each repository that has it."""
    for index, one in enumerate(found):
        if index:
            yield ""
        yield from _commit(one)


def _commit(one: "CommitExplanation") -> Iterator[str]:
    yield f"{one.sha[:12]} · {one.repo}"
    yield clipped(one.subject, 98)
    yield f"{clipped(one.author, 50)} · {moment(one.committed_at)} · {one.type}{' · merge' if one.is_merge else ''}"
    yield ""
    yield _verdict(one)
    yield f"  {_counting(one)}"
    yield ""
    yield "Evidence" if one.evidence else 'Evidence: none was found; that is not "human", nothing says either way'
    for piece in one.evidence:
        yield from _evidence(piece)
    if one.links:
        yield ""
        yield from _links(one.links)
    if one.lines:
        yield ""
        yield from _lines(one.lines)
    if one.files:
        yield ""
        yield from _files(one.files)


def _verdict(one: "CommitExplanation") -> str:
    verdict = one.verdict
    who = ", ".join(verdict.tools) + (f" ({', '.join(verdict.models)})" if verdict.models else "")
    known = f", {verdict.trust}" if verdict.trust else ""
    level = f", level {verdict.level}" if verdict.level else ""
    return f"Verdict: {verdict.class_}{f' by {who}' if who else ''}{level}{known} · {_bounds(one)}"


def _bounds(one: "CommitExplanation") -> str:
    if all(file.lines_added == 0 and file.lines_deleted == 0 for file in one.files):
        return "no lines of its own"
    verdict = one.verdict
    best = f", best estimate {percent(verdict.ai_best)}" if verdict.ai_best is not None else ""
    return f"AI lines: proven {percent(verdict.ai_low)}{best}, at most {percent(verdict.ai_high)}"


def _counting(one: "CommitExplanation") -> str:
    if one.is_counted:
        landed = f", landed by {one.landed_by[:12]}" if one.landed_by and one.landed_by != one.sha else ""
        return f"counted in shares{landed}"
    if one.is_merge:
        return "not counted in shares: a merge"
    if not one.on_default_branch:
        return "not counted in shares: not on the default branch"
    return "not counted in shares: the same patch landed before"


def _evidence(piece: "ExplainedEvidence") -> Iterator[str]:
    name = piece.tool_name or piece.tool or "no tool"
    weight = "decides" if piece.decides else "does not decide"
    lines = f", {count(piece.lines, 'lines')}" if piece.lines is not None else ""
    model = f", model {piece.model}" if piece.model else ""
    yield f"  {name} · {piece.trust}, level {piece.level}{model}{lines} · {weight}"
    shown = ending(piece.pointer, 84) if piece.field == "log" else clipped(piece.pointer, 84)
    yield f"      matched  {shown}"
    yield f"      rule     {piece.rule}{f' (in use since {piece.since})' if piece.since else ''}"
    if said := agreement(piece.compared_with, piece.compared_commits, piece.agreeing_commits):
        yield f"      compared {said}"
    yield f"      defined  {piece.defined_in or 'no longer in the rule set: collect again to judge anew'}"
    if piece.source:
        yield f"      source   {clipped(piece.source, 84)}"


def _links(links: "Sequence[ExplainedLink]") -> Iterator[str]:
    yield "Sessions"
    for link in links[:_SHOWN_FILES]:
        began = f", began {moment(link.started_at)}" if link.started_at else ""
        matched = f"{link.lines_matched:,} of {count(link.lines_added, 'added lines')}"
        yield f"  {link.tool_name or link.tool} {link.session} · {METHODS[link.method]} · {matched}{began}"
        yield f"      log      {ending(link.pointer, 84)}"
    if len(links) > _SHOWN_FILES:
        yield f"  and {len(links) - _SHOWN_FILES} more"


def _lines(lines: "Sequence[ExplainedRange]") -> Iterator[str]:
    yield "Lines"
    rows = [
        [
            f"  {clipped(one.path, 60)}:{one.start}" + (f"-{one.end}" if one.end > one.start else ""),
            f"{one.tool}{f' ({one.model})' if one.model else ''}",
            one.trust,
            one.rule,
        ]
        for one in lines[:_SHOWN_FILES]
    ]
    yield from columns(rows, gap="  ")
    if len(lines) > _SHOWN_FILES:
        yield f"  and {len(lines) - _SHOWN_FILES} more ranges: barograph export lines"


def _files(files: "Sequence[ExplainedFile]") -> Iterator[str]:
    yield "Files"
    rows = [
        [
            "  +?" if file.lines_added is None else f"  +{file.lines_added:,}",
            "-?" if file.lines_deleted is None else f"-{file.lines_deleted:,}",
            clipped(file.path, 60),
            "not measured: a blob is missing"
            if file.lines_added is None
            else f"left out: {file.noise}"
            if file.noise
            else "",
        ]
        for file in files[:_SHOWN_FILES]
    ]
    yield from columns(rows, right=(0, 1), gap="  ")
    if len(files) > _SHOWN_FILES:
        yield f"  and {len(files) - _SHOWN_FILES} more"


def as_json(found: "Sequence[CommitExplanation]") -> dict[str, Any]:
    """The same for programs."""
    return {
        "methodology": {
            "class": "any evidence of trust declared or better at a level above message makes a commit ai",
            "ai_low": "the part of its counted added lines that a record proves",
            "ai_high": "all that is not proven human",
        },
        "commits": list(found),
    }
