"""What a command does and tells: collecting with its progress and last line, the report, the diagnosis."""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.drawing import count
from app.output import message, print_json
from collector.errors import BarographError, RepositoryError

if TYPE_CHECKING:
    from app.asking import Report
    from app.collecting import Collected
    from collector.settings import Settings


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text on stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def here(settings: "Settings", *, as_json: bool) -> None:
    """Collect the repository you stand in and report on it; outside of one, report on all that is in the store."""
    from app.asking import gather

    if not _is_repository(Path.cwd()):
        _everywhere(settings, as_json=as_json)
        return
    done = _collect([Path.cwd()], settings)
    for failure in done.failures:
        raise RepositoryError(failure)
    tell_report(gather(settings.store, repos=done.repos), as_json=as_json, collected_in=done.seconds)


def _everywhere(settings: "Settings", *, as_json: bool) -> None:
    from collector.store.pointer import current

    if current(settings.store) is None:
        raise BarographError(
            f"{Path.cwd()} is not in a git repository: go into one, name it (barograph collect PATH), "
            "or look at an example (barograph demo)"
        )
    from app.asking import gather

    message("not in a git repository: this is all that was collected")
    tell_report(gather(settings.store), as_json=as_json)


def collect_and_tell(paths: Sequence[Path], settings: "Settings", *, as_json: bool) -> int:
    """Collect, say what was found and, in the last line, what was skipped; exit code 2 if a repository failed."""
    done = _collect(paths or _usual_paths(settings), settings, follows_sessions=not paths)
    if as_json:
        print_json({"store": settings.store, **_figures(done)})
    else:
        print_lines(_told(done))
    for failure in done.failures:
        message(f"barograph: {failure}")
    return 2 if done.failures else 0


def _usual_paths(settings: "Settings") -> list[Path]:
    paths = list(settings.repositories)
    if _is_repository(Path.cwd()):
        paths.append(Path.cwd())
    return paths


def _is_repository(path: Path) -> bool:
    from collector.sources.git.repository import locate

    try:
        locate(path)
    except RepositoryError:
        return False
    return True


def _collect(paths: Sequence[Path], settings: "Settings", *, follows_sessions: bool = False) -> "Collected":
    from app.collecting import collect
    from app.progress import shown_progress

    with shown_progress() as progress:
        return collect(paths, settings, follows_sessions=follows_sessions, progress=progress)


def _figures(done: "Collected") -> dict[str, object]:
    names = (
        "repositories", "repos", "commits", "new_commits", "unchanged", "seconds", "skipped", "failures", "audits",
    )  # fmt: skip
    return {name: getattr(done, name) for name in names}


def _told(done: "Collected") -> Iterable[str]:
    from app.doctor import summary

    what = f"{count(done.repositories, 'repositories')}, {count(done.commits, 'commits')}"
    news = "nothing new" if done.unchanged or not done.new_commits else f"{done.new_commits:,} new"
    yield f"{what}: {news} ({done.seconds:.1f} s)"
    for audit in done.audits:
        yield f"audit {audit.name} found {count(audit.rows, 'rows')}: {audit.about} ({audit.example})"
    yield summary(done.skipped)


def tell_report(report: "Report", *, as_json: bool, collected_in: float | None = None) -> None:
    """Print a report."""
    from app.report import as_json as report_json
    from app.report import render

    if as_json:
        print_json(report_json(report))
        return
    from app.colour import paint

    paint(render(report, collected_in=collected_in))


def tell_explanation(store: Path, what: str, *, as_json: bool) -> None:
    """Print what is known of a commit, or of one line of a file and the commit in which it was born."""
    from app import blaming, explaining

    meant = explaining.line_meant(what)
    line = None
    if meant:
        _, [line] = blaming.blame(store, meant[0], line=meant[1])
    found = explaining.find(store, line.sha if line else what)
    if as_json:
        told = {"line": blaming.as_json("", [line])["lines"][0]} if line else {}
        print_json({**told, **explaining.as_json(found)})
        return
    print_lines(explaining.render_line(line) if line else ())
    print_lines(explaining.render(found))


def tell_diagnosis(settings: "Settings", problem: BarographError | None = None, *, as_json: bool) -> int:
    """Print what the doctor found; exit code 2 only where something must be mended."""
    from app.doctor import examine, render

    found = examine(settings, problem)
    if as_json:
        print_json({"checks": found.checks, "skipped": found.skipped})
    else:
        print_lines(render(found))
    return 2 if found.has_errors else 0


def elapsed(since: float) -> str:
    """Seconds since a monotonic time, as text."""
    return f"{time.monotonic() - since:.1f} s"
