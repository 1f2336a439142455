"""Collecting as a command does it: read, judge, publish, remember."""

import gc
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from collector.errors import BarographError
from collector.records import Skipped
from collector.settings import Settings

if TYPE_CHECKING:
    from analysis.answers import AuditResult
    from collector.pipeline import Outcome, Progress
    from collector.registry import Registry
    from collector.sources.git.targets import Target
    from collector.sources.logs.harvest import Found
    from collector.store.freshness import Remembered, Seen


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


def collect(
    paths: Sequence[Path],
    settings: Settings,
    *,
    follows_sessions: bool = False,
    environment: Mapping[str, str] | None = None,
    progress: "Progress | None" = None,
) -> Collected:
    """Bring the store up to date with the repositories that the paths mean and with the logs of this machine.

    With `follows_sessions` the repositories in which the logs' sessions worked are read too. The tools' own variables,
    which may lead to logs elsewhere, are those of `environment`, else of this process. A snapshot is published; where
    nothing has changed since the last run, neither DuckDB nor the ledger is touched.

    Raises:
        RepositoryError: a path means no repository.
        StoreError: another process is writing, or the store cannot be used.
        ToolProfileError: a rule file is wrong.
        BarographError: there is neither a repository nor a log to read.
    """
    from collector.registry import load_registry
    from collector.sources.git.targets import targets
    from collector.store.freshness import recall
    from collector.store.pointer import current

    started = time.monotonic()
    registry = load_registry(settings.tools)
    published = current(settings.store)
    remembered = recall(settings.store, snapshot=published.name if published else "", rules=registry.digest)
    wanted = targets([*paths, *(_there(remembered.worked_in) if follows_sessions else ())])
    logs = _find_logs(settings, wanted, os.environ if environment is None else environment)
    if not wanted and not logs.found:
        raise BarographError(
            f"nothing to collect: {Path.cwd()} is not in a git repository, the settings name none and no agent's log "
            f"lies below {settings.home}: name a repository (barograph collect PATH)"
        )
    work = _Work(
        wanted=wanted,
        fingerprints={str(target.git_dir): target.fingerprint() for target in wanted},
        remembered=remembered,
        registry=registry,
        logs=logs,
        follows_sessions=follows_sessions,
    )
    fresh = {path: seen for path, seen in remembered.repositories.items() if work.is_fresh(path)}
    if published and len(fresh) == len(wanted) and (not settings.logs or logs.fingerprint == remembered.logs):
        return _collected(fresh, logs=remembered.skipped, started=started)
    return _read(work, settings, progress or Quiet(), started)


def _there(folders: Sequence[str]) -> list[Path]:
    return [Path(folder) for folder in folders if Path(folder).is_dir()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Logs:
    """The logs that were found."""

    found: "list[Found]" = field(default_factory=list)
    fingerprint: str = ""


def _find_logs(settings: Settings, wanted: "Sequence[Target]", environment: Mapping[str, str]) -> _Logs:
    """Find the logs below the home, and those that agents keep in the work trees they work in."""
    if not settings.logs:
        return _Logs()
    from collector.sources.logs import harvest
    from collector.sources.logs.home import Home

    found = harvest.find(Home(settings.home, environment, tuple(target.where for target in wanted)))
    return _Logs(found=found, fingerprint=harvest.fingerprint(found))


def _collected(
    seen: "Mapping[str, Seen]",
    *,
    started: float,
    logs: Sequence[Skipped] = (),
    outcome: "Outcome | None" = None,
    audits: "Sequence[AuditResult]" = (),
) -> Collected:
    by_repo = {one.repo: one for one in seen.values()}
    return Collected(
        repos=tuple(by_repo),
        repositories=len(by_repo),
        commits=sum(one.commits for one in by_repo.values()),
        new_commits=outcome.new_commits if outcome else 0,
        skipped=(*(kind for one in by_repo.values() for kind in one.skipped), *logs),
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
    remembered: "Remembered"
    registry: "Registry"
    logs: _Logs
    follows_sessions: bool

    def is_fresh(self, git_dir: str) -> bool:
        """Whether a repository is as the last run found it."""
        seen = self.remembered.repositories.get(git_dir)
        return seen is not None and self.fingerprints.get(git_dir) == seen.fingerprint


def _read(work: _Work, settings: Settings, progress: "Progress", started: float) -> Collected:
    from analysis import build
    from collector import log_pass, pipeline
    from collector.sources.git.targets import targets
    from collector.store.freshness import Remembered, Seen, remember
    from collector.store.snapshots import publish
    from collector.store.writer import Ledger

    # Millions of small records come and go, none of them in a cycle: looking for cycles is a tenth of our own work.
    gc.freeze()
    gc.set_threshold(100_000)
    audits: list[AuditResult] = []
    with Ledger.open(settings.store) as ledger:
        read = log_pass.LogsRead()
        if settings.logs:
            progress.step("agents' logs")
            read = log_pass.read_logs(ledger, work.logs.found)
        wanted = {str(target.git_dir): target for target in work.wanted}
        if work.follows_sessions:
            for target in targets(read.repositories.values()):
                wanted.setdefault(str(target.git_dir), target)
        fingerprints = {path: work.fingerprints.get(path) or target.fingerprint() for path, target in wanted.items()}
        outcome = pipeline.collect(ledger, list(wanted.values()), work.registry, jobs=settings.jobs, progress=progress)
        changed = {repo for path, repo in outcome.repos.items() if not work.is_fresh(path)}
        unmatched = log_pass.match_all(ledger, changed, read.touched, progress)
        progress.step("verdicts and figures")
        published = publish(ledger, lambda con: audits.extend(build.materialise(con)))
        seen = {
            git_dir: Seen(
                repo=repo,
                fingerprint="" if repo in unmatched else fingerprints[git_dir],
                commits=ledger.count_commits(repo),
                skipped=tuple(ledger.skipped(repo)),
            )
            for git_dir, repo in outcome.repos.items()
        }
        known = Remembered(
            repositories={**work.remembered.repositories, **seen},
            logs=work.logs.fingerprint if settings.logs else work.remembered.logs,
            worked_in=tuple(map(str, read.repositories.values())) if settings.logs else work.remembered.worked_in,
            skipped=tuple(read.skipped) if settings.logs else work.remembered.skipped,
        )
        remember(settings.store, known, snapshot=published.name, rules=work.registry.digest)
    outcome.failures += [*read.failures, *unmatched.values()]
    return _collected(
        seen, logs=read.skipped, started=started, outcome=outcome, audits=[audit for audit in audits if audit.rows]
    )


def repository_id(path: Path) -> str | None:
    """Return the id of the repository at a path, or None where there is none."""
    from collector.errors import RepositoryError
    from collector.sources.git.repository import open_repository

    try:
        return open_repository(path).repo
    except RepositoryError:
        return None
