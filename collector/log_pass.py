"""The way of agents' logs into the ledger: read what is new, find each session's repository, match its lines.

Reading comes before the repositories' passes, since sessions name repositories to collect; matching comes after
them, since it needs the commits.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collector.errors import RepositoryError
from collector.evidence import links
from collector.evidence.matching import SLACK, match
from collector.evidence.placement import Tree, absolute, by_paths
from collector.fingerprints import Fingerprints
from collector.pipeline import Progress
from collector.prices import load_prices
from collector.records import CommitCall, Edit, LogRecord, Place, SessionLog, Skipped, Watermark
from collector.sources.git.added import added_lines
from collector.sources.git.folders import Folders
from collector.sources.git.refs import missing_blobs, present
from collector.sources.git.repository import repository_name
from collector.sources.logs import harvest
from collector.store import log_facts
from collector.store.writer import Ledger

_LOAD = 50_000
"""Records loaded in one transaction."""
_BEFORE = timedelta(days=1)
"""Commits so much older than the first edit are looked at too: clocks differ, and dates are rewritten."""


@dataclass(slots=True)
class LogsRead:
    """What a run found in the logs."""

    logs: int = 0
    """Logs that had news."""
    records: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    """What was ever skipped in the logs that are known, by tool and reason."""
    repositories: dict[str, Path] = field(default_factory=dict)
    """By id, a folder of each repository in which sessions worked and that is here."""
    touched: set[tuple[str, str]] = field(default_factory=set)
    """Tool and id of the sessions that have news."""


def read_logs(ledger: Ledger, found: Sequence[harvest.Found]) -> LogsRead:
    """Take in what is new in the logs that were found, and say to which repositories it belongs."""
    fingerprints = Fingerprints(log_facts.line_key(ledger.directory))
    known = log_facts.watermarks(ledger)
    done = LogsRead()
    log_facts.replace_prices(ledger, load_prices())
    news = harvest.news(list(found), known)
    for records, marks, failures in _batches(news, known, fingerprints):
        _matching_due(ledger).touch(mode=0o600)
        log_facts.add(ledger, records, marks)
        done.logs += len(marks)
        done.records += len(records)
        done.failures += failures
        done.touched |= {(record.tool, record.session) for record in records}
    done.skipped = _skipped(log_facts.watermarks(ledger).values())
    if news:
        log_facts.replace_skipped(ledger, done.skipped, {one.file.tool for one in found})
    done.repositories = place_sessions(ledger)
    return done


def _batches(
    news: Sequence[harvest.Found], known: Mapping[str, Watermark], fingerprints: Fingerprints
) -> Iterator[tuple[list[LogRecord], list[Watermark], list[str]]]:
    """Yield what logs hold, several small ones at once; a log's watermark always comes with its records."""
    records: list[LogRecord] = []
    marks: list[Watermark] = []
    failures: list[str] = []
    for one in news:
        reading = harvest.read(one, known.get(str(one.file.path)), fingerprints)
        records += reading.records
        if reading.watermark:
            marks.append(reading.watermark)
        if reading.failure:
            failures.append(f"{one.file.path}: {reading.failure}")
        if len(records) >= _LOAD:
            yield records, marks, failures
            records, marks, failures = [], [], []
    if marks or failures:
        yield records, marks, failures


def _skipped(marks: Iterable[Watermark]) -> list[Skipped]:
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for mark in sorted(marks, key=lambda mark: mark.path):
        for reason, (count, example) in json.loads(mark.skipped).items():
            counts[mark.tool, reason] += count
            examples.setdefault((mark.tool, reason), example)
    return [
        Skipped(source=tool, reason=reason, count=count, example=examples[tool, reason])
        for (tool, reason), count in sorted(counts.items())
    ]


def place_sessions(ledger: Ledger) -> dict[str, Path]:
    """Find the repository of every folder that is here and in which sessions worked; return by id where each lies.

    What was known of a folder that is gone stays.
    """
    known = {place.directory: place for place in log_facts.places(ledger)}
    folders = Folders()
    here: dict[str, Path] = {}
    for directory in sorted(log_facts.directories(ledger)):
        place = _here(directory, folders)
        if place is not None:
            known[directory] = place
            here.setdefault(place.repo, Path(place.root))
    log_facts.replace_places(ledger, known.values())
    return here


def _here(directory: str, folders: Folders) -> Place | None:
    root = folders.root_of(directory)
    repo = folders.repository(root) if root else None
    return Place(directory=directory, repo=repo, root=str(root), method="folder") if repo else None


def _by_remote(directories: set[str], sessions: Iterable[SessionLog]) -> Iterator[Place]:
    for session in sessions:
        repo = repository_name(session.remote) if session.remote else None
        if repo and session.directory in directories:
            yield Place(directory=session.directory, repo=repo, root=session.directory, method="remote")


def _by_commit(ledger: Ledger, directories: set[str]) -> Iterator[Place]:
    """Yield the places of folders in which a commit was made that one repository alone has."""
    for directory, repo in log_facts.repositories_by_commit(ledger):
        if directory in directories:
            yield Place(directory=directory, repo=repo, root=directory, method="sha")


def place_lost(ledger: Ledger, repos: Collection[str]) -> set[str]:
    """Place the folders that are not here, once the commits of these repositories are; return those that gained one.

    The log's remote decides, then a commit that was made there, then the paths that were edited there.
    """
    known = {place.directory: place for place in log_facts.places(ledger)}
    lost = log_facts.directories(ledger) - known.keys()
    if not lost:
        return set()
    found: dict[str, Place] = {}
    for place in (*_by_remote(lost, log_facts.session_logs(ledger)), *_by_commit(ledger, lost)):
        found.setdefault(place.directory, place)
    trees: dict[str, Tree] = {}
    for directory in sorted(lost - found.keys()):
        trees = trees or {repo: Tree(ledger.paths(repo)) for repo in repos}
        edited = [absolute(path, directory) for path in log_facts.paths_in(ledger, directory)]
        if repo := by_paths(edited, trees):
            found[directory] = Place(directory=directory, repo=repo, root=directory, method="paths")
    if found:
        log_facts.replace_places(ledger, [*known.values(), *found.values()])
    return {place.repo for place in found.values()}


def match_all(
    ledger: Ledger, changed: Collection[str], touched: Collection[tuple[str, str]], progress: Progress
) -> dict[str, str]:
    """Match the sessions of every repository that is here and that changed, or whose sessions have news.

    Return by id what went wrong in those that could not be matched: nothing is known anew of them.
    """
    repositories = {one.repo: one for one in ledger.repositories()}
    affected = set(changed) | place_lost(ledger, repositories.keys()) | log_facts.repositories_of(ledger, touched)
    due = _matching_due(ledger)
    if due.exists():
        affected |= {place.repo for place in log_facts.places(ledger)}
    now = datetime.now(UTC)
    failures: dict[str, str] = {}
    for repo in sorted(affected & repositories.keys()):
        where = Path(repositories[repo].path)
        if not where.is_dir():
            continue
        progress.step(f"{repo}: lines of sessions")
        try:
            missing = missing_blobs(where) if repositories[repo].is_partial else frozenset[str]()
            match_sessions(ledger, Here(repo=repo, where=where, missing=missing), now)
        except RepositoryError as error:
            failures[repo] = str(error)
    if not failures:
        due.unlink(missing_ok=True)
    return failures


def _matching_due(ledger: Ledger) -> Path:
    """Return the file that lies beside the ledger from when logs are taken in until their sessions are matched.

    Found at the end of a run's reading, it may be of a run that was ended in between: its sessions are no news to
    this one, so that only the file tells of them.
    """
    return ledger.directory / "matching-due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A repository whose commits sessions may have made."""

    repo: str
    where: Path
    missing: frozenset[str]
    """Blobs that a partial clone lacks."""


def match_sessions(ledger: Ledger, here: Here, now: datetime) -> int:
    """Say which lines of a repository's commits which sessions wrote; return how many links were found."""
    repo = here.repo
    everywhere = log_facts.places(ledger)
    places = [place for place in everywhere if place.repo == repo]
    sure = {place.root for place in places if place.method == "folder"} | {str(here.where)}
    guessed = {place.root for place in places} - sure
    roots = sorted(sure | guessed)
    inner = _inner_roots(everywhere, repo, roots)
    edits = [
        edit for edit in log_facts.edits(ledger, roots) if not absolute(edit.path, edit.directory).startswith(inner)
    ]
    calls = log_facts.commit_calls(ledger, roots)
    logs = {(one.tool, one.session): one.log_path for one in log_facts.session_logs(ledger)}
    if not edits and not calls:
        if log_facts.has_links(ledger, repo):
            log_facts.replace_matches(ledger, repo, (), (), ())
        return 0
    fingerprints = Fingerprints(log_facts.line_key(ledger.directory))
    placed = [
        replace(edit, place=_pointer(logs, edit)) for edit in _placed(edits, Tree(ledger.paths(repo)), sure, guessed)
    ]
    since = min([edit.at for edit in edits] + [call.at for call in calls]) - SLACK - _BEFORE
    commits = log_facts.commits_since(ledger, repo, since)
    shas = _worth_comparing(log_facts.changed_since(ledger, repo, since), {edit.path for edit in placed})
    gone = frozenset(shas).difference(present(here.where, shas))
    skipped: list[Skipped] = []
    there = [sha for sha in shas if sha not in gone]
    added = list(added_lines(here.where, repo, there, fingerprints, missing=here.missing, skipped=skipped))
    matches = match(commits, added, placed, blank=fingerprints.lines([""]).exact[0])
    # of commits that git has forgotten since, or that only another clone has, what was found of them stays
    matched = [*matches.claims, *(claim for claim in log_facts.claims(ledger, repo) if claim.sha in gone)]
    known = links.Knowledge(
        commits=commits,
        lines_added=log_facts.lines_added(ledger, repo, since),
        files_added={(one.sha, one.path): len(one.numbers) for one in added},
        calls=[replace(call, place=_pointer(logs, call)) for call in calls],
        claims=matched,
        places=matches.places,
    )
    found = links.link(known)
    claims = links.linked(matched, found)
    log_facts.replace_matches(ledger, repo, claims, found, links.evidence(claims, found, now), skipped=skipped)
    return len(found)


def _pointer(logs: Mapping[tuple[str, str], str], record: Edit | CommitCall) -> str:
    """Return where a record stands: the log and the place in it."""
    return f"{logs.get((record.tool, record.session), record.session)}: {record.place}"


def _inner_roots(places: Iterable[Place], repo: str, roots: Iterable[str]) -> tuple[str, ...]:
    """Return how paths begin that lie in another repository inside of this one's work trees."""
    outer = tuple(f"{root}/" for root in roots)
    others = {place.root for place in places if place.repo != repo and place.method == "folder"}
    return tuple(f"{root}/" for root in sorted(others) if f"{root}/".startswith(outer))


def _worth_comparing(changed: Sequence[tuple[str, str, str | None]], edited: set[str]) -> list[str]:
    """Return the commits that changed an edited file, under whatever name it had before or after."""
    names = set(edited)
    while more := {name for _, *pair in changed if not names.isdisjoint(pair) for name in pair if name} - names:
        names |= more
    return list(dict.fromkeys(sha for sha, *pair in changed if not names.isdisjoint(pair)))


def _placed(edits: Iterable[Edit], tree: Tree, sure: Collection[str], guessed: Collection[str]) -> list[Edit]:
    """Return the edits whose file is of the repository, under its name there."""
    placed = []
    for edit in edits:
        path = tree.relative(absolute(edit.path, edit.directory), sure, guessed)
        if path is None:
            continue
        moved = tree.relative(absolute(edit.moved_from, edit.directory), sure, guessed) if edit.moved_from else None
        placed.append(replace(edit, path=path, directory=None, moved_from=moved))
    return placed
