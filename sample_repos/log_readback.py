"""Compares what barograph exports of sessions, links and lines with what the stories say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_repos.build import LineBy, Story
from sample_repos.readback import Row, export, repo_of

LinkBy = tuple[str, str, str]
"""sha, tool and session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAnswers:
    """The three exports that logs fill."""

    sessions: Sequence[Row]
    links: Sequence[Row]
    lines: Sequence[Row]


def log_answers(store: Path) -> LogAnswers:
    """What a store says of sessions."""
    return LogAnswers(sessions=export("sessions", store), links=export("links", store), lines=export("lines", store))


def links_of(story: Story, said: LogAnswers) -> frozenset[LinkBy]:
    """The links that were found in a story's repository."""
    return frozenset((row["sha"], row["tool"], row["session"]) for row in _of_repo(story, said.links))


def lines_of(story: Story, said: LogAnswers) -> frozenset[LineBy]:
    """The lines of a story's repository that were found to be of a session, one by one."""
    return frozenset(
        (row["sha"], row["path"], number, row["tool"], row["session"])
        for row in _of_repo(story, said.lines)
        for number in range(int(row["start"]), int(row["end"]) + 1)
    )


def log_mistakes(story: Story, said: LogAnswers) -> list[str]:
    """One line for everything that is not as the story says; none is the wanted answer."""
    return [*_link_mistakes(story, said), *_line_mistakes(story, said), *_session_mistakes(story, said)]


def _link_mistakes(story: Story, said: LogAnswers) -> Iterator[str]:
    found = links_of(story, said)
    yield from (f"link is missing: {_named(story, *link)}" for link in sorted(story.links - found))
    yield from (f"link is not true: {_named(story, *link)}" for link in sorted(found - story.links))


def _line_mistakes(story: Story, said: LogAnswers) -> Iterator[str]:
    found = lines_of(story, said)
    for word, lines in (("not found", story.written - found), ("not true", found - story.written - story.unshown)):
        for sha, path, number, tool, session in sorted(lines):
            yield f"line is {word}: {path}:{number} of {_named(story, sha, tool, session)}"
    seen: set[tuple[str, str, int]] = set()
    for row in _of_repo(story, said.lines):
        numbers = range(int(row["start"]), int(row["end"]) + 1)
        places = {(row["sha"], row["path"], number) for number in numbers}
        if seen & places:
            yield f"line is claimed twice: {row['path']}:{row['start']}-{row['end']}"
        seen |= places


def _session_mistakes(story: Story, said: LogAnswers) -> Iterator[str]:
    rows = {(row["tool"], row["session"]): row for row in said.sessions}
    for name, key in sorted(story.sessions.items()):
        row = rows.get(key)
        if row is None:
            yield f"session {name} is missing"
            continue
        for column, cell in story.about_sessions.get(key, {}).items():
            if row[column] != cell:
                yield f"session {name}: {column} {row[column] or 'empty'}, truly {cell}"


def _of_repo(story: Story, rows: Sequence[Row]) -> Iterable[Row]:
    repo = repo_of(story, {row["repo"] for row in rows})
    return [row for row in rows if row["repo"] == repo] if repo else []


def _named(story: Story, sha: str, tool: str, session: str) -> str:
    """Commit and session in the story's own names."""
    commits = [name for name, known in story.shas.items() if known == sha]
    sessions = [name for name, key in story.sessions.items() if key == (tool, session)]
    return f"{(commits or [sha])[0]} by {(sessions or [f'{tool} {session}'])[0]}"
