"""Commit → Evidence: judges the identities and the message lines that were kept, by the rules of the registry.

Pure: the same commit, rules and `seen_at` give the same evidence, so a changed rule set judges stored commits anew
without reading git again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from collector.evidence.disclosures import Disclosures
from collector.evidence.hits import Hit, evidence_of, hit_of, identity_hit, in_context, settled
from collector.evidence.identities import Identities
from collector.records import Commit, Evidence, Level, Trust
from collector.registry import Marker, Registry, has_key, plain_key

# These say that somebody looked at, asked for or found something, not that they wrote it.
_ONLOOKER = re.compile(
    r"(?:reviewed|tested|acked|nacked|reported|approved|suggested|requested|noticed|mentored|merged|closed|inspired)-by"
)
# These name whoever wrote the message, not the code.
_SCRIBE = re.compile(r"(?:commi\w*t|message)-[\w-]*by")
_LANDED = re.compile(r"\(#\d+\)\s*$")


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
                hits = (*hits, hit_of(marker, "subject", commit.subject))
        if commit.message_markers and (told := self._message(commit, hits)):
            hits = (*hits, *told)
        return [evidence_of(commit.repo, commit.sha, hit, seen_at) for hit in settled(hits)] if hits else []

    def merged(
        self, *, repo: str, merge_sha: str, branch: str, shas: Iterable[str], seen_at: datetime
    ) -> list[Evidence]:
        """Hints that a tool wrote the commits which the merge of a branch brought, by the branch's name."""
        found = [m for m in self._branches if m.regex.search(branch)]
        words = f"{branch} (merged in {merge_sha[:12]})"
        hits = [hit_of(m, "branch", words, trust="hinted") for m in found]
        return [evidence_of(repo, sha, hit, seen_at) for sha in shas for hit in hits]

    def _find_people(self, author: str, author_email: str, committer: str, committer_email: str) -> tuple[Hit, ...]:
        return (*self._author(author, author_email), *self._committer(committer, committer_email))

    def _author(self, name: str, email: str) -> Iterator[Hit]:
        words = f"{name} <{email}>"
        for marker in self._identities.of(words):
            yield identity_hit(marker, "author", words)
        for marker in self._author_names:
            if marker.regex.search(name):
                yield hit_of(marker, "author", words)

    def _committer(self, name: str, email: str) -> Iterator[Hit]:
        words = f"{name} <{email}>"
        for marker in self._identities.of(words):
            if not self._is_bot(marker):  # a bot that merely lands other people's commits, such as GitHub's own
                yield identity_hit(marker, "committer", words)
        for marker in self._committer_names:
            if marker.regex.search(name):
                yield hit_of(marker, "committer", words)

    def _is_bot(self, marker: Marker) -> bool:
        return self._kinds[marker.tool] == "automation"

    def _message(self, commit: Commit, people: tuple[Hit, ...]) -> list[Hit]:
        found = [hit for line in commit.message_markers for hit in self._line_hits(line)]
        if not found:
            return found
        authors = {hit.tool for hit in people if hit.where == "author"}
        squash = is_squash(commit)
        return [in_context(hit, commit.message_markers, authors, squash=squash) for hit in found]

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
                yield hit_of(marker, "trailer", line, found=found)
        if colon and plain.endswith("-by"):
            trust: Trust | None = "hinted" if _ONLOOKER.fullmatch(plain) else None
            level: Level | None = "message" if _SCRIBE.fullmatch(plain) else None
            for marker in self._identities.of(value):
                if not self._is_bot(marker):
                    claimed = True
                    where = "co-author" if plain == "co-authored-by" else plain
                    yield identity_hit(marker, "co-author", value, where=where, level=level, trust=trust)
        if not claimed and rules:
            yield from self._neutral([m for m in rules if m.names_tool and has_key(m, key)], "trailer", value, line)
        elif not claimed and not rules:
            yield from self._footer(line)

    def _footer(self, line: str) -> Iterator[Hit]:
        if " with " not in line and " by " not in line and " using " not in line:
            return
        own = [
            hit_of(m, "footer", line, found=found)
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
            yield replace(hit_of(marker, where, line), tool=tool or marker.tool, model=model)
            return  # the first neutral rule that reads a line is enough


def is_squash(commit: Commit) -> bool:
    """Say whether several commits were made one: GitHub's "… (#12)", or a body that lists them."""
    if commit.message_markers and commit.message_markers[0].startswith("squashed-commits:"):
        return True
    # Whoever writes "(#12)" into a commit of their own means an issue; landed by another hand it is a pull request,
    # by GitHub's button or cherry-picked from where the button put it.
    relanded = commit.committer_email != commit.author_email
    return relanded and _LANDED.search(commit.subject) is not None
