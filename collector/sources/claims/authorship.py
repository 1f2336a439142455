"""One authorship log of git-ai, in every schema seen: text that says which session wrote which lines.

    authorship/3.0.0   files, each followed by indented `key ranges` lines, then `---`, then JSON that says whose the
                       keys are: `s_…::t_…` of `sessions`, bare hexadecimal of `prompts` (16 digits before git-ai
                       1.4, 7 before 1.0), `h_…` of `humans`
    authorship/0.0.1   JSON alone (as before it, without a version): per file the authors by name, with their lines

The JSON may hold prompts; of it only the tool, the session's id and the model are taken.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A range of lines and who wrote it, as the log names it."""

    path: str
    start: int
    end: int
    tool: str
    model: object
    session: str | None
    may_be_person: bool = False
    """The old schema names authors, and not whether they are tools."""


class OddNoteError(Exception):
    """A log that is not of a known shape."""


def entries(note: str, odd: list[str]) -> Iterator[Entry]:
    """Yield what a log says of tools' lines, and append to `odd` why an entry is left out.

    Raises:
        OddNoteError: nothing of it can be understood.
    """
    if note.startswith("{"):
        yield from _by_author(note)
        return
    lines = note.split("\n")
    if "---" not in lines:
        raise OddNoteError("note without a divider")
    divider = lines.index("---")
    attestations = [line for line in lines[:divider] if line.strip()]
    if not attestations:
        return
    agents = _agents("\n".join(lines[divider + 1 :]))
    path = ""
    for line in attestations:
        if not line.startswith("  "):
            path = line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line
            continue
        key, _, ranges = line.strip().partition(" ")
        if not key.startswith("h_"):  # lines of known humans are left to the evidence of people
            try:
                yield from _attested(path, agents.get(key.partition("::")[0]), ranges)
            except OddNoteError as error:
                odd.append(str(error))


def _attested(path: str, agent: dict[str, Any] | None, ranges: str) -> list[Entry]:
    if agent is None:
        raise OddNoteError("lines of a session that the note does not describe")
    session = agent.get("id")
    return [
        Entry(
            path=path,
            start=start,
            end=end,
            tool=str(agent.get("tool")),
            model=agent.get("model"),
            session=str(session) if session else None,
        )
        for start, end in _ranges(ranges)
    ]


def _agents(metadata: str) -> dict[str, dict[str, Any]]:
    try:
        described = json.loads(metadata)
        found = {**(described.get("prompts") or {}), **(described.get("sessions") or {})}
        return {key: dict(record["agent_id"]) for key, record in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise OddNoteError("metadata is not understood") from None


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        start, _, end = part.partition("-")
        yield _range(start, end or start)


def _range(start: Any, end: Any) -> tuple[int, int]:
    try:
        first, last = int(start), int(end)
    except (ValueError, TypeError):
        raise OddNoteError("line ranges are not understood") from None
    if not 1 <= first <= last < 1 << 31:
        raise OddNoteError("line ranges are not understood")
    return first, last


def _by_author(note: str) -> Iterator[Entry]:
    try:
        files = json.loads(note)["files"]
        for path, file in files.items():
            for author in file["authors"]:
                for lines in author["lines"]:
                    start, end = lines if isinstance(lines, list) else (lines, lines)
                    first, last = _range(start, end)
                    yield Entry(
                        path=path,
                        start=first,
                        end=last,
                        tool=str(author["author"]),
                        model=None,
                        session=None,
                        may_be_person=True,
                    )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise OddNoteError("metadata is not understood") from None
