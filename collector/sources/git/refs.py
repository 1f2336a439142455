"""Which commits a repository holds: its branches and tags, its default branch, and how they changed.

Read are all local and remote-tracking branches and the commits of tags. Not read are pull-request refs, notes
and the side branches on which tools keep records of their own (those are claims, not work).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.sources.git.hardened import LONG, ask

_DEFAULTS = ("main", "master", "trunk")
_READ = ("refs/heads", "refs/remotes", "refs/tags")
_CLAIMS = ("refs/notes", "refs/ai", "refs/entire")
"""Where tools keep records of their own."""
_FORMAT = "%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(symref)%00%(refname)"
_PULL_REQUEST = re.compile(r"^refs/remotes/(?:[^/]+/)*(?:pr|pull|pull-requests?|merge-requests)/\d+(?:/\w+)?$")
# Entire keeps checkpoints of sessions on orphan branches beside the work.
_SIDE_BRANCH = re.compile(r"^refs/(?:heads|remotes/[^/]+)/entire/")
# A fetch without a clone knows the remote's branches and has none of its own.
_BY_NAME = tuple(f"{place}/{name}" for place in ("refs/heads", "refs/remotes/origin") for name in _DEFAULTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    """The refs that are read, and which of them is the default branch."""

    tips: dict[str, str]
    """Commit by ref name; tags are peeled, refs to trees and blobs left out."""
    default_ref: str | None
    """None while the repository has no commit."""
    default_tip: str | None


def read_refs(where: Path) -> Refs:
    """Return the refs of the repository at `where`."""
    tips: dict[str, str] = {}
    origin_head: str | None = None
    listing = ask(where, "for-each-ref", f"--format={_FORMAT}", *_READ)
    for line in listing.decode("utf-8", "backslashreplace").split("\n")[:-1]:
        name, kind, peeled, peeled_kind, symref, ref = line.split("\0")
        if symref:
            if ref == "refs/remotes/origin/HEAD":
                origin_head = symref
        elif kind == "commit" or peeled_kind == "commit":
            if not _PULL_REQUEST.match(ref) and not _SIDE_BRANCH.match(ref):
                tips[ref] = peeled or name
        elif peeled_kind == "tag":
            commit = ask(where, "rev-parse", "-q", "--verify", f"{name}^{{commit}}", allow=(0, 1, 128)).strip()
            if commit:
                tips[ref] = commit.decode()
    default_ref = _default_ref(where, tips, origin_head)
    if default_ref == "HEAD":
        tips["HEAD"] = ask(where, "rev-parse", "HEAD").decode().strip()
    return Refs(tips=tips, default_ref=default_ref, default_tip=tips.get(default_ref) if default_ref else None)


def _default_ref(where: Path, tips: dict[str, str], origin_head: str | None) -> str | None:
    """What origin/HEAD names, else main, master or trunk, else the branch of HEAD, else HEAD."""
    if origin_head in tips:
        local = "refs/heads/" + origin_head.removeprefix("refs/remotes/origin/")
        # Commits that wait to be pushed belong to the branch as well; a local branch that has
        # diverged (somebody force-pushed, or it is being rewritten) does not say what landed.
        if local in tips and contains(where, tips[local], tips[origin_head]):
            return local
        return origin_head
    for ref in _BY_NAME:
        if ref in tips:
            return ref
    head = ask(where, "symbolic-ref", "-q", "HEAD", allow=(0, 1)).decode("utf-8", "backslashreplace").strip()
    if head in tips:
        return head
    if not head and ask(where, "rev-parse", "-q", "--verify", "HEAD^{commit}", allow=(0, 1, 128)):
        return "HEAD"
    return None


def contains(where: Path, tip: str, ancestor: str) -> bool:
    """Return whether `ancestor` is `tip` or one of its ancestors; False too where it is gone."""
    if tip == ancestor:
        return True
    counted = ask(where, "rev-list", "--count", "--max-count=1", ancestor, f"^{tip}", allow=(0, 1, 128))
    return counted.strip() == b"0"


def present(where: Path, names: Sequence[str]) -> list[str]:
    """Return those of the named commits that the repository still has."""
    if not names:
        return []
    feed = "".join(f"{name}\n" for name in sorted(set(names)))
    answer = ask(where, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=feed.encode())
    return [line.split()[0] for line in answer.decode().splitlines() if line.endswith(" commit")]


def missing_blobs(where: Path) -> frozenset[str]:
    """Return the objects that history names but a partial clone lacks."""
    answer = ask(where, "rev-list", "--objects", "--all", "--missing=print", "--quiet", patience=LONG)
    return frozenset(line[1:] for line in answer.decode().splitlines() if line.startswith("?"))


def fingerprint(where: Path, git_dir: Path) -> str:
    """Return a digest that changes when anything changes from which a pass would learn something new."""
    digest = hashlib.sha256(ask(where, "for-each-ref", f"--format={_FORMAT}", *_READ, *_CLAIMS, "refs/replace"))
    for name in ("HEAD", "config", "shallow", "info/grafts", "objects/info/alternates"):
        file = git_dir / name
        digest.update(name.encode() + (file.read_bytes() if file.is_file() else b""))
    for trace in sorted((where / ".agent-trace").glob("*.json*")):  # records that nobody has committed
        what = trace.stat(follow_symlinks=False)
        digest.update(f"{trace.name} {what.st_size} {what.st_mtime_ns}".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
