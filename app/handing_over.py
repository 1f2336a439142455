"""Writes what is known of lines in the forms of others, to a file, to stdout, or into a repository that is named."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.options import chosen_repositories
from app.output import message, write_whole
from collector.errors import SettingsError

if TYPE_CHECKING:
    from analysis.handover import Handed


def hand_over(
    store: Path, what: str, *, form: str | None, output: Path | None, into: Path | None, repos: Sequence[str]
) -> None:
    """Write Agent Trace records as JSON lines, or git-ai's notes as a stream for git fast-import or as JSON lines.

    Raises:
        BarographError: no store, an unknown repository, a combination without sense, or a place that can't be written.
    """
    if len(repos) > 1:
        raise SettingsError("export takes one --repo, or none for all of them")
    repo = repos[0] if repos else None
    if form not in (None, "json"):
        raise SettingsError(f"{what} can't be written as {form}: leave --format out, or take json")
    if into and (what != "notes" or output):
        raise SettingsError("--into is for notes alone, and in place of -o")
    if into:
        _write_into(store, into, repo)
        return
    if output == Path("-"):
        output = None
    with _commits(store, repo) as commits:
        lines = _agent_traces(commits) if what == "agent-trace" else _notes(commits, as_json=form == "json")
        if output is None:
            _write(lines, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            write_whole(output, lambda file: _write(lines, file))
            message(f"{output}: {what} written")


@contextmanager
def _commits(store: Path, repo: str | None) -> "Iterator[Iterable[Handed]]":
    from analysis import queries
    from analysis.handover import handed
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        chosen = chosen_repositories([repo], queries.repositories(con)["repo"].to_list())[0] if repo else None
        yield handed(con, chosen)


def _write(lines: Iterable[bytes], file: BinaryIO) -> None:
    for line in lines:
        file.write(line)


def _agent_traces(commits: "Iterable[Handed]") -> Iterator[bytes]:
    from analysis.handover import agent_traces

    for commit in commits:
        for record in agent_traces(commit):
            yield json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _notes(commits: "Iterable[Handed]", *, as_json: bool) -> Iterator[bytes]:
    from analysis.handover import authorship_log
    from collector.sources.claims.noting import stream

    if not as_json:
        yield from stream(((commit.sha, authorship_log(commit)) for commit in commits), at=int(time.time()))
        return
    for commit in commits:
        line = {"repo": commit.repo, "commit": commit.sha, "note": authorship_log(commit)}
        yield json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _write_into(store: Path, into: Path, repo: str | None) -> None:
    from analysis.handover import authorship_log, is_ours
    from collector.sources.claims.noting import write_notes
    from collector.sources.git.repository import locate

    where, _ = locate(into)
    with _commits(store, repo or str(into)) as commits:
        texts = {commit.sha: authorship_log(commit) for commit in commits}
    noted = write_notes(where, texts, is_ours=is_ours, at=int(time.time()))
    message(
        f"{into}: {noted.written:,} notes written to refs/notes/ai, {noted.unchanged:,} were there already,"
        f" {noted.of_others:,} of others left as they are, {noted.absent:,} for commits that are not there"
    )
