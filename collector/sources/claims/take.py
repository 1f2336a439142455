"""One source, asked and brought onto the commits that are known, with what those commits really added."""

from collections.abc import Mapping
from dataclasses import dataclass

from collector.records import Claim, Evidence
from collector.sources.claims.reattach import attach
from collector.sources.claims.source import Place, Source
from collector.sources.git import hunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a source says of known commits."""

    claims: list[Claim]
    evidence: list[Evidence]
    added: Mapping[str, Mapping[str, hunks.Spans]]
    """By commit and path the lines that it added; without the commits of which that can't be told."""
    origins: Mapping[str, str]
    """The noted commit, by the known one to which its claims were moved."""
    odd: Mapping[str, list[str]]
    """Why something was skipped, and each place of it."""


def take(source: Source, place: Place) -> Taken | None:
    """Ask a source; None where it has no records."""
    found = source.read(place)
    if found is None:
        return None
    attached = attach(place, found.claims, found.noted)
    origins = {twin: sha for sha, twins in attached.by_content.items() for twin in twins}
    origins |= {twin: sha for sha, twins in attached.by_patch.items() for twin in twins}
    return Taken(
        claims=attached.claims,
        evidence=found.evidence,
        added=hunks.added(place.where, {claim.sha for claim in attached.claims}, missing=place.missing),
        origins=origins,
        odd=found.odd | {reason.format(record=source.RECORD): shas for reason, shas in attached.odd.items()},
    )
