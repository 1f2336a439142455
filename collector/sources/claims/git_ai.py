"""git-ai's notes (`refs/notes/ai`, schema authorship/3.0.0): which lines of a commit a session wrote.

A note is a list of files, each followed by indented `key ranges` lines, then `---`, then JSON that says whose
the keys are: `s_…::t_…` of `sessions`, bare hexadecimal of `prompts` (before git-ai 1.4), `h_…` of `humans`.
A note is no sign of AI by itself: commits without AI get one too. The JSON may hold prompts; of it only the
tool, the session's id and the model are taken. Lines of known humans are left to the evidence of people.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.records import Claim, Skipped
from collector.sources.git.blobs import contents
from collector.sources.git.hardened import ask
from collector.sources.git.refs import present

REF = "refs/notes/ai"
RULE = "git-ai/notes"
_LARGEST = 64 << 20
_NAMES = {"claude": "claude-code", "github-copilot": "copilot", "cursor-agent": "cursor", "droid": "factory-droid"}


@dataclass(slots=True)
class Notes:
    """What a repository's notes hold about the commits that were asked for."""

    claims: list[Claim] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class _OddNoteError(Exception):
    """A note that is not of the known shape."""


def has_notes(where: Path) -> bool:
    """Return whether the repository has git-ai's notes; a plain clone does not fetch them."""
    return bool(ask(where, "rev-parse", "-q", "--verify", REF, allow=(0, 1, 128)))


def read_notes(
    where: Path, repo: str, commits: Collection[str], tools: Collection[str], *, missing: Collection[str] = frozenset()
) -> Notes:
    """Return the claims that git-ai's notes make about these commits, for tools that are known."""
    notes = Notes()
    orphaned: list[str] = []
    wanted: dict[str, list[str]] = {}
    for sha, blob in _listed(where):
        if sha in commits:
            wanted.setdefault(blob, []).append(sha)
        else:
            orphaned.append(sha)
    elsewhere = set(present(where, orphaned))
    unreached = {
        "note on a commit that no branch or tag reaches": [sha for sha in orphaned if sha in elsewhere],
        "note on a commit that is not here": [sha for sha in orphaned if sha not in elsewhere],
    }
    odd: dict[str, list[str]] = {why: shas for why, shas in unreached.items() if shas}
    for blob, content in contents(where, wanted, at_most=_LARGEST, missing=missing):
        for sha in wanted[blob]:
            note = content.decode("utf-8", "backslashreplace")
            reasons: list[str] = []
            try:
                notes.claims += _claims(repo, sha, note, tools, reasons)
            except _OddNoteError as error:
                reasons.append(str(error))
            for why in dict.fromkeys(reasons):
                odd.setdefault(why, []).append(sha)
    notes.skipped = [
        Skipped(source=repo, reason=f"git-ai: {reason}", count=len(shas), example=shas[0])
        for reason, shas in odd.items()
    ]
    return notes


def _listed(where: Path) -> Iterator[tuple[str, str]]:
    """Yield commit and blob of every note; the tree may be fanned out into folders."""
    listing = ask(where, "ls-tree", "-r", "-z", "--full-tree", REF, allow=(0, 128))
    for entry in listing.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        if name:
            yield name.replace(b"/", b"").decode("ascii", "replace"), meta.split()[2].decode()


def _claims(repo: str, sha: str, note: str, tools: Collection[str], odd: list[str]) -> Iterator[Claim]:
    """Yield a note's claims, and append to `odd` why an entry is none."""
    attestations, keys = _parts(note)
    path = ""
    for line in attestations:
        if not line.startswith("  "):
            path = line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line
            continue
        key, _, ranges = line.strip().partition(" ")
        if key.startswith("h_"):
            continue
        try:
            tool, agent = _author(keys, key, tools)
            spans = list(_ranges(ranges))
        except _OddNoteError as error:
            odd.append(str(error))
            continue
        model, session = agent.get("model"), agent.get("id")
        for start, end in spans:
            yield Claim(
                repo=repo,
                sha=sha,
                path=path,
                start=start,
                end=end,
                tool=tool,
                model=model if isinstance(model, str) and model not in ("", "unknown") else None,
                session=str(session) if session else None,
                rule=RULE,
                trust="recorded",
            )


def _parts(note: str) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Return the lines above the divider, and by key whose they are."""
    lines = note.split("\n")
    if "---" not in lines:
        raise _OddNoteError("note without a divider")
    divider = lines.index("---")
    attestations = [line for line in lines[:divider] if line.strip()]
    return attestations, _sessions("\n".join(lines[divider + 1 :])) if attestations else {}


def _author(keys: Mapping[str, dict[str, Any]], key: str, tools: Collection[str]) -> tuple[str, dict[str, Any]]:
    agent = keys.get(key.partition("::")[0])
    if agent is None:
        raise _OddNoteError("lines of a session that the note does not describe")
    named = str(agent.get("tool"))
    tool = _NAMES.get(named, named)
    if tool not in tools:
        raise _OddNoteError("lines of an unknown tool")
    return tool, agent


def _sessions(metadata: str) -> dict[str, dict[str, Any]]:
    try:
        described = json.loads(metadata)
        found = {**(described.get("prompts") or {}), **(described.get("sessions") or {})}
        return {key: dict(record["agent_id"]) for key, record in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _OddNoteError("metadata is not understood") from None


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        start, _, end = part.partition("-")
        try:
            first, last = int(start), int(end or start)
        except ValueError:
            raise _OddNoteError("line ranges are not understood") from None
        if not 1 <= first <= last:
            raise _OddNoteError("line ranges are not understood")
        yield first, last
