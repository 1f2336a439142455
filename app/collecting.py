"""Collecting as a command does it: read, judge, publish, remember."""

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from collector.records import Skipped
from collector.settings import Settings

if TYPE_CHECKING:
    from analysis.answers import AuditResult
    from collector.pipeline import Outcome, Progress
    from collector.registry import Registry
    from collector.sources.git.targets import Target
    from collector.store.freshness import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a run of `collect` found."""

    repos: tuple[str, ...]
    """Ids of the repositories that are up to date now."""
    repositories: int
    commits: int
    """Commits known of them, on whatever branch."""
    new_commits: int
    skipped: tuple[Skipped, ...]
    failures: tuple[str, ...]
    """One clear line for each repository that could not be read."""
    audits: "tuple[AuditResult, ...]"
    """Those audits that found something."""
    unchanged: bool
    seconds: float


class Quiet:
    """A progress that nobody watches."""

    def repository(self, repo: str, commits: int) -> None:
        """Say nothing."""

    def advance(self, commits: int) -> None:
        """Say nothing."""

    def step(self, what: str) -> None:
        """Say nothing."""


def collect(paths: Sequence[Path], settings: Settings, *, progress: "Progress | None" = None) -> Collected:
    """Bring the store up to date with the repositories that the paths mean, and publish a snapshot.

    Where nothing has changed since the last run, neither DuckDB nor the ledger is touched.

    Raises:
        RepositoryError: a path means no repository.
        StoreError: another process is writing, or the store cannot be used.
        ToolProfileError: a rule file is wrong.
    """
    from collector.registry import load_registry
    from collector.sources.git.targets import targets
    from collector.store.freshness import recall
    from collector.store.pointer import current

    started = time.monotonic()
    wanted = targets(paths)
    registry = load_registry(settings.tools)
    fingerprints = {str(target.git_dir): target.fingerprint() for target in wanted}
    published = current(settings.store)
    remembered = recall(settings.store, snapshot=published.name if published else "", rules=registry.digest)
    fresh = {path: seen for path, seen in remembered.items() if fingerprints.get(path) == seen.fingerprint}
    if published and len(fresh) == len(wanted):
        return _collected(fresh, started=started)
    work = _Work(wanted=wanted, fingerprints=fingerprints, remembered=remembered, registry=registry)
    return _read(work, settings, progress or Quiet(), started)


def _collected(
    seen: "Mapping[str, Seen]",
    *,
    started: float,
    outcome: "Outcome | None" = None,
    audits: "Sequence[AuditResult]" = (),
) -> Collected:
    by_repo = {one.repo: one for one in seen.values()}
    return Collected(
        repos=tuple(by_repo),
        repositories=len(by_repo),
        commits=sum(one.commits for one in by_repo.values()),
        new_commits=outcome.new_commits if outcome else 0,
        skipped=tuple(kind for one in by_repo.values() for kind in one.skipped),
        failures=tuple(outcome.failures) if outcome else (),
        audits=tuple(audits),
        unchanged=outcome is None,
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is to be read, and what was known before."""

    wanted: "Sequence[Target]"
    fingerprints: Mapping[str, str]
    remembered: "Mapping[str, Seen]"
    registry: "Registry"


def _read(work: _Work, settings: Settings, progress: "Progress", started: float) -> Collected:
    from analysis import build
    from collector import pipeline
    from collector.store.freshness import Seen, remember
    from collector.store.snapshots import publish
    from collector.store.writer import Ledger

    # Millions of small records come and go, none of them in a cycle: looking for cycles is a tenth of our own work.
    gc.freeze()
    gc.set_threshold(100_000)
    found: list[AuditResult] = []
    with Ledger.open(settings.store) as ledger:
        outcome = pipeline.collect(ledger, work.wanted, work.registry, jobs=settings.jobs, progress=progress)
        progress.step("verdicts and figures")
        published = publish(ledger, lambda con: found.extend(build.materialise(con)))
        seen = {
            git_dir: Seen(
                repo=repo,
                fingerprint=work.fingerprints[git_dir],
                commits=ledger.count_commits(repo),
                skipped=tuple(ledger.skipped(repo)),
            )
            for git_dir, repo in outcome.repos.items()
        }
        known = {**work.remembered, **seen}
        remember(settings.store, known, snapshot=published.name, rules=work.registry.digest)
    return _collected(seen, started=started, outcome=outcome, audits=[audit for audit in found if audit.rows])


def repository_id(path: Path) -> str | None:
    """Return the id of the repository at a path, or None where there is none."""
    from collector.errors import RepositoryError
    from collector.sources.git.repository import open_repository

    try:
        return open_repository(path).repo
    except RepositoryError:
        return None
