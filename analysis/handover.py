"""What is known of a commit's lines, in the forms of others: Agent Trace records and git-ai's authorship logs.

Only claims that a record or a log proves are handed over, each line once, and no name of a person.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis.ask import ask

if TYPE_CHECKING:
    import duckdb

_SPACE = uuid.UUID("5d1c4a52-8f0e-5b7e-9c55-3c7b0e0fbe61")
_GIT_AI = {"claude-code": "claude", "copilot": "github-copilot", "factory-droid": "droid", "gemini-cli": "gemini"}
"""Tools as git-ai names them, where it names them otherwise."""
_PROVIDERS = (("claude-", "anthropic"), ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("gemini-", "google"))

OURS = "barograph"
"""The key by which a note's metadata says that we wrote it."""

Who = tuple[str, str | None, str | None]
"""Tool, model, session."""


@dataclass(slots=True)
class Handed:
    """A commit, and by file and author of its claimed lines the ranges; no line is in two of them."""

    repo: str
    sha: str
    committed_at: str
    files: dict[str, dict[Who, list[tuple[int, int]]]] = field(default_factory=dict)


def handed(con: "duckdb.DuckDBPyConnection", repo: str | None) -> Iterator[Handed]:
    """Yield every commit with proven lines, in the order of time."""
    rows = ask(con, "claimed_ranges", repo=repo).iter_rows()
    for (of, sha, committed_at), ranges in groupby(rows, key=lambda row: row[:3]):
        commit = Handed(repo=of, sha=sha, committed_at=committed_at)
        for path, some in groupby(ranges, key=lambda row: row[3]):
            commit.files[path] = _once((row[6:9], row[4], row[5]) for row in some)
        yield commit


def _once(claims: Iterable[tuple[Who, int, int]]) -> dict[Who, list[tuple[int, int]]]:
    """Give each line to the first that claims it, and join what touches."""
    owner: dict[int, Who] = {}
    for who, start, end in claims:
        for line in range(start, end + 1):
            owner.setdefault(line, who)
    found: dict[Who, list[tuple[int, int]]] = {}
    for line in sorted(owner):
        spans = found.setdefault(owner[line], [])
        if spans and spans[-1][1] == line - 1:
            spans[-1] = (spans[-1][0], line)
        else:
            spans.append((line, line))
    return found


def agent_traces(commit: Handed) -> Iterator[dict[str, Any]]:
    """Yield a record per tool and session that wrote lines of a commit; the same claims give the same record."""
    sessions = sorted({(tool, session or "") for owners in commit.files.values() for tool, _, session in owners})
    for tool, session in sessions:
        files = []
        for path, owners in commit.files.items():
            conversations = [
                {
                    "contributor": {"type": "ai"} | ({"model_id": _with_provider(who[1])} if who[1] else {}),
                    "ranges": [{"start_line": start, "end_line": end} for start, end in spans],
                }
                for who, spans in owners.items()
                if (who[0], who[2] or "") == (tool, session)
            ]
            if conversations:
                files.append({"path": path, "conversations": conversations})
        yield {
            "version": "0.1.0",
            "id": str(uuid.uuid5(_SPACE, "\0".join((commit.repo, commit.sha, tool, session)))),
            "timestamp": commit.committed_at,
            "vcs": {"type": "git", "revision": commit.sha},
            "tool": {"name": tool},
            "files": files,
            "metadata": {"session_id": session} if session else {},
        }


def _with_provider(model: str) -> str:
    provider = next((name for prefix, name in _PROVIDERS if model.startswith(prefix)), None)
    return f"{provider}/{model}" if provider and "/" not in model else model


def authorship_log(commit: Handed) -> str:
    """Return a commit's note in the schema authorship/3.0.0; a path that holds a newline has no form there."""
    lines: list[str] = []
    sessions: dict[str, dict[str, Any]] = {}
    for path, owners in commit.files.items():
        if "\n" in path:
            continue
        lines.append(f'"{path}"' if any(letter in path for letter in ' \t"') else path)
        for (tool, model, session), spans in owners.items():
            name = _GIT_AI.get(tool, tool)
            key = "s_" + _digest(":".join((name, session or "", model or "")))
            sessions[key] = {"agent_id": {"tool": name, "id": session or "", "model": model or "unknown"}}
            ranges = ",".join(str(start) if start == end else f"{start}-{end}" for start, end in spans)
            lines.append(f"  {key}::t_{_digest(f'{commit.sha}:{key}')} {ranges}")
    metadata = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": commit.sha,
        "prompts": {},
        "sessions": dict(sorted(sessions.items())),
        OURS: 1,
    }
    return "\n".join([*lines, "---", json.dumps(metadata, indent=2, ensure_ascii=False)]) + "\n"


def is_ours(note: str) -> bool:
    """Tell whether a note is one that we wrote."""
    try:
        return OURS in json.loads(note.partition("\n---\n")[2])
    except (ValueError, TypeError, RecursionError):
        return False


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:14]
