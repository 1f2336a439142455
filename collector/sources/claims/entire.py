"""Entire's checkpoints: which sessions were linked to a commit, with which tool, and how many lines were the agent's.

A commit names a checkpoint in a trailer, `Entire-Checkpoint: <12 hex digits, or a ULID>`. What was recorded lies

    on the branch entire/checkpoints/v1, or in refs/entire/checkpoints/v2/main    <2 letters>/<rest>/
    in refs/entire/checkpoints/<2 letters>/<checkpoint>, one ref each             (the root of its tree)

as `metadata.json` and one `<n>/metadata.json` per session (before, the first one held the only session). Beside them
lie prompts and transcripts, which are never opened; the metadata may hold a summary, which is never kept.

Traps: a checkpoint's sessions repeat one attribution, which counts once; a commit without an agent's line may have a
session linked to it; several commits may name one checkpoint, whose lines can be only one's.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.records import Evidence, Level, Trust
from collector.sources.claims.source import Found, Place, as_model
from collector.sources.git.blobs import contents
from collector.sources.git.hardened import ask

RULE = "entire/branch-data"
RECORD = "checkpoint"

_PLACES = ("refs/heads/entire/checkpoints", "refs/remotes/*/entire/checkpoints/*", "refs/entire/checkpoints")
_OWN_REF = re.compile(r"refs/entire/checkpoints/(?P<shard>\w\w)/(?P<id>\w{12,26})")
_TREE = re.compile(r"(?:refs/heads|refs/remotes/[^/]+)/entire/checkpoints/v\d+|refs/entire/checkpoints/v\d+/main")
_IN_TREE = re.compile(r"(?P<shard>\w\w)/(?P<rest>\w{10,24})/(?:(?P<session>\d+)/)?metadata\.json")
_ID = re.compile(r"(?P<id>[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})\b")
_ATTRIBUTION = re.compile(r"\d+% agent \((?P<agent>\d{1,9})/(?P<total>\d{1,9}) lines\)")
_SESSIONS = 10
"""Sessions of a checkpoint that are looked for in a ref of its own: more were never seen."""
_LARGEST = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """A tool at work."""

    tool: str
    model: str | None = None
    session: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """One session of a checkpoint."""

    who: _Who
    agent_lines: int | None
    total: int


def read(place: Place) -> Found | None:
    """Return what is recorded of the sessions of every commit that names a checkpoint; None where none does."""
    trailers: dict[str, list[tuple[str, str]]] = {}
    for sha, key, value in place.known.trailers("Entire-"):
        trailers.setdefault(key, []).append((sha, value))
    naming = trailers.get("entire-checkpoint", [])
    named = list(dict.fromkeys((sha, is_one["id"]) for sha, value in naming if (is_one := _ID.match(value))))
    stated = list(_stated(place, trailers))
    if not named and not stated:
        return None
    found = Found(evidence=stated)
    commits: dict[str, list[str]] = {}
    for sha, checkpoint in named:
        commits.setdefault(checkpoint, []).append(sha)
    metadata = _metadata(place, commits)
    added = place.known.lines_added({sha for sha, _ in named})
    for checkpoint, shas in commits.items():
        if checkpoint not in metadata:
            found.skip("checkpoint that is not here", shas[0])
        for session in _sessions(place, checkpoint, metadata.get(checkpoint, ()), found):
            found.evidence += _shared_out(place, checkpoint, session, {sha: added.get(sha) for sha in shas}, found)
    return found


def _metadata(place: Place, wanted: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return by checkpoint what its metadata files hold, those of sessions in their order."""
    names: dict[str, dict[str, str]] = {}
    refs = ask(place.where, "for-each-ref", "--format=%(refname)", *_PLACES).decode("utf-8", "replace").splitlines()
    for ref in refs:
        if _TREE.fullmatch(ref):
            for checkpoint, session, blob in _in_tree(place, ref):
                if checkpoint in wanted:
                    names.setdefault(checkpoint, {}).setdefault(session, blob)
    own = [found for ref in refs if (found := _OWN_REF.fullmatch(ref)) and found["id"] in wanted]
    for checkpoint, session, blob in _in_own_refs(place, own):
        names.setdefault(checkpoint, {}).setdefault(session, blob)
    every = {blob for files in names.values() for blob in files.values()}
    read_ones = {name: _document(content) for name, content in
                 contents(place.where, every, at_most=_LARGEST, missing=place.missing)}  # fmt: skip
    return {
        checkpoint: [read_ones[blob] for _, blob in sorted(files.items()) if blob in read_ones]
        for checkpoint, files in names.items()
    }


def _in_tree(place: Place, ref: str) -> Iterator[tuple[str, str, str]]:
    listing = ask(place.where, "ls-tree", "-r", "-z", "--full-tree", ref)
    for entry in listing.decode("utf-8", "replace").split("\0"):
        meta, _, path = entry.partition("\t")
        if found := _IN_TREE.fullmatch(path):
            yield found["shard"] + found["rest"], found["session"] or "", meta.split()[2]


def _in_own_refs(place: Place, refs: Iterable[re.Match[str]]) -> Iterator[tuple[str, str, str]]:
    asked = [
        (ref["id"], session, f"{ref[0]}:{session and session + '/'}metadata.json")
        for ref in refs
        for session in ("", *map(str, range(_SESSIONS)))
    ]
    feed = "".join(f"{name}\n" for _, _, name in asked).encode()
    answer = ask(place.where, "cat-file", "--batch-check", stdin=feed).decode() if asked else ""
    for (checkpoint, session, _), line in zip(asked, answer.splitlines(), strict=True):
        if " blob " in line:
            yield checkpoint, session, line.split()[0]


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _sessions(place: Place, checkpoint: str, files: Iterable[dict[str, Any]], found: Found) -> Iterator[_Session]:
    """Yield a checkpoint's sessions; one attribution that several of them repeat is the first's."""
    calculated: set[object] = set()
    for file in files:
        if not isinstance(session := file.get("session_id"), str):
            continue  # the roll-up of several sessions
        named = file.get("agent")
        tool = place.tool(named) if isinstance(named, str) and named not in ("", "Agent") else None
        if tool is None:
            found.skip("session of a tool that is not named or not known", checkpoint)
            continue
        stated = file.get("initial_attribution")
        stated = stated if isinstance(stated, Mapping) else {}
        at, agent, total = stated.get("calculated_at"), _count(stated.get("agent_lines")), stated.get("total_committed")
        yield _Session(
            who=_Who(tool=tool, model=as_model(file.get("model")), session=session),
            agent_lines=None if at in calculated else agent,
            total=_count(total) or 0,
        )
        if at is not None:
            calculated.add(at)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else None


def _shared_out(
    place: Place, checkpoint: str, session: _Session, added: Mapping[str, int | None], found: Found
) -> Iterator[Evidence]:
    """Yield a session's evidence for each commit that names its checkpoint; the lines are those of the one they fit."""
    owner = min(added, key=lambda sha: abs((added[sha] or 0) - session.total))
    for sha, possible in added.items():
        lines, pointer = session.agent_lines, f"checkpoint {checkpoint}"
        if lines is not None and sha != owner:
            found.skip("lines of a checkpoint that another commit has", sha)
            lines = None
        elif lines is not None:
            pointer += f": {lines} of {session.total} lines"
            if possible is not None and lines > possible:
                found.skip("claims more lines than the commit added", sha)
                lines = possible
        yield _linked(place, sha, session.who, lines, ("recorded", pointer))


def _stated(place: Place, trailers: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Evidence]:
    """Yield what the trailers themselves say: `Entire-Attribution`, and `Entire-Agent` with the session."""
    agents, sessions = dict(trailers.get("entire-agent", ())), dict(trailers.get("entire-session", ()))
    for sha, value in trailers.get("entire-metadata", ()):
        sessions.setdefault(sha, value.rstrip("/").rpartition("/")[2])
    shares = {
        sha: share for sha, value in trailers.get("entire-attribution", ()) if (share := _ATTRIBUTION.match(value))
    }
    for sha in dict.fromkeys((*agents, *shares)):
        tool = place.tool(agents.get(sha, "")) or "entire"
        share = shares.get(sha)
        words = f"Entire-Attribution: {share[0]}" if share else f"Entire-Agent: {agents[sha][:60]}"
        agent = int(share["agent"]) if share else None
        who = _Who(tool=tool, session=sessions.get(sha))
        yield _linked(place, sha, who, agent, ("declared", f"trailer: {words}"))


def _linked(place: Place, sha: str, who: _Who, lines: int | None, said: tuple[Trust, str]) -> Evidence:
    trust, pointer = said
    level: Level = "agent" if lines else "assisted"
    return Evidence(
        repo=place.repo,
        sha=sha,
        tool=who.tool,
        model=who.model,
        rule=RULE,
        trust=trust,
        level=level,
        scope="commit" if lines is None else "lines",
        lines=lines,
        session=who.session,
        pointer=pointer,
        first_seen_at=place.now,
    )
