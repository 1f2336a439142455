"""git-ai's notes: which lines of a commit a session wrote (`authorship` knows their schemas).

Since October 2025 they are notes in `refs/notes/ai`; before, one ref per commit, `refs/ai/authorship/<sha>`, pointed to
a blob. A note is no sign of AI by itself: commits without AI get one too.
"""

from collections.abc import Iterator
from pathlib import Path

from collector.records import Claim
from collector.sources.claims.authorship import Entry, OddNoteError, entries
from collector.sources.claims.source import Found, Place, as_model, is_name
from collector.sources.git.blobs import contents
from collector.sources.git.hardened import ask
from collector.sources.git.refs import present

RULE = "git-ai/notes"
RECORD = "note"
REF = "refs/notes/ai"
OLD_REFS = "refs/ai/authorship"
_LARGEST = 64 << 20


def read(place: Place) -> Found | None:
    """Return the claims of every note, also on commits that no branch reaches; None where there is no note."""
    blobs = {**dict(_old(place.where)), **dict(notes(place.where, REF))}
    if not blobs:
        return None
    found = Found(noted=set(blobs))
    commits: dict[str, list[str]] = {}
    for sha in present(place.where, [sha for sha in blobs if is_name(sha)]):  # the others need not be looked into
        commits.setdefault(blobs[sha], []).append(sha)
    for blob, content in contents(place.where, commits, at_most=_LARGEST, missing=place.missing):
        note = content.decode("utf-8", "backslashreplace")
        for sha in commits[blob]:
            _take(place, sha, note, found)
    return found


def notes(where: Path, ref: str) -> Iterator[tuple[str, str]]:
    """Yield commit and blob of every note of a ref; its tree may be fanned out into folders."""
    listing = ask(where, "ls-tree", "-r", "-z", "--full-tree", ref, allow=(0, 128))
    for entry in listing.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        if name and meta.split()[1] == b"blob":
            yield name.replace(b"/", b"").decode("ascii", "replace"), meta.split()[2].decode()


def _old(where: Path) -> Iterator[tuple[str, str]]:
    listing = ask(where, "for-each-ref", "--format=%(refname) %(objecttype) %(objectname)", OLD_REFS)
    for line in listing.decode("utf-8", "backslashreplace").splitlines():
        ref, kind, blob = line.rsplit(" ", 2)
        if kind == "blob":
            yield ref.removeprefix(f"{OLD_REFS}/"), blob


def _take(place: Place, sha: str, note: str, found: Found) -> None:
    reasons: list[str] = []
    try:
        for entry in entries(note, reasons):
            if claim := _claim(place, sha, entry, reasons):
                found.claims.append(claim)
    except OddNoteError as error:
        reasons.append(str(error))
    for why in dict.fromkeys(reasons):
        found.skip(why, sha)


def _claim(place: Place, sha: str, entry: Entry, odd: list[str]) -> Claim | None:
    tool = place.tool(entry.tool)
    if tool is None:
        if not entry.may_be_person:
            odd.append("lines of an unknown tool")
        return None
    return Claim(
        repo=place.repo,
        sha=sha,
        path=entry.path,
        start=entry.start,
        end=entry.end,
        tool=tool,
        model=as_model(entry.model),
        session=entry.session,
        rule=RULE,
        trust="recorded",
    )
