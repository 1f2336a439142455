"""A marker met in a commit, before it is evidence: what its words add, what its surroundings take away."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from collector.evidence.models import find_model, model_name
from collector.records import Evidence, Level, Trust
from collector.registry import ANY_MODEL, Marker, Role, plain_key

LEVELS: tuple[Level, ...] = (
    "human", "automation", "message", "completion", "suggestion", "assisted", "agent", "autonomous",
)  # fmt: skip
TRUSTS: tuple[Trust, ...] = ("hinted", "declared", "recorded", "witnessed")
MAX_POINTER = 200


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


def identity_hit(
    marker: Marker, role: Role, words: str, *, where: str = "", level: Level | None = None, trust: Trust | None = None
) -> Hit:
    """The hit of an identity, at the level of its role."""
    return hit_of(marker, where or role, words, level=level or marker.levels.get(role), trust=trust)


def hit_of(
    marker: Marker,
    where: str,
    words: str,
    *,
    level: Level | None = None,
    trust: Trust | None = None,
    found: re.Match[str] | None = None,
) -> Hit:
    """The hit of a marker in some words, with the model and the session that they name."""
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


def settled(hits: Iterable[Hit]) -> Iterator[Hit]:
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


def evidence_of(repo: str, sha: str, hit: Hit, seen_at: datetime) -> Evidence:
    """The evidence that a settled hit is."""
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


def in_context(hit: Hit, lines: tuple[str, ...], authors: AbstractSet[str | None], *, squash: bool) -> Hit:
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
