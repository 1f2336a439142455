"""Agent Trace records (agent-trace.dev, RFC 0.1.0): which lines of a file a conversation wrote, at a revision.

Records are lines of `.agent-trace/*.jsonl` or whole files `.agent-trace/*.json`, committed or lying in the work tree.
Contributors are `ai`, `human`, `mixed` and `unknown`: lines are claimed of the first alone; `mixed` says that a tool
took part, without saying where; the others are no evidence of ours.

Traps: the hooks of the reference write a record at the edit, before there is a commit, and name the commit that was
checked out: the lines are those of the next commit that changes the file. They also write pseudo files (`.sessions`,
`.shell-history`) and a version of two numbers. `metadata` may hold the command that ran; only ids are taken of it.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from collector.records import Claim, Evidence
from collector.sources.claims.descent import next_changing
from collector.sources.claims.source import Found, Place, as_model
from collector.sources.git import hunks
from collector.sources.git.blobs import contents
from collector.sources.git.hardened import ask

RULE = "agent-trace/records"
RECORD = "record"
FOLDER = ".agent-trace"
_LARGEST = 64 << 20
_PSEUDO = frozenset({".sessions", ".shell-history", ".unknown"})
_AT_EDIT = frozenset({"generation_id", "tool_use_id", "tool_name"})
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trace:
    """One range of one record."""

    claim: Claim
    at_edit: bool
    """Whether its revision is what was checked out when the edit was made."""
    is_mixed: bool


def read(place: Place) -> Found | None:
    """Return what the committed records and those of the work tree claim; None where there is no record."""
    documents = dict(_documents(place))
    if not documents:
        return None
    found = Found()
    traces: list[_Trace] = []
    seen: set[str] = set()
    for name, content in documents.items():
        for at, record in _records(name, content, found):
            known_by = str(record.get("id") or f"{name}:{at}")
            if known_by not in seen:  # a committed file lies in the work tree, too
                seen.add(known_by)
                traces += _traces(place, record, f"{name}:{at}", found)
    for trace in _landed(place, traces, found):
        found.noted.add(trace.claim.sha)
        if not trace.is_mixed:
            found.claims.append(trace.claim)
        elif trace.claim.sha in place.known.commits:
            found.evidence.append(_part(place, trace.claim))
    found.evidence = list(dict.fromkeys(found.evidence))
    return found


def _documents(place: Place) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of records, the committed ones first."""
    if place.tip:
        listing = ask(place.where, "ls-tree", "-r", "-z", "--full-tree", place.tip, "--", FOLDER)
        entries = (entry.partition("\t") for entry in listing.decode("utf-8", "backslashreplace").split("\0"))
        blobs = {meta.split()[2]: name for meta, _, name in entries if name.endswith((".json", ".jsonl"))
                 and meta.startswith("100")}  # fmt: skip
        for blob, content in contents(place.where, blobs, at_most=_LARGEST, missing=place.missing):
            yield blobs[blob], content
    folder = place.where / FOLDER
    if not place.is_bare and folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.glob("*.json*")):
            if (lying := _content(path)) is not None:
                yield f"{FOLDER}/{path.name} (not committed)", lying


def _content(path: Path) -> bytes | None:
    """Return what a regular file holds, without following a link and without waiting for a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            what = os.fstat(handle)
            return file.read() if stat.S_ISREG(what.st_mode) and what.st_size <= _LARGEST else None
    except OSError:
        return None


def _records(name: str, content: bytes, found: Found) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = [content] if name.partition(" ")[0].endswith(".json") else content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            found.skip("record is not understood", f"{name}:{number}")
            continue
        for one in record if isinstance(record, list) else [record]:
            if isinstance(one, dict) and isinstance(one.get("files"), list):
                yield number, one
            else:
                found.skip("record is not understood", f"{name}:{number}")


def _traces(place: Place, record: Mapping[str, Any], at: str, found: Found) -> Iterator[_Trace]:
    vcs, metadata = _table(record.get("vcs")), _table(record.get("metadata"))
    revision = str(vcs.get("revision", ""))
    if vcs.get("type", "git") != "git" or not _REVISION.fullmatch(revision):
        found.skip("record without the name of a commit", at)
        return
    named = _table(record.get("tool")).get("name")
    tool = place.tool(named) if isinstance(named, str) and named not in ("", "unknown") else "unnamed"
    for path, conversation, stretch in _ranges(record, at, found):
        contributor = _table(stretch.get("contributor")) or _table(conversation.get("contributor"))
        start, end = stretch.get("start_line"), stretch.get("end_line")
        if contributor.get("type") not in ("ai", "mixed") or path in _PSEUDO:
            continue
        if tool is None:
            found.skip("lines of an unknown tool", at)
        elif not (isinstance(start, int) and isinstance(end, int) and 1 <= start <= end < 1 << 31):
            found.skip("line ranges are not understood", at)
        else:
            claim = Claim(
                repo=place.repo,
                sha=revision,
                path=_relative(place.where, path),
                start=start,
                end=end,
                tool=tool,
                model=as_model(contributor.get("model_id")),
                session=_session(conversation, metadata),
                rule=RULE,
                trust="recorded",
            )
            at_edit = not _AT_EDIT.isdisjoint(metadata)
            yield _Trace(claim=claim, at_edit=at_edit, is_mixed=contributor["type"] == "mixed")


def _ranges(
    record: Mapping[str, Any], at: str, found: Found
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    try:
        for file in record["files"]:
            for conversation in file["conversations"]:
                for stretch in conversation["ranges"]:
                    yield str(file["path"]), _table(conversation), _table(stretch)
    except (KeyError, TypeError):
        found.skip("record is not understood", at)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _relative(where: Path, path: str) -> str:
    return path.removeprefix(f"{where.as_posix()}/").removeprefix("./")


def _session(conversation: Mapping[str, Any], metadata: Mapping[str, Any]) -> str | None:
    """Return the session's id: as the metadata has it, else the last part of the conversation's address."""
    for key in ("session_id", "conversation_id"):
        if isinstance(value := metadata.get(key), str) and value:
            return value[:120]
    url = conversation.get("url")
    if not isinstance(url, str):
        return None
    try:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return None
    return last.removesuffix(".jsonl")[:120] or None


def _landed(place: Place, traces: list[_Trace], found: Found) -> Iterator[_Trace]:
    """Yield every trace at the commit whose lines it means: its revision, or the next one that changes the file."""
    known = place.known.commits
    added = hunks.added(place.where, {trace.claim.sha for trace in traces if trace.claim.sha in known},
                        missing=place.missing)  # fmt: skip
    waiting: list[_Trace] = []
    for trace in traces:
        claim = trace.claim
        spans = added.get(claim.sha, {}).get(claim.path, [])
        if claim.sha in known and (trace.at_edit or not any(hunks.within(spans, claim.start, claim.end))):
            waiting.append(trace)
        elif claim.sha not in known and trace.at_edit:
            found.skip("record of an edit after a commit that no branch or tag reaches", claim.sha)
        else:
            yield trace
    following = next_changing(place.known, {(trace.claim.sha, trace.claim.path) for trace in waiting})
    for trace in waiting:
        landings = following.get((trace.claim.sha, trace.claim.path), [])
        if not landings:
            found.skip("record of lines that no commit has yet", trace.claim.sha)
        for sha in landings:
            yield replace(trace, claim=replace(trace.claim, sha=sha))


def _part(place: Place, claim: Claim) -> Evidence:
    return Evidence(
        repo=claim.repo,
        sha=claim.sha,
        tool=claim.tool,
        model=claim.model,
        rule=RULE,
        trust="recorded",
        level="assisted",
        scope="commit",
        lines=None,
        session=claim.session,
        pointer="record: mixed work of a tool and a person",
        first_seen_at=place.now,
    )
