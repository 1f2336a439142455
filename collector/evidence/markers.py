"""Commit → Evidence: judges the identities and the message lines that were kept, by the rules of the registry.

Pure: the same commit, rules and `seen_at` give the same evidence, so a changed rule set judges stored commits anew
without reading git again.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

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
_ONLOOKER = re.compile(
    r"(?:reviewed|tested|acked|nacked|reported|approved|suggested|requested|noticed|mentored|merged|closed|inspired)-by"
)
# These name whoever wrote the message, not the code.
_SCRIBE = re.compile(r"(?:commi\w*t|message)-[\w-]*by")
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
        self._people = lru_cache(maxsize=65536)(self._find_people)
        self._line_hits = lru_cache(maxsize=65536)(self._find_in_line)
        self._trailers: dict[str, list[Marker]] = {}
        for marker in lines:
            for key in dict.fromkeys(plain_key(key) for key in marker.key):
                self._trailers.setdefault(key, []).append(marker)

    def commit(self, commit: Commit, seen_at: datetime) -> list[Evidence]:
        """All evidence in one commit's identities and message: one per tool, rule and model, the strongest."""
        hits = self._people(commit.author_name, commit.author_email, commit.committer_name, commit.committer_email)
        for marker in self._subjects:
            if marker.regex.search(commit.subject):
                hits = (*hits, _hit(marker, "subject", commit.subject))
        if commit.message_markers and (told := self._message(commit, hits)):
            hits = (*hits, *told)
        return [_evidence(commit.repo, commit.sha, hit, seen_at) for hit in _settled(hits)] if hits else []

    def merged(
        self, *, repo: str, merge_sha: str, branch: str, shas: Iterable[str], seen_at: datetime
    ) -> list[Evidence]:
        """Hints that a tool wrote the commits which the merge of a branch brought, by the branch's name."""
        found = [m for m in self._branches if m.regex.search(branch)]
        words = f"{branch} (merged in {merge_sha[:12]})"
        hits = [_hit(m, "branch", words, trust="hinted") for m in found]
        return [_evidence(repo, sha, hit, seen_at) for sha in shas for hit in hits]

    def _find_people(self, author: str, author_email: str, committer: str, committer_email: str) -> tuple[Hit, ...]:
        return (*self._author(author, author_email), *self._committer(committer, committer_email))

    def _author(self, name: str, email: str) -> Iterator[Hit]:
        words = f"{name} <{email}>"
        for marker in self._identities.of(words):
            yield _identity_hit(marker, "author", words)
        for marker in self._author_names:
            if marker.regex.search(name):
                yield _hit(marker, "author", words)

    def _committer(self, name: str, email: str) -> Iterator[Hit]:
        words = f"{name} <{email}>"
        for marker in self._identities.of(words):
            if not self._is_bot(marker):  # a bot that merely lands other people's commits, such as GitHub's own
                yield _identity_hit(marker, "committer", words)
        for marker in self._committer_names:
            if marker.regex.search(name):
                yield _hit(marker, "committer", words)

    def _is_bot(self, marker: Marker) -> bool:
        return self._kinds[marker.tool] == "automation"

    def _message(self, commit: Commit, people: tuple[Hit, ...]) -> list[Hit]:
        found = [hit for line in commit.message_markers for hit in self._line_hits(line)]
        if not found:
            return found
        authors = {hit.tool for hit in people if hit.where == "author"}
        squash = is_squash(commit)
        return [_in_context(hit, commit.message_markers, authors, squash=squash) for hit in found]

    def _find_in_line(self, line: str) -> tuple[Hit, ...]:
        if line.startswith("> "):
            return tuple(replace(hit, trust="hinted", where=f"quoted {hit.where}") for hit in self._line(line[2:]))
        return tuple(self._line(line))

    def _line(self, line: str) -> Iterator[Hit]:
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
                yield _hit(marker, "trailer", line, found=found)
        if colon and plain.endswith("-by"):
            trust: Trust | None = "hinted" if _ONLOOKER.fullmatch(plain) else None
            level: Level | None = "message" if _SCRIBE.fullmatch(plain) else None
            for marker in self._identities.of(value):
                if not self._is_bot(marker):
                    claimed = True
                    where = "co-author" if plain == "co-authored-by" else plain
                    yield _identity_hit(marker, "co-author", value, where=where, level=level, trust=trust)
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


def _in_context(hit: Hit, lines: tuple[str, ...], authors: AbstractSet[str | None], *, squash: bool) -> Hit:
    """A line's hit as the rest of the commit shows it: the model named elsewhere, the author, a squash."""
    marker = hit.marker
    if marker.model_key is not None and hit.model is None:
        hit = replace(hit, model=_value_of(marker.model_key, lines))
    for author in authors & marker.level_if_author.keys():
        hit = replace(hit, level=marker.level_if_author[str(author)])
    if squash and hit.level in ("agent", "autonomous"):
        return replace(hit, level="assisted")  # the line speaks for one of several commits
    return hit


def _value_of(key: str, lines: tuple[str, ...]) -> str | None:
    pairs = (line.partition(":") for line in lines)
    value = next((value for name, _, value in pairs if plain_key(name) == plain_key(key)), None)
    return model_name(value) if value else None


def is_squash(commit: Commit) -> bool:
    """Say whether several commits were made one: GitHub's "… (#12)", or a body that lists them."""
    if commit.message_markers and commit.message_markers[0].startswith("squashed-commits:"):
        return True
    # Whoever writes "(#12)" into a commit of their own means an issue; landed by another hand it is a pull request,
    # by GitHub's button or cherry-picked from where the button put it.
    relanded = commit.committer_email != commit.author_email
    return relanded and _LANDED.search(commit.subject) is not None


def _identity_hit(
    marker: Marker, role: Role, words: str, *, where: str = "", level: Level | None = None, trust: Trust | None = None
) -> Hit:
    return _hit(marker, where or role, words, level=level or marker.levels.get(role), trust=trust)


def _hit(
    marker: Marker,
    where: str,
    words: str,
    *,
    level: Level | None = None,
    trust: Trust | None = None,
    found: re.Match[str] | None = None,
) -> Hit:
    groups = found.groupdict() if found else {}
    return Hit(
        marker=marker,
        where=where,
        words=words,
        level=level or marker.level,
        trust=trust or marker.trust,
        tool=None if marker.level in ("human", "automation") else marker.tool,
        model=_model(marker, words, groups.get("model")),
        session=groups.get("session"),
    )


def _model(marker: Marker, words: str, grouped: str | None) -> str | None:
    if grouped is None and marker.model == ANY_MODEL:
        grouped = words.partition("<")[0]
        named = find_model(grouped)
        return named[0] if named else None
    if grouped is None and marker.model is not None:
        pattern = marker.model_regex
        found = pattern.search(words) if pattern else None
        grouped = found["model"] if found else None if pattern else marker.model
    if not grouped:
        return None
    named = find_model(grouped)
    return named[0] if named else model_name(grouped)


def _settled(hits: Iterable[Hit]) -> Iterator[Hit]:
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
