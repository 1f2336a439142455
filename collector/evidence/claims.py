"""Claims → Evidence: what records of lines prove about the commit that holds them, and how far they are believed.

A record can be forged, copied, or be of another version of the commit. So no claim goes beyond the lines that the
commit added, a line that is claimed twice counts once, and what is claimed of a commit by a bot that no model drives
is a hint only. Records on unreachable commits are dealt with where they are read.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from collector.evidence.models import model_name
from collector.records import Claim, Evidence, Trust

IMPOSSIBLE = "claims lines that the commit did not add"
AUTOMATED = "claims work of a bot; taken as a hint"

Added = Mapping[str, Mapping[str, Sequence[tuple[int, int]]]]
"""By commit and path the ranges of lines that it added."""


@dataclass(slots=True)
class Judged:
    """What is left of a source's claims."""

    claims: list[Claim] = field(default_factory=list)
    disbelieved: list[Claim] = field(default_factory=list)
    """One for each commit and tool of which nothing claimed was added by the commit."""
    odd: dict[str, list[str]] = field(default_factory=dict)
    """Why a claim was cut or demoted, and the commits."""


def judge(claims: Iterable[Claim], added: Added, automated: Collection[str]) -> Judged:
    """Cut claims to what is possible and demote those on the work of bots; unmeasured commits are let be."""
    judged = Judged()
    kept: dict[Claim, None] = {}
    cut: dict[tuple[str, str], Claim] = {}
    for claim in _demoted(claims, automated):
        if claim.sha in automated:
            judged.odd.setdefault(AUTOMATED, []).append(claim.sha)
        possible = list(_possible(claim, added.get(claim.sha)))
        if _lines(possible) < claim.end - claim.start + 1:
            cut[claim.sha, claim.tool] = claim
        kept.update(dict.fromkeys(possible))
    proven = {(claim.sha, claim.tool) for claim in kept}
    judged.claims = list(kept)
    judged.disbelieved = [claim for of, claim in cut.items() if of not in proven]
    if cut:
        judged.odd[IMPOSSIBLE] = [sha for sha, _ in cut]
    judged.odd = {reason: list(dict.fromkeys(shas)) for reason, shas in judged.odd.items()}
    return judged


def _demoted(claims: Iterable[Claim], automated: Collection[str]) -> Iterator[Claim]:
    for claim in claims:
        yield replace(claim, trust="hinted") if claim.sha in automated else claim


def _possible(claim: Claim, added: Mapping[str, Sequence[tuple[int, int]]] | None) -> Iterator[Claim]:
    if added is None:
        yield claim
        return
    for first, last in added.get(claim.path, ()):
        if first <= claim.end and last >= claim.start:
            yield replace(claim, start=max(first, claim.start), end=min(last, claim.end))


def _lines(claims: Iterable[Claim]) -> int:
    return sum(claim.end - claim.start + 1 for claim in claims)


def from_claims(
    claims: Iterable[Claim], seen_at: datetime, *, record: str = "note", origins: Mapping[str, str] | None = None
) -> Iterator[Evidence]:
    """Yield one piece of evidence per commit, tool, model, session and rule, with the lines it covers counted once.

    `record` is what a record is called, `origins` names the commit on which it stands where that is another one.
    """
    lines: dict[tuple[str, str, str, str | None, str | None, str, Trust], set[tuple[str, int]]] = {}
    for claim in claims:
        model = model_name(claim.model) if claim.model else None
        key = (claim.repo, claim.sha, claim.tool, model, claim.session, claim.rule, claim.trust)
        lines.setdefault(key, set()).update((claim.path, line) for line in range(claim.start, claim.end + 1))
    for (repo, sha, tool, model, session, rule, trust), covered in lines.items():
        files = {path for path, _ in covered}
        stands = f"{record} on {origin[:12]}" if origins and (origin := origins.get(sha)) else record
        yield Evidence(
            repo=repo,
            sha=sha,
            tool=tool,
            model=model,
            rule=rule,
            trust=trust,
            level="agent",
            scope="lines",
            lines=len(covered),
            session=session,
            pointer=f"{stands}: {len(covered)} lines in {len(files)} file{'s' if len(files) > 1 else ''}",
            first_seen_at=seen_at,
        )


def disbelieved(claims: Iterable[Claim], seen_at: datetime, *, record: str = "note") -> Iterator[Evidence]:
    """Yield a hint for claims of which nothing is possible: a record of a tool is there, but it proves no line."""
    for claim in claims:
        yield Evidence(
            repo=claim.repo,
            sha=claim.sha,
            tool=claim.tool,
            model=model_name(claim.model) if claim.model else None,
            rule=claim.rule,
            trust="hinted",
            level="agent",
            scope="commit",
            lines=None,
            session=claim.session,
            pointer=f"{record}: claims lines that the commit did not add",
            first_seen_at=seen_at,
        )


def demoted(evidence: Iterable[Evidence], automated: Collection[str]) -> Iterator[Evidence]:
    """Yield evidence from records, that of a bot's commits as a hint."""
    for found in evidence:
        yield replace(found, trust="hinted") if found.sha in automated else found
