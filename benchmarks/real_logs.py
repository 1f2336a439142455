"""Lay out the Claude Code transcripts that a repository keeps on Entire's checkpoints branch as a home of real logs.

    uv run python benchmarks/real_logs.py REPOSITORY HOME [--megabytes 400] [--at entire/checkpoints/v1]

REPOSITORY is a clone of one that publishes its transcripts, such as github.com/entireio/cli. A checkpoint holds a
session as it was at that moment, so of every session the longest copy is taken. `HOME/.claude/projects` is filled
up to the size asked for with copies of all sessions in which every id is another one, so that nothing in a copy is a
repetition of anything. The transcripts belong to others: HOME is scratch, nothing of it is ever committed.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ID = re.compile(rb'"([0-9a-f]{8}-[0-9a-f]{4}-)4([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"|"(msg|req|toolu)_')
_CWD = re.compile(rb'"cwd":("(?:[^"\\]|\\.)*")')
_FIRST_VERSION = re.compile(rb'"version":"\d+\.\d+\.\d+"')


def git(repository: Path, *words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["git", "-C", repository, *words], input=stdin, stdout=subprocess.PIPE, check=True).stdout


def blobs(repository: Path, at: str) -> dict[str, tuple[str, int]]:
    """Return name and size of every transcript and metadata file on the branch, by path."""
    found: dict[str, tuple[str, int]] = {}
    for entry in git(repository, "ls-tree", "-r", "-l", "-z", at).decode().split("\0")[:-1]:
        about, _, path = entry.partition("\t")
        _, _, name, size = about.split()
        if path.endswith(("/full.jsonl", "/metadata.json")) and size.isdigit():  # else a partial clone lacks it
            found[path] = (name, int(size))
    return found


def contents(repository: Path, names: list[str]) -> Iterator[bytes]:
    """Yield the content of blobs, one at a time."""
    for name in names:
        yield git(repository, "cat-file", "blob", name)


def sessions(repository: Path, at: str) -> dict[str, str]:
    """Return the blob of the longest copy of each session that is Claude Code's."""
    there = blobs(repository, at)
    longest: dict[str, tuple[int, str]] = {}
    transcripts = [path for path in there if path.endswith("/full.jsonl")]
    abouts = [path.replace("/full.jsonl", "/metadata.json") for path in transcripts]
    for path, about in zip(transcripts, contents(repository, [there[about][0] for about in abouts]), strict=True):
        session = json.loads(about)["session_id"]
        name, size = there[path]
        longest[session] = max(longest.get(session, (0, "")), (size, name))
    return {session: name for session, (_, name) in sorted(longest.items())}


def is_claude_code(text: bytes) -> bool:
    return bool(_CWD.search(text)) and bool(_FIRST_VERSION.search(text))


def slug(text: bytes) -> str:
    """Return the name of the folder that Claude Code would use for the session's first working directory."""
    first = _CWD.search(text)
    return re.sub(r"[^A-Za-z0-9]", "-", json.loads(first[1])) if first else "-"


def renamed(text: bytes, copy: int) -> bytes:
    """Return a transcript in which every id is another one, the same everywhere: random ids are of version 4."""
    mark = b"%x" % (copy + 4)
    return _ID.sub(lambda it: b'"%s_%s' % (it[3], mark) if it[3] else b'"%s%s%s"' % (it[1], mark, it[2]), text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--at", default="entire/checkpoints/v1")
    chosen = parser.parse_args()
    projects = chosen.home / ".claude" / "projects"
    if projects.exists():
        sys.exit(f"{projects} is there already")
    found = sessions(chosen.repository, chosen.at)
    texts = zip(found, contents(chosen.repository, list(found.values())), strict=True)
    kept = {session: text for session, text in texts if is_claude_code(text)}
    once = sum(map(len, kept.values()))
    print(f"{len(kept)} sessions of {len(found)}, {once / 1e6:.0f} MB")
    written = copy = 0
    while copy == 0 or written < chosen.megabytes * 1_000_000:
        for session, text in kept.items():
            name = f"{session}-{copy}" if copy else session
            folder = projects / slug(text)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.jsonl").write_bytes(renamed(text, copy) if copy else text)
            written += len(text)
            if copy and written >= chosen.megabytes * 1_000_000:
                break
        copy += 1
    print(f"{written / 1e6:.0f} MB in {projects}")


if __name__ == "__main__":
    main()
