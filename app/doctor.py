"""Looks at everything that collecting needs and says what is wrong and how to mend it. It writes nothing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.drawing import count, moment
from collector.errors import BarographError, StoreError

if TYPE_CHECKING:
    from analysis.answers import Health, SkippedKind
    from collector.settings import Settings

OLDEST_GIT = (2, 31)
"""The first git that takes its configuration from the environment alone, which reading hardened needs."""
OLDEST_PYTHON = (3, 11)
TIGHT, FULL = 1 << 30, 100 << 20
"""Bytes of free disk below which we warn, and below which collecting is likely to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "error"]
    detail: str
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was looked at, and what sources left out at their last pass."""

    checks: tuple[Check, ...]
    skipped: "tuple[SkippedKind, ...]" = ()

    @property
    def has_errors(self) -> bool:
        """Whether something must be mended."""
        return any(check.status == "error" for check in self.checks)


def examine(settings: "Settings", problem: BarographError | None = None) -> Diagnosis:
    """Look at the machine, the settings, the rule files and the store; `problem` is why settings could not be read."""
    checks = [_git(), _python(), _settings(settings, problem), _tools(settings), _disk(settings.store)]
    checks += _logs(settings)
    checks += _folder(settings.store)
    health: Health | None = None
    try:
        health = _health(settings.store) if settings.store.exists() else None
    except StoreError as error:
        checks.append(_unopened(settings.store, error))
    if health is not None:
        checks += [_snapshot(settings.store, health), *_repositories(health), _audits(health)]
    return Diagnosis(checks=tuple(checks), skipped=health.skipped if health else ())


def _git() -> Check:
    found = shutil.which("git")
    if found is None:
        return Check(name="git", status="error", detail="not found", fix="install git and put it on your PATH")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = re.search(r"(\d+)\.(\d+)", said)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    if version < OLDEST_GIT:
        least = ".".join(map(str, OLDEST_GIT))
        return Check(name="git", status="error", detail=f"{said} is too old", fix=f"install git {least} or newer")
    return Check(name="git", status="ok", detail=said)


def _python() -> Check:
    detail = f"{sys.version.split()[0]} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Check(name="python", status="error", detail=detail, fix="install Python 3.11 or newer")
    return Check(name="python", status="ok", detail=detail)


def _settings(settings: "Settings", problem: BarographError | None) -> Check:
    if problem is not None:
        return Check(name="settings", status="error", detail=str(problem), fix="mend or remove that line or variable")
    changed = [name for name, origin in settings.origins.items() if origin != "default"]
    detail = f"{count(len(changed), 'values')} set: {', '.join(changed)}" if changed else "all at their defaults"
    return Check(name="settings", status="ok", detail=detail)


def _tools(settings: "Settings") -> Check:
    from collector.registry import load_registry

    try:
        registry = load_registry(settings.tools, prove=True)
    except BarographError as error:
        return Check(name="tools", status="error", detail=str(error), fix="mend that line, or take the file away")
    own = len(list(settings.tools.glob("*.toml"))) if settings.tools.is_dir() else 0
    markers = sum(1 for _ in registry.markers)
    detail = f"{count(len(registry.tools), 'tools')} with {count(markers, 'markers')}"
    return Check(
        name="tools", status="ok", detail=detail + (f", {count(own, 'files')} from {settings.tools}" if own else "")
    )


def _logs(settings: "Settings") -> Iterator[Check]:
    """Say what logs of agents are there, and which of them will be deleted when."""
    from app.retention import kept
    from collector.registry import load_registry
    from collector.sources.logs import harvest
    from collector.sources.logs.home import Home

    if not settings.logs:
        yield Check(name="logs", status="ok", detail="not read: the setting logs is off")
        return
    found = harvest.find(Home(settings.home))
    if not found:
        yield Check(name="logs", status="ok", detail=f"no agent's log lies below {settings.home}")
        return
    try:
        registry = load_registry(settings.tools)
    except BarographError:
        return  # told already, as what is wrong with the tools
    for one in kept(found, registry, settings.home):
        there = f"{count(one.logs, 'logs')}, the oldest written {count(round(one.oldest_days), 'days')} ago"
        if one.kept_days is None or one.keeping is None:
            yield Check(name=f"logs of {one.tool}", status="ok", detail=f"{there}; none is deleted by the tool itself")
            continue
        origin = "as set" if one.is_set else "by default"
        detail = f"{there}; deleted {count(round(one.kept_days), 'days')} after they were written ({origin})"
        if not one.due:
            yield Check(name=f"logs of {one.tool}", status="ok", detail=detail)
            continue
        yield Check(
            name=f"logs of {one.tool}",
            status="warning",
            detail=f"{detail}: {one.due:,} within a week",
            fix=f"`barograph collect` keeps what they say; to keep them longer raise {one.keeping.setting} in "
            f"~/{one.keeping.file}",
        )


def _disk(store: Path) -> Check:
    place = next(folder for folder in (store, *store.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / (1 << 30):.1f} GiB free at {place}"
    if free < TIGHT:
        status: Literal["error", "warning"] = "error" if free < FULL else "warning"
        return Check(
            name="disk", status=status, detail=detail, fix="free some space, or choose another place with --store"
        )
    return Check(name="disk", status="ok", detail=detail)


def _folder(store: Path) -> Iterator[Check]:
    if not store.exists():
        yield Check(name="store", status="warning", detail=f"no store at {store} yet", fix="run `barograph collect`")
        return
    if not store.is_dir() or not os.access(store, os.R_OK | os.W_OK | os.X_OK):
        fix = "take its permissions back (chmod 700) or choose another place with --store"
        yield Check(name="store", status="error", detail=f"{store} is no folder that we can read and write", fix=fix)
        return
    mode = store.stat().st_mode & 0o777
    if os.name != "nt" and mode & 0o077:
        fix = f"chmod 700 '{store}'"
        yield Check(name="store", status="warning", detail=f"{store} is open to others (mode {mode:04o})", fix=fix)
    else:
        yield Check(name="store", status="ok", detail=f"{store} (mode {mode:04o})")
    yield _lock(store)


def _lock(store: Path) -> Check:
    lock = store / "lock"
    if not lock.exists():
        return Check(name="lock", status="ok", detail="free")
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, timeout=0):
            return Check(name="lock", status="ok", detail="free")
    except Timeout:
        holder = store / "lock.pid"
        who = f"process {holder.read_text(encoding='ascii').strip()}" if holder.exists() else "another process"
        return Check(name="lock", status="warning", detail=f"held by {who}", fix="wait until it ends, or stop it")
    except OSError as error:
        return Check(
            name="lock", status="error", detail=f"{lock}: {error.strerror}", fix=f"take back '{lock}' (chmod 600)"
        )


def _health(store: Path) -> "Health":
    from analysis import queries
    from collector.store.snapshots import open_current

    with open_current(store) as con:
        return queries.health(con)


def _unopened(store: Path, error: StoreError) -> Check:
    if not (store / "snapshots" / "current").exists() and not (store / "ledger.duckdb").exists():
        return Check(name="snapshot", status="warning", detail="nothing collected yet", fix="run `barograph collect`")
    detail, _, fix = str(error).rpartition(": ")
    return Check(name="snapshot", status="error", detail=detail or str(error), fix=fix or "run `barograph collect`")


def _snapshot(store: Path, health: "Health") -> Check:
    from collector.store.migrate import read_schema

    last = health.runs[0] if health.runs else None
    when = f"collected {moment(last.finished_at)} by barograph {last.version}" if last else "no run is recorded"
    return Check(name="snapshot", status="ok", detail=f"schema {read_schema().version}, {when}")


def _repositories(health: "Health") -> Iterator[Check]:
    total = sum(one.commits for one in health.repositories)
    found = f"{count(len(health.repositories), 'repositories')} with {count(total, 'commits')}"
    yield Check(name="repositories", status="ok", detail=found)
    for one in health.repositories:
        problems = [
            (not Path(one.path).exists(), f"{one.path} is gone", "its facts are kept; collect it from its new place"),
            (
                one.is_shallow,
                "shallow clone: its older history is not counted",
                f"git -C '{one.path}' fetch --unshallow",
            ),
            (
                one.unmeasured_commits > 0,
                f"{count(one.unmeasured_commits, 'commits')} not measured: a blob is missing",
                f"git -C '{one.path}' fetch --refetch --no-filter" if one.is_partial else f"git -C '{one.path}' fsck",
            ),
        ]
        for wrong, detail, fix in problems:
            if wrong:
                yield Check(name=f"repository {one.repo}", status="warning", detail=detail, fix=fix)
    yield from _unreadable(health)


def _unreadable(health: "Health") -> Iterator[Check]:
    for one in health.repositories:
        path = Path(one.path)
        if path.exists() and not os.access(path, os.R_OK | os.X_OK):
            detail = f"{path} cannot be read"
            yield Check(name=f"repository {one.repo}", status="error", detail=detail, fix=f"chmod u+rx '{path}'")


def _audits(health: "Health") -> Check:
    wrong = [audit for audit in health.audits if audit.rows]
    if not wrong:
        return Check(name="audits", status="ok", detail=f"{count(len(health.audits), 'audits')}, none found anything")
    detail = "; ".join(f"{audit.name}: {audit.rows:,} ({audit.example})" for audit in wrong)
    return Check(
        name="audits", status="error", detail=detail, fix="report it with the output of `barograph doctor --json`"
    )


def render(diagnosis: Diagnosis) -> Iterator[str]:
    """One line per check, what was skipped, and a last line that sums up."""
    width = max(len(check.name) for check in diagnosis.checks)
    for check in diagnosis.checks:
        fix = f" → {check.fix}" if check.fix else ""
        yield f"{check.status:<8} {check.name:<{width}}  {check.detail}{fix}"
    yield from _skipped(diagnosis.skipped)
    by_status = [check.status for check in diagnosis.checks]
    yield f"{count(by_status.count('error'), 'errors')}, {count(by_status.count('warning'), 'warnings')}"


def _skipped(skipped: "Sequence[SkippedKind]") -> Iterator[str]:
    for kind in skipped:
        yield f"skipped  {kind.source}: {kind.count:,} {kind.reason} (as {kind.example})"


def summary(skipped: "Iterable[Any]") -> str:
    """What was skipped, in one line: reasons over all sources, the most frequent first."""
    kinds: dict[str, tuple[int, str]] = {}
    for kind in skipped:
        before, example = kinds.get(kind.reason, (0, kind.example))
        kinds[kind.reason] = (before + kind.count, example)
    if not kinds:
        return "nothing skipped"
    ordered = sorted(kinds.items(), key=lambda item: (-item[1][0], item[0]))
    told = ", ".join(f"{number:,} {reason} (as {example})" for reason, (number, example) in ordered)
    return f"{sum(number for number, _ in kinds.values()):,} skipped: {told}"
