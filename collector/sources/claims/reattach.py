"""Claims on commits that no branch reaches: a rebase, a squash or a cherry-pick may have put the same work elsewhere.

Two proofs are taken. The same patch (`git patch-id --stable`): its n-th added line is the other's n-th. The same
content: a commit gave a file exactly the text that the noted commit gave it, as the squash of a whole branch does, so
that the line numbers hold. Nothing is guessed from names, titles or times.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from collector.records import Claim, FileChange
from collector.sources.claims.source import Place, is_name
from collector.sources.git import history, hunks
from collector.sources.git.patches import patch_ids
from collector.sources.git.refs import present

ABSENT = "{record} on a commit that is not here"
UNREACHED = "{record} on a commit that no branch or tag reaches, nor its patch"
REPEATED = "{record} that says the same of a patch as another one"
_SKEW_SECONDS = 300


@dataclass(slots=True)
class Attached:
    """Claims on known commits only, and what became of the other notes."""

    claims: list[Claim] = field(default_factory=list)
    odd: dict[str, list[str]] = field(default_factory=dict)
    by_patch: dict[str, list[str]] = field(default_factory=dict)
    """Known commits by the noted one whose patch they are; none where another note spoke of them already."""
    by_content: dict[str, set[str]] = field(default_factory=dict)
    """Known commits by the noted one with whose files' content they agree."""


def attach(place: Place, claims: Sequence[Claim], noted: Collection[str]) -> Attached:
    """Keep the claims on known commits and move those on others to where their work is.

    `noted` are all commits of which the source speaks: also those that claim nothing are told of when they are lost.
    """
    if not claims and not noted:
        return Attached()
    known = place.known.commits
    attached = Attached(claims=[claim for claim in claims if claim.sha in known])
    strays = sorted({sha for sha in noted if sha not in known})
    if not strays:
        return attached
    here = set(present(place.where, [sha for sha in strays if is_name(sha)]))
    if absent := [sha for sha in strays if sha not in here]:
        attached.odd[ABSENT] = absent
    of: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.sha in here and claim.sha not in known:
            of.setdefault(claim.sha, []).append(claim)
    spoken = {claim.sha for claim in attached.claims}
    _by_patch(place, of, spoken, attached)
    left = {sha: some for sha, some in of.items() if sha not in attached.by_patch}
    _by_content(place, left, spoken.union(*attached.by_patch.values()), attached)
    lost = here.difference(known, attached.by_patch, attached.by_content)
    if lost:
        attached.odd[UNREACHED] = sorted(lost)
    return attached


def _by_patch(place: Place, of: Mapping[str, list[Claim]], spoken: Collection[str], attached: Attached) -> None:
    """Move claims to the known commits of the same patch; what one note said of a patch no other one repeats."""
    targets = _same_patch(place, list(of))
    lines = hunks.added(place.where, {*targets, *(twin for twins in targets.values() for twin in twins)},
                        missing=place.missing)  # fmt: skip
    taken = set(spoken)
    for sha, twins in targets.items():
        free = attached.by_patch[sha] = [twin for twin in twins if twin not in taken]
        if not free:
            attached.odd.setdefault(REPEATED, []).append(sha)
        for twin in free:
            taken.add(twin)
            attached.claims += _renumbered(of[sha], twin, lines.get(sha, {}), lines.get(twin, {}))


def _same_patch(place: Place, strays: list[str]) -> dict[str, list[str]]:
    """Return by stray commit the known ones that are the same patch; the newest strays first, the last word on it."""
    changes: list[FileChange] = []
    for batch in history.stream(place.where, place.repo, strays, jobs=1, missing=place.missing):
        changes += batch.changes
    candidates = sorted(place.known.measuring_as(changes))
    by_patch: dict[str, list[str]] = {}
    for sha, patch in sorted(patch_ids(place.where, candidates, missing=place.missing).items()):
        by_patch.setdefault(patch, []).append(sha)
    of_stray = patch_ids(place.where, strays, missing=place.missing) if by_patch else {}
    wrote = hunks.given(place.where, {*of_stray, *candidates})
    newest = sorted(of_stray, key=lambda sha: (-wrote[sha].committed_at, sha))
    found: dict[str, list[str]] = {}
    for sha in newest:
        if twins := [twin for twin in by_patch.get(of_stray[sha], []) if _after(wrote[twin], wrote[sha])]:
            found[sha] = twins
    return found


def _after(landed: hunks.Given, noted: hunks.Given) -> bool:
    """Tell whether a commit can hold the work of another: what was there before it was written is somebody else's."""
    return landed.committed_at >= noted.authored_at - _SKEW_SECONDS


def _renumbered(
    claims: Sequence[Claim], twin: str, old: Mapping[str, hunks.Spans], new: Mapping[str, hunks.Spans]
) -> Iterator[Claim]:
    for claim in claims:
        spans = old.get(claim.path, []), new.get(claim.path, [])
        for start, end in hunks.moved(*spans, claim.start, claim.end):
            yield replace(claim, sha=twin, start=start, end=end)


def _by_content(place: Place, of: Mapping[str, list[Claim]], spoken: Collection[str], attached: Attached) -> None:
    """Move claims on a file to the known commits that gave it the same text, unless a note of their own speaks."""
    noted = hunks.given(place.where, list(of))
    wanted = {
        (claim.path, blob) for sha, some in of.items() for claim in some if (blob := noted[sha].blobs.get(claim.path))
    }
    changing = place.known.changing({path for path, _ in wanted})
    candidates = {sha for shas in changing.values() for sha in shas}.difference(spoken)
    landed = hunks.given(place.where, candidates)
    givers: dict[tuple[str, str], list[str]] = {}
    for sha, commit in landed.items():
        for text in wanted.intersection(commit.blobs.items()):
            givers.setdefault(text, []).append(sha)
    moved: set[Claim] = set()
    for sha, some in of.items():
        for claim in some:
            for giver in givers.get((claim.path, noted[sha].blobs.get(claim.path, "")), []):
                if _after(landed[giver], noted[sha]):
                    moved.add(replace(claim, sha=giver))
                    attached.by_content.setdefault(sha, set()).add(giver)
    attached.claims += sorted(moved, key=lambda claim: (claim.sha, claim.path, claim.start, claim.end, claim.tool))
