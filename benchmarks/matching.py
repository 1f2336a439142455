"""Measure how well sessions are linked to commits, and lines to sessions, where the truth is known otherwise.

    uv run python benchmarks/matching.py REPOSITORY HOME [--at entire/checkpoints/v1]

REPOSITORY is a clone of one whose commits name, in a trailer `Entire-Checkpoint`, a record on the branch `--at` that
holds the transcripts of the sessions that made them (such as github.com/entireio/cli); HOME is what
`benchmarks/real_logs.py` laid out of it. What the matcher says is compared with

- links: the sessions that a commit's checkpoint names;
- lines: those added lines of the commit whose exact text stands in what those sessions wrote with Edit or Write to a
  file of that name, read here from the transcripts by other means than the program's;
- accidents: the same sessions against files that they did not write (each edit given another file of its kind), where
  every claimed line is one too many.
"""

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from collector.evidence.matching import Matches
from collector.fingerprints import Fingerprints
from collector.records import Commit, Edit, LogRecord
from collector.sources.git import history
from collector.sources.git.graph import read_graph
from collector.sources.git.landings import landings
from collector.sources.git.patches import patch_ids
from collector.sources.git.refs import missing_blobs, read_refs
from collector.sources.logs import harvest
from collector.sources.logs.home import Home

PRINTS = Fingerprints(b"a key for one run of a benchmark")
BLANK = PRINTS.lines([""]).squeezed[0]
_TRAILER = re.compile(r"^Entire-Checkpoint: *([0-9a-f]{12})", re.MULTILINE)
_SESSION = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Pair = tuple[str, str]


def git(repository: Path, *words: str, stdin: str = "") -> str:
    done = subprocess.run(["git", "-C", repository, *words], input=stdin.encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8", "replace")


# --- what the program sees ------------------------------------------------------------------------------------


def logs(home: Path) -> list[LogRecord]:
    found = harvest.find(Home(home, {}))
    return [record for one in found for record in harvest.read(one, None, PRINTS).records]


def commits(repository: Path, side: str) -> tuple[list[Commit], frozenset[str]]:
    """Return the history, with what the program's other passes would add to it, and the blobs that are not here."""
    refs, missing = read_refs(repository), missing_blobs(repository)
    tips = [sha for ref, sha in refs.tips.items() if side.partition("/")[0] not in ref.split("/")]
    graph = read_graph(repository, tips)
    assert refs.default_tip
    landed = {landing.sha for landing in landings(graph, "r", refs.default_tip)}
    patches = patch_ids(repository, graph.order, missing=missing)
    batches = history.stream(repository, "r", graph.order, missing=missing)
    return [
        replace(one, on_default_branch=one.sha in landed, patch_id=patches.get(one.sha))
        for batch in batches
        for one in batch.commits
    ], missing


def placed(edits: Iterable[Edit], paths: set[str]) -> list[Edit]:
    """Return edits with paths of the repository: the longest end of a path that the history knows."""

    def place(path: str) -> str:
        parts = PurePosixPath(path).parts
        ends = ("/".join(parts[at:]) for at in range(len(parts)))
        return next((end for end in ends if end in paths), path)

    return [
        replace(edit, path=place(edit.path), moved_from=place(edit.moved_from) if edit.moved_from else None)
        for edit in edits
    ]


# --- the truth ------------------------------------------------------------------------------------------------


def true_links(repository: Path, side: str, shas: Iterable[str]) -> set[Pair]:
    """Return pairs of commit and session, as trailers and checkpoints name them."""
    named: dict[str, set[str]] = defaultdict(set)
    for path in git(repository, "ls-tree", "-r", "--name-only", side).splitlines():
        if path.endswith("/metadata.json") and path.count("/") == 3:
            about = json.loads(git(repository, "cat-file", "blob", f"{side}:{path}"))
            named["".join(path.split("/")[:2])].update(_SESSION.findall(about["session_id"]))
    messages = git(repository, "log", "--no-walk=unsorted", "--stdin", "--format=%H%n%B%x00", stdin="\n".join(shas))
    return {
        (message.strip()[:40], session)
        for message in messages.split("\0")
        for checkpoint in _TRAILER.findall(message)
        for session in named[checkpoint]
    }


def written(home: Path) -> dict[str, dict[str, set[str]]]:
    """Return by session and file name the lines of all new texts of edits that did not fail."""
    texts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted((home / ".claude" / "projects").rglob("*.jsonl")):
        session, failed, calls = _SESSION.findall(path.stem)[0], set(), {}
        for line in path.read_bytes().split(b"\n"):
            if b'"tool_use' not in line and b'"tool_result' not in line:
                continue
            try:
                record = json.loads(line)
            except ValueError:
                continue
            for block in blocks(record):
                if block.get("type") == "tool_result" and block.get("is_error"):
                    failed.add(block.get("tool_use_id"))
                elif block.get("type") == "tool_use" and block.get("name") in ("Edit", "Write", "MultiEdit"):
                    calls[block.get("id")] = block.get("input") or {}
        for call, given in calls.items():
            if call not in failed:
                name = PurePosixPath(str(given.get("file_path"))).name
                for part in (given, *given.get("edits", ())):
                    texts[session][name].update(str(part.get("new_string") or part.get("content") or "").split("\n"))
    return texts


def blocks(record: object) -> Iterator[dict[str, object]]:
    """Yield content blocks of a record, also of what a sub-agent said inside of it."""
    if isinstance(record, dict):
        if record.get("type") in ("tool_use", "tool_result"):
            yield record
        for key in ("message", "content", "data"):
            yield from blocks(record.get(key))
    elif isinstance(record, list):
        for one in record:
            yield from blocks(one)


def added_texts(repository: Path, shas: Iterable[str]) -> Iterator[tuple[str, str, int, str]]:
    """Yield commit, path, number and text of added lines, read from what `git log -p` prints."""
    sha = path = ""
    number = 0
    printed = git(
        repository, "log", "--no-walk=unsorted", "--stdin", "-p", "-U1", "-M", "--no-color", "--format=%x01%H",
        stdin="\n".join(shas),
    )  # fmt: skip
    for line in printed.split("\n"):
        if line.startswith("\x01"):
            sha = line[1:]
        elif line.startswith("+++ "):
            path = line[6:].rstrip("\t")
        elif line.startswith("@@ "):
            number = int(line.split("+")[1].split(" ")[0].split(",")[0]) - 1
        elif line.startswith("+"):
            number += 1
            yield sha, path, number, line[1:]
        elif line.startswith(" "):
            number += 1


# --- the comparison -------------------------------------------------------------------------------------------


Lines = dict[tuple[str, str, int], tuple[str, str]]
"""By commit, path and number: session and trust."""


def lines_of(matches: Matches) -> Lines:
    return {
        (claim.sha, claim.path, number): (claim.session or "", claim.trust)
        for claim in matches.claims
        for number in range(claim.start, claim.end + 1)
    }
