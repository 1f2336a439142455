"""Claims → Evidence: what records of lines prove about the commit that holds them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from collector.records import Claim, Evidence


def from_claims(claims: Iterable[Claim], seen_at: datetime, *, record: str = "note") -> Iterator[Evidence]:
    """Yield one piece of evidence per commit, tool, model, session and rule, with the lines it covers counted once.

    `record` says where the claims stand.
    """
    lines: dict[tuple[str, str, str, str | None, str | None, str], set[tuple[str, int]]] = {}
    trusts = {}
    for claim in claims:
        key = (claim.repo, claim.sha, claim.tool, claim.model, claim.session, claim.rule)
        lines.setdefault(key, set()).update((claim.path, line) for line in range(claim.start, claim.end + 1))
        trusts[key] = claim.trust
    for key, covered in lines.items():
        repo, sha, tool, model, session, rule = key
        files = {path for path, _ in covered}
        yield Evidence(
            repo=repo,
            sha=sha,
            tool=tool,
            model=model,
            rule=rule,
            trust=trusts[key],
            level="agent",
            scope="lines",
            lines=len(covered),
            session=session,
            pointer=f"{record}: {len(covered)} lines in {len(files)} file{'s' if len(files) > 1 else ''}",
            first_seen_at=seen_at,
        )
