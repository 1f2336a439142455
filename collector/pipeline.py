"""Sources → evidence → store: one readable function per pass. This is the only place that joins them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain, islice
from typing import Protocol, cast

from collector.errors import RepositoryError
from collector.evidence.claims import demoted, disbelieved, from_claims, judge
from collector.evidence.links import evidence as evidence_of_links
from collector.evidence.markers import Detector
from collector.records import Commit, Evidence, FileChange, Landing, Repository, Run, Skipped, Tip, Trust
from collector.registry import Registry
from collector.sources.claims.source import Place, sources, tool_names
from collector.sources.claims.take import take
from collector.sources.git import attributes, blobs, history, identities, noise, patches
from collector.sources.git.graph import Graph, read_graph
from collector.sources.git.landings import continues, landings
from collector.sources.git.message import merged_branch
from collector.sources.git.refs import missing_blobs, present
from collector.sources.git.repository import Opened, as_text, open_repository
from collector.sources.git.targets import Target
from collector.store import log_facts
from collector.store.known import KnownRepository
from collector.store.rules import InstrumentRow, RuleRow, ToolRow
from collector.store.writer import Ledger

_LOAD = 4_000
"""Commits loaded in one transaction: enough that a load is cheap, few enough that a stop loses seconds."""


class Progress(Protocol):
    """Who wants to know how far a pass is."""

    def repository(self, repo: str, commits: int) -> None:
        """A repository is begun, with so many commits to read."""

    def advance(self, commits: int) -> None:
        """So many more commits were read."""

    def step(self, what: str) -> None:
        """Something else is being done that may take a while."""


@dataclass(slots=True)
class Outcome:
    """What a pass over some repositories did."""

    repos: dict[str, str] = field(default_factory=dict)
    """Repository id by git directory, of those whose pass is complete."""
    new_commits: int = 0
    failures: list[str] = field(default_factory=list)


def collect(ledger: Ledger, wanted: Sequence[Target], registry: Registry, *, jobs: int, progress: Progress) -> Outcome:
    """Bring the ledger up to date with these repositories; one that fails is named and leaves the others alone."""
    started = datetime.now(UTC)
    detector = Detector(registry)
    outcome = Outcome()
    ledger.replace_rules(*rule_rows(registry))
    if ledger.rules_digest() not in (None, registry.digest):
        detect_again(ledger, detector, started, progress)
    means = _Means(ledger=ledger, registry=registry, detector=detector, now=started, jobs=jobs, progress=progress)
    for target in wanted:
        try:
            opened = open_repository(target.where)
            outcome.new_commits += _Pass(opened, means).run()
            outcome.repos[str(target.git_dir)] = opened.repo
        except RepositoryError as error:
            outcome.failures.append(str(error))
    ledger.add_run(
        Run(
            started_at=started,
            finished_at=datetime.now(UTC),
            version=version("barograph"),
            rules_digest=registry.digest,
            repositories=len(outcome.repos),
            new_commits=outcome.new_commits,
            skipped=sum(kind.count for repo in set(outcome.repos.values()) for kind in ledger.skipped(repo)),
        )
    )
    return outcome


def rule_rows(registry: Registry) -> tuple[list[ToolRow], list[RuleRow], list[InstrumentRow]]:
    """Return the rule set as rows, so that a snapshot explains itself."""
    tools = [
        ToolRow(tool=profile.stem, name=profile.name, homepage=profile.homepage, color=profile.color)
        for profile in registry.tools
    ]
    rules = [
        RuleRow(
            rule=marker.rule,
            tool=None if marker.level in ("human", "automation") else marker.tool,
            field=marker.field,
            trust=marker.trust,
            level=marker.level,
            since=marker.since.isoformat() if marker.since else marker.since_note or None,
            off_switch=marker.off_switch or None,
            source=marker.source,
            defined_in=marker.defined_in,
        )
        for marker in registry.markers
    ]
    rules += [rule for profile in registry.tools for rule in _rules_of_logs(profile.stem)]
    instruments = [
        InstrumentRow(tool=change.tool, changed_on=change.at, rule=None, what=change.what, source=change.source)
        for change in registry.instruments
    ]
    return tools, rules, instruments


def _rules_of_logs(tool: str) -> Iterator[RuleRow]:
    """Yield what a tool's logs can prove, the same for every tool (DESIGN: trust)."""
    for name, trust, defined_in in (
        ("session-lines", "witnessed", "collector/evidence/matching.py"),
        ("session-file", "recorded", "collector/evidence/matching.py"),
        ("session-commit", "recorded", "collector/evidence/links.py"),
    ):
        yield RuleRow(
            rule=f"{tool}/{name}",
            tool=tool,
            field="log",
            trust=cast(Trust, trust),
            level="agent",
            since=None,
            off_switch=None,
            source="the tool's own log on this machine",
            defined_in=defined_in,
        )


def detect_again(ledger: Ledger, detector: Detector, now: datetime, progress: Progress) -> None:
    """Judge every stored commit by a rule set that has changed, without reading git."""
    for repository in ledger.repositories():
        repo = repository.repo
        progress.step(f"{repo}: rules have changed, looking at stored commits again")
        by_marker = (
            evidence for batch in ledger.commits(repo) for commit in batch for evidence in detector.commit(commit, now)
        )
        by_branch = _hints(ledger, repo, detector, now)
        of_logs = [claim for claim in ledger.claims(repo) if log_facts.is_of_log(claim.rule)]
        by_record = KnownRepository(ledger, repo).recorded({source.RULE for source in sources()})
        by_log = evidence_of_links(of_logs, log_facts.links(ledger, repo), now)
        ledger.replace_evidence(repo, chain(by_marker, by_branch, by_record, by_log))


def _hints(ledger: Ledger, repo: str, detector: Detector, now: datetime) -> Iterator[Evidence]:
    """Yield what the names of merged branches hint of the commits that those merges brought."""
    branches: dict[str, str] = {}
    for merge, subject in ledger.merges(repo):
        branch = merged_branch(subject)
        if branch and detector.merged(repo=repo, merge_sha=merge, branch=branch, shas=[merge], seen_at=now):
            branches[merge] = branch
    for merge, landed in ledger.landed_with(repo, list(branches)).items():
        yield from detector.merged(repo=repo, merge_sha=merge, branch=branches[merge], shas=landed, seen_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What every pass of a run works with."""

    ledger: Ledger
    registry: Registry
    detector: Detector
    now: datetime
    jobs: int
    progress: Progress


class _Pass:
    """One repository's way from git into the ledger."""

    def __init__(self, opened: Opened, means: "_Means") -> None:
        self._opened, self._repo, self._where = opened, opened.repo, opened.where
        self._ledger, self._registry, self._detector = means.ledger, means.registry, means.detector
        self._now, self._jobs, self._progress = means.now, means.jobs, means.progress
        self._blobs: dict[str, str] = {}
        self._met: set[str] = set()
        self._missing = missing_blobs(self._where) if opened.is_partial else frozenset[str]()
        self._resumed = False

    def run(self) -> int:
        """Read what is new, then say in one transaction that the pass is complete; return the new commits."""
        refs = self._opened.refs
        if self._ledger.was_shallow(self._repo):
            self._ledger.forget_boundary(self._repo)
        before = list(self._ledger.tips(self._repo).values())
        graph = read_graph(self._where, refs.tips.values(), without=before)
        new = self._read_history(graph)
        whole = [] if before else [graph]
        del graph  # large, and whoever takes it from the list is the last who needs it
        self._complete(whole)
        return new

    def _read_history(self, graph: Graph) -> int:
        """Load commits that the last complete pass did not reach; an interrupted pass's are there already."""
        known = self._ledger.known_commits(self._repo) if graph.order else set[str]()
        unread = [sha for sha in graph.order if sha not in known]
        self._progress.repository(self._repo, len(unread))
        batches = history.stream(self._where, self._repo, unread, jobs=self._jobs, missing=self._missing)
        new = 0
        while group := list(islice(batches, _LOAD // history.BATCH)):
            new += self._load(group)
        there = [sha for sha in graph.order if sha in known]
        self._resumed = bool(there)
        for path, blob in history.blobs_of(self._where, there):
            self._blobs.setdefault(path, blob)
        return new

    def _load(self, group: Sequence[history.Batch]) -> int:
        commits: list[Commit] = []
        changes: list[FileChange] = []
        skipped: list[Skipped] = []
        for batch in group:
            commits += batch.commits
            changes += batch.changes
            skipped += batch.skipped
            for path, blob in batch.blobs.items():
                self._blobs.setdefault(path, blob)
        self._met.update(change.path for change in changes)
        evidence = [found for commit in commits for found in self._detector.commit(commit, self._now)]
        added = self._ledger.add_history(commits, changes, evidence, skipped=skipped)
        self._progress.advance(len(commits))
        return added

    def _complete(self, whole: list[Graph]) -> None:
        """Say what is on the default branch, what is noise, who is who and what came twice.

        `whole` holds the graph of everything, where the pass has just read everything.
        """
        self._progress.step(f"{self._repo}: default branch, noise, duplicates")
        tip, old_tip = self._opened.refs.default_tip, self._ledger.default_tip(self._repo)
        if old_tip and not present(self._where, [old_tip]):
            old_tip = None
        grown = old_tip is not None and tip is not None and continues(self._where, tip, old_tip)
        landed = self._landings(tip, old_tip if grown else None, whole)
        tree = blobs.tree(self._where, tip) if tip else {}
        old_tree = tree if tip == old_tip else blobs.tree(self._where, old_tip) if old_tip else None
        with self._ledger.at_once():
            self._ledger.finish(
                self._repository(),
                tips=[Tip(repo=self._repo, ref=ref, sha=sha) for ref, sha in self._opened.refs.tips.items()],
                identities=identities.canonical(self._opened.git_dir, self._repo, self._ledger.people(self._repo), tip),
                landings=None if grown else landed,
                new_landings=landed if grown else (),
                noise=self._noise(tree, old_tree),
                ignored_revisions=attributes.ignored_revisions(self._where, tree, self._missing),
            )
            self._take_claims()
            if tip != old_tip:
                self._ledger.add_evidence(_hints(self._ledger, self._repo, self._detector, self._now))
                candidates = self._ledger.candidates_for_patch_id(self._repo)
                self._ledger.set_patch_ids(
                    self._repo, patches.patch_ids(self._where, candidates, missing=self._missing)
                )

    def _landings(self, tip: str | None, without: str | None, whole: list[Graph]) -> Iterator[Landing]:
        if tip is not None and tip != without:
            graph = whole.pop() if whole else read_graph(self._where, [tip], without=[without] if without else ())
            yield from landings(graph, self._repo, tip)

    def _repository(self) -> Repository:
        opened = self._opened
        return Repository(
            repo=opened.repo,
            path=as_text(opened.where),
            default_branch=opened.refs.default_ref,
            object_format=opened.object_format,
            is_bare=opened.is_bare,
            is_shallow=opened.is_shallow,
            is_partial=opened.is_partial,
            collected_at=self._now,
        )

    def _noise(self, tree: Mapping[str, str], old_tree: Mapping[str, str] | None) -> dict[str, str | None]:
        """Return the reason of every path for which there may be another one since the last pass.

        These are the paths that it met and those that differ on the default branch (also after a merge or a
        force-push of what was read before); all of them where `.gitattributes` changed or nothing is known before.
        A file is judged by its content on the default branch, where it is not there by the newest it had.
        """
        before = {} if old_tree is None else old_tree
        differs = {path for path in tree.keys() | before.keys() if tree.get(path) != before.get(path)}
        paths = self._met | differs
        if self._resumed or old_tree is None or any(path.endswith(".gitattributes") for path in differs):
            paths.update(self._ledger.paths(self._repo))
        stated = attributes.read_attributes(self._where, tree, self._missing)
        reasons = {path: stated.noise(path) or noise.by_path(path) for path in paths}
        newest = {
            path: tree.get(path) or self._blobs.get(path) or before.get(path)
            for path, reason in reasons.items()
            if reason is None
        }
        return reasons | self._by_content({path: blob for path, blob in newest.items() if blob})

    def _by_content(self, newest: Mapping[str, str]) -> dict[str, str | None]:
        paths: dict[str, list[str]] = {}
        for path, blob in newest.items():
            if noise.readable(path):
                paths.setdefault(blob, []).append(path)
        read = blobs.contents(self._where, paths, at_most=noise.LARGEST, missing=self._missing)
        return {path: noise.by_content(path, content) for blob, content in read for path in paths[blob]}

    def _take_claims(self) -> None:
        """Take in what records that others keep say of these commits, and judge how far it can be true."""
        known = KnownRepository(self._ledger, self._repo)
        place = Place(
            where=self._where,
            repo=self._repo,
            tip=self._opened.refs.default_tip,
            is_bare=self._opened.is_bare,
            known=known,
            tool=tool_names(self._registry),
            missing=self._missing,
            now=self._now,
        )
        for source in sources():
            if (taken := take(source, place)) is None:
                continue
            automated = known.automated()
            judged = judge(taken.claims, taken.added, automated)
            evidence = chain(
                from_claims(judged.claims, self._now, record=source.RECORD, origins=taken.origins),
                disbelieved(judged.disbelieved, self._now, record=source.RECORD),
                demoted(taken.evidence, automated),
            )
            name = source.RULE.partition("/")[0]
            skipped = [
                Skipped(source=self._repo, reason=f"{name}: {reason}", count=len(places), example=places[0])
                for reason, places in (*taken.odd.items(), *judged.odd.items())
            ]
            self._ledger.replace_claims(self._repo, source.RULE, judged.claims, evidence, skipped)
