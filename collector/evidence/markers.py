"""Commit → Evidence: judges the identities and the message lines that were kept, by the rules of the registry.

Pure: the same commit, rules and `seen_at` give the same evidence, so a changed rule set judges stored commits anew
without reading git again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from collector.evidence.disclosures import Disclosures
from collector.evidence.identities import Identities
from collector.evidence.models import find_model, model_name
from collector.records import Commit, Evidence, Level, Trust
from collector.registry import ANY_MODEL, Marker, Registry, Role, has_key, plain_key

LEVELS: tuple[Level, ...] = (
    "human", "automation", "message", "completion", "suggestion", "assisted", "agent", "autonomous",
)  # fmt: skip
TRUSTS: tuple[Trust, ...] = ("hinted", "declared", "recorded", "witnessed")
MAX_POINTER = 200

# These say that somebody looked at, asked for or found something, not that they wrote it.
_ONLOOKERS = frozenset(
    [
        "reviewed-by",
        "tested-by",
        "acked-by",
        "reported-by",
        "approved-by",
        "suggested-by",
        "requested-by",
        "noticed-by",
        "mentored-by",
        "merged-by",
        "closed-by",
        "nacked-by",
        "inspired-by",
    ]
)
_LANDED = re.compile(r"\(#\d+\)\s*$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker met in a commit: where, in which words, and what they add."""

    marker: Marker
    where: str
    words: str
    level: Level
    trust: Trust
    tool: str | None
    model: str | None
    session: str | None


class Detector:
    """Finds what the markers of a registry prove about single commits and about merged branches."""

    def __init__(self, registry: Registry) -> None:
        """Order the registry's markers by the field that they are about."""
        self._identities = Identities(registry)
        self._disclosures = Disclosures(registry)
        markers = list(registry.markers)
        self._kinds = {p.stem.lstrip("_"): p.kind for p in registry.profiles.values()}
        self._author_names = [m for m in markers if m.field == "author-name"]
        self._committer_names = [m for m in markers if m.field == "committer-name"]
        self._subjects = [m for m in markers if m.field == "subject"]
        self._branches = [m for m in markers if m.field == "branch"]
        lines = [m for m in markers if m.field in ("trailer", "footer", "prose")]
        # A tool's own line is judged first; a neutral rule takes only what none of them claimed.
        lines.sort(key=lambda m: m.names_tool)
        self._footers = [m for m in lines if m.field == "footer"]
        self._prose = [m for m in lines if m.field == "prose"]
        self._trailers: dict[str, list[Marker]] = {}
        for marker in lines:
            for key in dict.fromkeys(plain_key(key) for key in marker.key):
                self._trailers.setdefault(key, []).append(marker)

    def commit(self, commit: Commit, seen_at: datetime) -> list[Evidence]:
        """All evidence in one commit's identities and message, one per tool, rule and model, strongest first seen."""
        hits = [*self._people(commit), *self._subject(commit.subject)]
        squash = is_squash(commit)
        if commit.message_markers:
            authors = frozenset(hit.tool for hit in hits if hit.where == "author" and hit.tool)
            hits += [self._capped(hit) if squash else hit for hit in self._message(commit.message_markers, authors)]
        return [_evidence(commit.repo, commit.sha, hit, seen_at) for hit in _settled(hits)] if hits else []

    def merged(
        self, *, repo: str, merge_sha: str, branch: str, shas: Iterable[str], seen_at: datetime
    ) -> list[Evidence]:
        """Hints that a tool wrote the commits which the merge of a branch brought, by the branch's name."""
        found = [m for m in self._branches if m.regex.search(branch)]
        words = f"{branch} (merged in {merge_sha[:12]})"
        hits = [_hit(m, "branch", words, level=m.level, trust="hinted") for m in found]
        return [_evidence(repo, sha, hit, seen_at) for sha in shas for hit in hits]

    def _people(self, commit: Commit) -> Iterator[Hit]:
        author = f"{commit.author_name} <{commit.author_email}>"
        committer = f"{commit.committer_name} <{commit.committer_email}>"
        for marker in self._identities.of(author):
            yield self._identity_hit(marker, "author", author)
        for marker in self._author_names:
            if marker.regex.search(commit.author_name):
                yield _hit(marker, "author", author, level=marker.level)
        if committer != author:
            for marker in self._identities.of(committer):
                if self._kinds[marker.tool] != "automation":  # a bot that merely lands commits, such as GitHub's own
                    yield self._identity_hit(marker, "committer", committer)
        for marker in self._committer_names:
            if marker.regex.search(commit.committer_name):
                yield _hit(marker, "committer", committer, level=marker.level)

    def _subject(self, subject: str) -> Iterator[Hit]:
        for marker in self._subjects:
            if marker.regex.search(subject):
                yield _hit(marker, "subject", subject, level=marker.level)

    def _message(self, lines: tuple[str, ...], authors: frozenset[str]) -> Iterator[Hit]:
        for line in lines:
            quoted = line.startswith("> ")
            for hit in self._line(line[2:] if quoted else line, lines):
                level = next((lv for by, lv in hit.marker.level_if_author.items() if by in authors), hit.level)
                if quoted:
                    yield replace(hit, level=level, trust="hinted", where=f"quoted {hit.where}")
                else:
                    yield replace(hit, level=level)

    def _line(self, line: str, lines: tuple[str, ...]) -> Iterator[Hit]:
        if line.startswith("prose: "):
            yield from self._neutral(self._prose, "prose", line[7:], line[7:])
            return
        key, colon, value = line.partition(":")
        plain, value = plain_key(key), value.strip()
        rules = self._trailers.get(plain, ()) if colon else ()
        claimed = False
        for marker in rules:
            if not marker.names_tool and has_key(marker, key) and (found := marker.regex.search(value)):
                claimed = True
                yield _hit(marker, "trailer", line, found=found, lines=lines)
        if colon and plain.endswith("-by"):
            trust: Trust | None = "hinted" if plain in _ONLOOKERS else None
            for marker in self._identities.of(value):
                if self._kinds[marker.tool] != "automation":
                    claimed = True
                    where = "co-author" if plain == "co-authored-by" else plain
                    yield self._identity_hit(marker, "co-author", value, where=where, trust=trust)
        if not claimed and rules:
            yield from self._neutral([m for m in rules if m.names_tool and has_key(m, key)], "trailer", value, line)
        elif not claimed and not rules:
            yield from self._footer(line)

    def _footer(self, line: str) -> Iterator[Hit]:
        if " with " not in line and " by " not in line and " using " not in line:
            return
        own = [
            _hit(m, "footer", line, found=found)
            for m in self._footers
            if not m.names_tool and (found := m.regex.search(line))
        ]
        yield from own or self._neutral([m for m in self._footers if m.names_tool], "footer", line, line)

    def _neutral(self, markers: Iterable[Marker], where: str, words: str, line: str) -> Iterator[Hit]:
        for marker in markers:
            if not (found := marker.regex.search(words)):
                continue
            named = found.groupdict().get("name")
            credit = self._disclosures.credit(named if named is not None else words, whole=named is not None)
            if credit is None and not marker.says_ai:
                continue
            tool, model = credit or (None, None)
            yield replace(_hit(marker, where, line), tool=tool or marker.tool, model=model)
            return  # the first neutral rule that reads a line is enough

    def _identity_hit(
        self, marker: Marker, role: Role, words: str, *, where: str = "", trust: Trust | None = None
    ) -> Hit:
        level = marker.levels.get(role, marker.level)
        return _hit(marker, where or role, words, level=level, trust=trust)

    @staticmethod
    def _capped(hit: Hit) -> Hit:
        """In a squash a line speaks for one of several commits: at most "assisted" for the whole."""
        return replace(hit, level="assisted") if hit.level in ("agent", "autonomous") else hit


def is_squash(commit: Commit) -> bool:
    """Say whether several commits were made one: GitHub's "… (#12)", or a body that lists them."""
    if commit.message_markers and commit.message_markers[0].startswith("squashed-commits:"):
        return True
    # Whoever writes "(#12)" into a commit of their own means an issue; landed by another hand it is a pull request,
    # by GitHub's button or cherry-picked from where the button put it.
    relanded = commit.committer_email != commit.author_email
    return relanded and _LANDED.search(commit.subject) is not None


def _hit(
    marker: Marker,
    where: str,
    words: str,
    *,
    level: Level | None = None,
    trust: Trust | None = None,
    found: re.Match[str] | None = None,
    lines: tuple[str, ...] = (),
) -> Hit:
    groups = found.groupdict() if found else {}
    return Hit(
        marker=marker,
        where=where,
        words=words,
        level=level or marker.level,
        trust=trust or marker.trust,
        tool=None if marker.level in ("human", "automation") else marker.tool,
        model=_model(marker, words, groups.get("model"), lines),
        session=groups.get("session"),
    )


def _model(marker: Marker, words: str, grouped: str | None, lines: tuple[str, ...]) -> str | None:
    if grouped is None and marker.model_key is not None:
        values = [line.partition(":") for line in lines]
        grouped = next((value for key, _, value in values if plain_key(key) == plain_key(marker.model_key)), None)
    if grouped is None and marker.model == ANY_MODEL:
        named = find_model(words.partition("<")[0])
        return named[0] if named else None
    if grouped is None and marker.model is not None:
        pattern = marker.model_regex
        found = pattern.search(words) if pattern else None
        grouped = found["model"] if found else None if pattern else marker.model
    if not grouped:
        return None
    named = find_model(grouped)
    return named[0] if named else model_name(grouped)


def _settled(hits: list[Hit]) -> Iterator[Hit]:
    """One hit per tool, rule and model, the strongest; no "message only" where the same tool wrote the code too."""
    best: dict[tuple[str | None, str, str | None], Hit] = {}
    for hit in hits:
        known = best.get(key := (hit.tool, hit.marker.rule, hit.model))
        if known is None or _strength(hit) > _strength(known):
            best[key] = hit
    coders = {hit.tool for hit in best.values() if hit.level != "message" and hit.trust != "hinted"}
    for hit in best.values():
        if hit.level != "message" or hit.tool not in coders:
            yield hit


def _strength(hit: Hit) -> tuple[int, int]:
    return TRUSTS.index(hit.trust), LEVELS.index(hit.level)


def _evidence(repo: str, sha: str, hit: Hit, seen_at: datetime) -> Evidence:
    return Evidence(
        repo=repo,
        sha=sha,
        tool=hit.tool,
        model=hit.model,
        rule=hit.marker.rule,
        trust=hit.trust,
        level=hit.level,
        scope="message" if hit.level == "message" else hit.marker.scope,
        lines=None,
        session=hit.session,
        pointer=f"{hit.where}: {hit.words}"[:MAX_POINTER],
        first_seen_at=seen_at,
    )
