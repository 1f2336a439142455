"""Repositories for the tests of the collector, made by real git with fixed dates, many commits in one process."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from collector.sources.git import history
from sample_repos.git import NEUTRAL, git, init
from sample_repos.stream import Blob, Stamp, Stream

ADA = b"Ada Marlow <ada@example.org>"
NOON = 1_767_268_800  # 2026-01-01T12:00:00Z


class Made:
    """A repository under construction: `commit` writes files on a branch, `git` runs any command in it."""

    def __init__(self, path: Path, *, bare: bool = False, object_format: str = "sha1", head: str = "main") -> None:
        init(path, head=head, object_format=object_format, bare=bare)
        self.path = path
        self.clock = NOON

    def git(self, *arguments: str | Path, stdin: bytes = b"") -> str:
        return git(*arguments, at=self.path, stdin=stdin).decode("utf-8", "replace").strip()

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        message: str | bytes = "Change",
        *,
        branch: str = "main",
        parents: Sequence[str] | None = None,
        who: bytes = ADA,
        date: str | None = None,
    ) -> str:
        """Write a commit on a branch (or on `parents`), without a work tree, and return its sha."""
        self.clock += 60
        stamp = Stamp(who=who, date=date or f"{self.clock} +0000")
        ref = f"refs/heads/{branch}"
        if parents is None:
            tip = self.git("for-each-ref", "--format=%(objectname)", ref)
            parents = [tip] if tip else []
        changes = {
            os.fsencode(path): None if text is None else Blob(text.encode() if isinstance(text, str) else text)
            for path, text in (files or {}).items()
        }
        text = message.encode() if isinstance(message, str) else message
        with Stream(self.path) as stream:
            mark = stream.commit(author=stamp, committer=stamp, message=text, parents=parents, changes=changes)
            sha = stream.sha(mark)
        self.git("update-ref", "--stdin", stdin=f"update {ref} {sha}\ndelete refs/scratch/build\n".encode())
        return sha

    def line(self, count: int, *, branch: str = "main", path: str = "file.txt") -> list[str]:
        """Write many commits on a branch in one process, each of which adds one line to a file."""
        ref = f"refs/heads/{branch}"
        tip = self.git("for-each-ref", "--format=%(objectname)", ref)
        marks: list[int] = []
        with Stream(self.path) as stream:
            for number in range(count):
                self.clock += 60
                stamp = Stamp(who=ADA, date=f"{self.clock} +0000")
                parents: list[int | str] = [marks[-1]] if marks else [tip] if tip else []
                text = "".join(f"{line}\n" for line in range(max(0, number - 20), number + 1))
                marks.append(
                    stream.commit(
                        author=stamp,
                        committer=stamp,
                        message=f"Line {number}\n".encode(),
                        parents=parents,
                        changes={path.encode(): Blob(f"{branch}\n{text}".encode())},
                    )
                )
            shas = stream.shas(marks)
        self.git("update-ref", "--stdin", stdin=f"update {ref} {shas[-1]}\ndelete refs/scratch/build\n".encode())
        return shas


def plain_git(*arguments: str, at: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run git as an unwary program does, with the repository's own configuration in force."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(at), *arguments]
    return subprocess.run(command, env=kept | NEUTRAL | environment, capture_output=True, check=False, timeout=20)


def numstat(path: Path, *revisions: str) -> dict[str, dict[bytes, tuple[int, int, bytes | None]]]:
    """By commit and path what `git log --numstat -z` prints, read here by other means than the program's."""
    printed = git(
        "log", "--numstat", "-z", "-M", "--root", "--no-show-signature", "--format=%x02%H", *revisions, at=path
    )
    found: dict[str, dict[bytes, tuple[int, int, bytes | None]]] = {}
    for part in printed.split(b"\x02")[1:]:
        sha, rest = part[:64], part
        sha = rest[: next(index for index, byte in enumerate(rest) if byte not in b"0123456789abcdef")]
        rest = rest[len(sha) :].lstrip(b"\0\n")
        files: dict[bytes, tuple[int, int, bytes | None]] = {}
        while rest:
            added, _, rest = rest.partition(b"\t")
            deleted, _, rest = rest.partition(b"\t")
            name, _, rest = rest.partition(b"\0")
            old = None
            if not name:
                old, _, rest = rest.partition(b"\0")
                name, _, rest = rest.partition(b"\0")
            files[name] = (0 if added == b"-" else int(added), 0 if deleted == b"-" else int(deleted), old)
        found[sha.decode()] = files
    return found


def streamed(path: Path, shas: Sequence[str], **options: object) -> history.Batch:
    """All batches of a stream as one."""
    whole = history.Batch()
    for batch in history.stream(path, "made", shas, **options):  # type: ignore[arg-type]
        whole.commits += batch.commits
        whole.changes += batch.changes
        whole.skipped += batch.skipped
    return whole


def all_shas(path: Path, *revisions: str) -> list[str]:
    """Every commit, newest first."""
    return git("rev-list", *(revisions or ("--all",)), at=path).decode().split()


def text(path: bytes) -> str:
    """A path as records carry it."""
    return path.decode("utf-8", "backslashreplace")


def utc(seconds: int) -> datetime:
    """A time of git as records carry it."""
    return datetime.fromtimestamp(seconds, UTC)


def loosen(path: Path) -> None:
    """Turn packs into loose objects, so that one of them can be damaged or taken away."""
    for pack in (path / git_folder(path) / "objects/pack").glob("*.pack"):
        content = pack.read_bytes()
        for part in pack.parent.glob(f"{pack.stem}.*"):
            part.unlink()
        git("unpack-objects", "-q", at=path, stdin=content)


def git_folder(path: Path) -> Path:
    """The git directory of a repository with a work tree, or the repository itself."""
    return path / ".git" if (path / ".git").is_dir() else path


def loose(path: Path, name: str) -> Path:
    """The file of a loose object."""
    loosen(path)
    return git_folder(path) / "objects" / name[:2] / name[2:]


def damage(path: Path, name: str) -> None:
    """Turn bytes of an object's content."""
    file = loose(path, name)
    content = bytearray(file.read_bytes())
    for place in range(4, len(content)):
        content[place] ^= 0x5A
    file.chmod(0o644)
    file.write_bytes(bytes(content))
