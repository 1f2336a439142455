"""Writes notes: into a stream that `git fast-import` takes, or into a repository that a person named for it.

The only place that ever writes into a repository. What others noted stays as it is.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.claims.git_ai import REF, notes
from collector.sources.git.blobs import contents
from collector.sources.git.hardened import ask, command, environment, reason
from collector.sources.git.refs import present

_WHO = b"barograph <barograph@localhost>"
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How many notes were written, were there already, belong to others, or have no commit there."""

    written: int
    unchanged: int
    of_others: int
    absent: int


def stream(texts: Iterable[tuple[str, str]], *, at: int, upon: str | None = None) -> Iterator[bytes]:
    """Yield the commands that add one commit with these notes to `refs/notes/ai`, upon the one that is there.

    Without `upon` git refuses them where notes are already: they would be lost.
    """
    message = b"Notes written by barograph\n"
    yield b"commit %s\ncommitter %s %d +0000\ndata %d\n%s" % (REF.encode(), _WHO, at, len(message), message)
    if upon:
        yield f"from {upon}\n".encode()
    for sha, text in texts:
        content = text.encode("utf-8", "surrogateescape")
        yield b"N inline %s\ndata %d\n%s\n" % (sha.encode(), len(content), content)
    yield b"done\n"


def write_notes(where: Path, texts: Mapping[str, str], *, is_ours: Callable[[str], bool], at: int) -> Noted:
    """Write notes on those commits that are there and have none, or one of ours that says something else.

    Raises:
        RepositoryError: git can't write there.
    """
    here = set(present(where, list(texts)))
    there = {sha: blob for sha, blob in notes(where, REF) if sha in here}
    texts_there = {blob: content.decode("utf-8", "surrogateescape")
                   for blob, content in contents(where, there.values(), at_most=_LARGEST)}  # fmt: skip
    old = {sha: texts_there.get(blob, "") for sha, blob in there.items()}
    same = {sha for sha, text in old.items() if text == texts[sha]}
    foreign = {sha for sha, text in old.items() if sha not in same and not is_ours(text)}
    new = {sha: texts[sha] for sha in sorted(here.difference(same, foreign))}
    if new:
        tip = ask(where, "rev-parse", "-q", "--verify", REF, allow=(0, 1)).decode().strip()
        _import(where, stream(new.items(), at=at, upon=tip or None))
    return Noted(written=len(new), unchanged=len(same), of_others=len(foreign), absent=len(set(texts).difference(here)))


def _import(where: Path, commands: Iterator[bytes]) -> None:
    done = subprocess.run(
        command(where, ("fast-import", "--quiet", "--done", "--date-format=raw")),
        input=b"".join(commands),
        capture_output=True,
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        raise RepositoryError(f"{where}: notes can't be written there: {reason(done.stderr)}")
