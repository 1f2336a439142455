"""Who wrote each line of a file: git says in which commit a line was born, the claims say which session wrote it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.drawing import clipped, columns, count, percent
from collector.errors import BarographError, RepositoryError

if TYPE_CHECKING:
    from collector.sources.git.repository import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file, and who wrote it as far as that is known."""

    number: int
    text: str
    sha: str
    path: str
    """What the file was called when the line was born."""
    born_as: int
    author: str | None
    committed_at: datetime | None
    class_: str | None
    """Of the line: `ai` where a claim covers it, else its commit's where that leaves no doubt; None: not collected."""
    tool: str | None
    model: str | None
    session: str | None
    trust: str | None
    rule: str | None


def blame(store: Path, file: Path, *, line: int | None = None) -> tuple[str, list[Line]]:
    """Return the repository's id and the lines of a file as it is in the commit that is checked out.

    Raises:
        BarographError: it is no file of a repository, has no such line there, or its repository was not collected.
    """
    from collector.sources.git.blame import blame as git_blame
    from collector.sources.git.hardened import ask
    from collector.sources.git.repository import open_repository

    opened = open_repository(file.parent if file.parent.is_dir() else Path.cwd())
    inside = _inside(opened, file)
    try:
        head = ask(opened.where, "rev-parse", "--verify", "HEAD").decode().strip()
    except RepositoryError:
        raise BarographError(f"{file}: no commit is checked out in {opened.where}") from None
    blamed = git_blame(opened.where, inside, head, line=line)
    claims, commits = _known(store, opened.repo, sorted({one.sha for one in blamed}))
    return opened.repo, [_line(one, claims, commits) for one in blamed]


def _inside(opened: "Opened", file: Path) -> str:
    try:
        return file.absolute().resolve().relative_to(opened.where.resolve()).as_posix()
    except ValueError:
        raise BarographError(f"{file}: not a file of {opened.where}") from None


def _known(
    store: Path, repo: str, shas: Sequence[str]
) -> tuple[dict[tuple[str, str], list[dict[str, Any]]], dict[str, dict[str, Any]]]:
    from analysis import queries
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        ranges = queries.claims_at(con, repo, shas).to_dicts()
        commits = {row["sha"]: row for row in queries.classes_at(con, repo, shas).to_dicts()}
    if shas and not commits:
        raise BarographError(f"{repo} is not in the store: run `barograph collect` there first")
    claims: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for claim in ranges:
        claims.setdefault((claim["sha"], claim["path"]), []).append(claim)
    return claims, commits


def _line(one: Any, claims: dict[tuple[str, str], list[dict[str, Any]]], commits: dict[str, dict[str, Any]]) -> Line:
    commit = commits.get(one.sha, {})
    covering = [claim for claim in claims.get((one.sha, one.path), ()) if claim["start"] <= one.born_as <= claim["end"]]
    claim = covering[0] if covering else {}
    whole = commit.get("class") in ("human", "automation")
    return Line(
        number=one.number,
        text=one.text,
        sha=one.sha,
        path=one.path,
        born_as=one.born_as,
        author=commit.get("author"),
        committed_at=commit.get("committed_at"),
        class_="ai" if claim else commit["class"] if whole else "unknown" if commit else None,
        tool=claim.get("tool"),
        model=claim.get("model"),
        session=claim.get("session"),
        trust=claim.get("trust"),
        rule=claim.get("rule"),
    )


def render(lines: Sequence[Line]) -> Iterator[str]:
    """The file with a margin that says who wrote each line, and the sums."""
    yield from columns([[f"{one.number:>5}", _who(one), one.sha[:8], clipped(one.text, 72)] for one in lines], gap="  ")
    yield ""
    yield summary(lines)


def summary(lines: Sequence[Line]) -> str:
    """One sentence: how many lines which tool wrote, and how many nobody claims."""
    sums = Counter(one.tool or one.class_ or "not collected" for one in lines)
    total = len(lines)
    told = ", ".join(f"{who} {number:,} ({percent(number / total)})" for who, number in sums.most_common())
    return f"{count(total, 'lines')}: {told}" if total else "no lines"


def _who(one: Line) -> str:
    if one.tool:
        return f"{one.tool}{f' ({one.model})' if one.model else ''}, {one.trust}"
    return one.class_ or "not collected"


def as_json(repo: str, lines: Sequence[Line]) -> dict[str, Any]:
    """The same for programs; the text of the lines stays in the repository."""
    return {
        "repo": repo,
        "lines": [{name.rstrip("_"): getattr(one, name) for name in Line.__slots__ if name != "text"} for one in lines],
    }
