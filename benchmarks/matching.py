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

import argparse
import json
import random
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from collector.evidence.links import Knowledge, link
from collector.evidence.matching import SLACK, Matches, match
from collector.fingerprints import Fingerprints, is_distinctive
from collector.records import AddedLines, Commit, CommitCall, Edit, LogRecord, SessionLog
from collector.sources.git import history
from collector.sources.git.added import added_lines
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
"""A commit and a session."""
Line = tuple[str, str, int]
"""Of a commit, by path and number."""
Lines = dict[Line, tuple[str, str]]
"""Session and trust of each claimed line."""


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


@dataclass
class Written:
    """Lines of the new texts of edits of one file, and those of them that the old text did not hold."""

    text: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)


def written(home: Path) -> dict[str, dict[str, Written]]:
    """Return by session and file name what its edits wrote that did not fail."""
    texts: dict[str, dict[str, Written]] = defaultdict(lambda: defaultdict(Written))
    for path in sorted((home / ".claude" / "projects").rglob("*.jsonl")):
        session = _SESSION.findall(path.stem)[0]
        for given in edit_calls(path):
            one = texts[session][PurePosixPath(str(given.get("file_path"))).name]
            for part in (given, *given.get("edits", ())):
                lines = str(part.get("new_string") or part.get("content") or "").split("\n")
                one.text.update(lines)
                one.new.update((Counter(lines) - Counter(str(part.get("old_string") or "").split("\n"))).keys())
    return texts


def edit_calls(path: Path) -> list[dict[str, Any]]:
    """Return what a transcript's calls of Edit and Write were given, those left out that failed."""
    failed, calls = set(), {}
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
    return [given for call, given in calls.items() if call not in failed]


def blocks(record: object) -> Iterator[dict[str, Any]]:
    """Yield content blocks of a record, also of what a sub-agent said inside of it."""
    if isinstance(record, dict):
        if record.get("type") in ("tool_use", "tool_result"):
            yield record
        for key in ("message", "content", "data"):
            yield from blocks(record.get(key))
    elif isinstance(record, list):
        for one in record:
            yield from blocks(one)


def added_texts(repository: Path, shas: Iterable[str]) -> Iterator[tuple[Line, str]]:
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
            yield (sha, path, number), line[1:]
        elif line.startswith(" "):
            number += 1


# --- the comparison -------------------------------------------------------------------------------------------


@dataclass
class Case:
    """Everything that a comparison needs."""

    commits: list[Commit]
    added: list[AddedLines]
    edits: list[Edit]
    """Placed in the repository, each under the session that its sub-agents work for."""
    calls: list[CommitCall]
    links: set[Pair]
    texts: Mapping[Line, str]
    written: Mapping[str, Mapping[str, Written]]

    @cached_property
    def by_sha(self) -> dict[str, Commit]:
        return {one.sha: one for one in self.commits}

    @cached_property
    def by_session(self) -> dict[str, list[Edit]]:
        edits: dict[str, list[Edit]] = defaultdict(list)
        for edit in self.edits:
            edits[edit.session].append(edit)
        return edits


def lines_of(matches: Matches) -> Lines:
    return {
        (claim.sha, claim.path, number): (claim.session or "", claim.trust)
        for claim in matches.claims
        for number in range(claim.start, claim.end + 1)
    }


def compare_lines(case: Case, matches: Matches) -> None:
    found = lines_of(matches)
    named: dict[str, list[str]] = defaultdict(list)
    for sha, session in sorted(case.links):
        named[sha].append(session)
    print(f"\nlines: {len(found):,} claimed of {len(case.texts):,} that commits added")
    for what, kind in (("that stand in its new text", "text"), ("that are new in its new text", "new")):
        truth = {
            line: owners
            for line, text in case.texts.items()
            if text.strip()
            and (name := PurePosixPath(line[1]).name)
            and (owners := [one for one in named[line[0]] if text in getattr(case.written[one][name], kind)])
        }
        telling = [line for line in truth if is_distinctive(case.texts[line])]
        for label, lines in (("no blank ones", list(truth)), ("telling ones", telling)):
            hits = [line for line in lines if line in found]
            own = sum(found[line][0] in truth[line] for line in hits)
            print(
                f"  {what}, {label}: {len(lines):,}; claimed {len(hits) / len(lines):.1%}, "
                f"for that session {own / len(lines):.1%}"
            )
    causes: Counter[str] = Counter(why_missed(case, line, truth[line]) for line in truth if line not in found)
    print(f"  missed of the new ones: {causes.most_common()}")
    print(f"  claimed in commits with a checkpoint: {support(case, found, named).most_common()}")


def why_missed(case: Case, line: Line, owners: list[str]) -> str:
    text = case.texts[line]
    key = PRINTS.lines([text]).squeezed[0]
    commit = case.by_sha[line[0]]
    edits = [edit for owner in owners for edit in case.by_session[owner] if key in edit.squeezed]
    there = [edit for edit in edits if edit.path == line[1]]
    if not edits:
        return "carried over by every edit"
    if not there:
        return "written under another name"
    if all(edit.outcome != "done" for edit in there):
        return "edit failed or was refused"
    if all(edit.at > commit.committed_at + SLACK for edit in there):
        return "written after the commit"
    return "says little where it stands alone" if not is_distinctive(text) else "used by an earlier commit, or common"


def support(case: Case, found: Lines, named: Mapping[str, list[str]]) -> Counter[str]:
    """Count what stands behind claimed lines of commits that name their sessions."""
    counts: Counter[str] = Counter()
    for line, (session, trust) in found.items():
        if not named[line[0]]:
            continue
        text, name = case.texts[line], PurePosixPath(line[1]).name
        if trust == "recorded":
            counts["supposed (a command named the file)"] += 1
        elif not text.strip():
            counts["blank"] += 1
        elif text in case.written[session][name].text:
            known = session in named[line[0]]
            counts["exact text of the session named" if known else "exact text of a session not named"] += 1
        else:
            counts["other white space, other name, or shell"] += 1
    return counts


def compare_links(case: Case, matches: Matches) -> None:
    added = Counter(line[0] for line in case.texts)
    files = Counter(line[:2] for line in case.texts)
    known = Knowledge(
        commits=case.commits, lines_added=added, calls=case.calls, claims=matches.claims, places=matches.places,
        files_added=files,
    )  # fmt: skip
    links = link(known)
    named: dict[str, list[str]] = defaultdict(list)
    for sha, session in sorted(case.links):
        named[sha].append(session)
    wrote: Counter[Pair] = Counter()
    for (sha, path, _), text in case.texts.items():
        if is_distinctive(text):
            for session in named.get(sha, ()):
                wrote[sha, session] += text in case.written[session][PurePosixPath(path).name].new
    some = {pair for pair, count in wrote.items() if count}
    tenth = {(sha, session) for (sha, session), count in wrote.items() if count and count >= added[sha] / 10}
    pairs = {(one.sha, one.session): one.method for one in links}
    print(f"\nlinks: {len(links):,} ({Counter(pairs.values()).most_common()})")
    for label, truth in (
        ("all that checkpoints name", case.links),
        ("of them, whose session has a new telling line of the commit", some),
        ("of them, whose session has a tenth of its lines", tenth),
    ):
        hits = [pair for pair in truth if pair in pairs]
        print(f"  {label}: {len(truth):,}; linked {len(hits) / len(truth):.1%}")
    judged = [pair for pair in pairs if pair[0] in named]
    agreed = Counter(pairs[pair] for pair in judged if pair in case.links)
    for method, count in Counter(pairs[pair] for pair in judged).most_common():
        print(f"  by {method}, in commits with a checkpoint: {count:,}; it agrees {agreed[method] / count:.1%}")
    print(f"  by any: {len(judged):,}; it agrees {sum(agreed.values()) / len(judged):.1%}")


def accidents(case: Case, *, seed: int) -> None:
    """Hold the sessions against files of the same kind that they did not write."""
    chance = random.Random(seed)
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in sorted({one.path for one in case.added}):
        kinds[PurePosixPath(path).suffix].append(path)
    paths = sorted({edit.path for edit in case.edits})
    other = {path: chance.choice(kinds[PurePosixPath(path).suffix] or ["?"]) for path in paths}
    edits = [replace(e, path=other[e.path], moved_from=None) for e in case.edits if e.path != other[e.path]]
    matches = match(case.commits, case.added, edits, blank=BLANK)
    added = Counter(line[0] for line in case.texts)
    links = link(Knowledge(commits=case.commits, lines_added=added, calls=(), claims=matches.claims))
    print(f"  {len(lines_of(matches)):,} lines claimed, {len(links)} links")


def speed(size: int, lines: int) -> None:
    """Match an invented history with as many commits and as many written lines."""
    per, start = lines // size, datetime(2026, 1, 1, tzinfo=UTC)
    made: list[Commit] = []
    added: list[AddedLines] = []
    edits: list[Edit] = []
    for number in range(size):
        hashes = PRINTS.lines(f"value_{number}_{line % 17} = compute({line})" for line in range(per))
        written_: dict[str, Any] = {key: getattr(hashes, key) for key in ("exact", "trimmed", "squeezed")}
        at, sha, path = start + timedelta(hours=number), f"{number:040}", f"src/file_{number % 200}.py"
        edits.append(
            Edit(
                tool="t", session=f"s{number % 100}", id=sha, at=at, path=path, directory=None, operation="update",
                **written_,
            )
        )  # fmt: skip
        added.append(
            AddedLines(
                repo="r", sha=sha, path=path, old_path=None, numbers=tuple(range(1, per + 1)),
                distinctive=(True,) * per, **written_,
            )
        )  # fmt: skip
        made.append(
            Commit(
                repo="r", sha=sha, parents=(f"{number - 1:040}",) if number else (), author_name="", author_email="",
                committer_name="", committer_email="", authored_at=at, committed_at=at, subject="",
                message_markers=(), is_merge=False, on_default_branch=True,
            )
        )  # fmt: skip
    started = time.perf_counter()
    matches = match(made, added, edits, blank=BLANK)
    took = time.perf_counter() - started
    print(f"\nspeed: {size:,} commits, {lines:,} written lines, {len(lines_of(matches)):,} claimed in {took:.1f} s")


def read(repository: Path, home: Path, side: str) -> Case:
    records = logs(home)
    history_, missing = commits(repository, side)
    shas = [one.sha for one in history_]
    added = list(added_lines(repository, "r", shas, PRINTS, missing=missing))
    paths = {one.path for one in added} | {one.old_path for one in added if one.old_path}
    parents = {one.session: one.parent_session for one in records if isinstance(one, SessionLog) and one.parent_session}

    def root(session: str) -> str:
        return root(parents[session]) if session in parents else session

    edits = placed((one for one in records if isinstance(one, Edit)), paths)
    calls = [replace(one, session=root(one.session)) for one in records if isinstance(one, CommitCall)]
    lacking = history.lacking(repository, shas, missing) if missing else set()
    return Case(
        commits=history_,
        added=added,
        edits=[replace(one, session=root(one.session), id=f"{one.session} {one.id}") for one in edits],
        calls=calls,
        links=true_links(repository, side, shas),
        texts=dict(added_texts(repository, [sha for sha in shas if sha not in lacking])),
        written=written(home),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--at", default="entire/checkpoints/v1")
    chosen = parser.parse_args()
    case = read(chosen.repository, chosen.home, chosen.at)
    started = time.perf_counter()
    matches = match(case.commits, case.added, case.edits, blank=BLANK)
    print(
        f"{len(case.commits):,} commits, {len(case.links):,} true links, {len(case.edits):,} edits; "
        f"matched in {time.perf_counter() - started:.1f} s"
    )
    compare_lines(case, matches)
    compare_links(case, matches)
    print("\naccidents, sessions held against files that are not theirs:")
    for seed in (1, 2, 3):
        accidents(case, seed=seed)
    speed(5_000, 100_000)


if __name__ == "__main__":
    main()
