"""Contents of blobs, read in one stream, for the few questions that a name cannot answer."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.git.hardened import ask

_ROOM = 4 << 20
"""Bytes of content asked for at once: they lie here twice while an answer is put together."""


def tree(where: Path, commit: str) -> dict[str, str]:
    """Return blob by path of every regular file in a commit's tree."""
    listing = ask(where, "ls-tree", "-r", "-z", "--full-tree", commit)
    entries = (entry.partition(b"\t") for entry in listing.split(b"\0") if entry.startswith(b"100"))
    return {name.decode("utf-8", "backslashreplace"): meta.split()[2].decode() for meta, _, name in entries}


def contents(
    where: Path, blobs: Iterable[str], *, at_most: int, missing: Collection[str] = frozenset()
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of those blobs that are here and no larger than `at_most` bytes.

    `missing` names blobs that a partial clone lacks: a git that may not fetch one would fail over it.
    """
    sized = _sizes(where, sorted(set(blobs).difference(missing)), at_most)
    group: list[str] = []
    room = _ROOM
    for name, size in sized:
        group.append(name)
        room -= size
        if room <= 0:
            yield from _read(where, group)
            group, room = [], _ROOM
    yield from _read(where, group)


def _sizes(where: Path, blobs: list[str], at_most: int) -> list[tuple[str, int]]:
    feed = "".join(f"{name}\n" for name in blobs).encode()
    answer = ask(where, "cat-file", "--batch-check", stdin=feed) if blobs else b""
    found = (line.split() for line in answer.decode().splitlines() if " blob " in line)
    return [(name, int(size)) for name, _, size in found if int(size) <= at_most]


def _read(where: Path, blobs: list[str]) -> Iterator[tuple[str, bytes]]:
    if not blobs:
        return
    answer = ask(where, "cat-file", "--batch", "--buffer", stdin="".join(f"{name}\n" for name in blobs).encode())
    place = 0
    for name in blobs:
        line = answer.index(b"\n", place)
        head, _, size_text = answer[place:line].rpartition(b" ")
        if not head.endswith(b" blob"):  # it was there a moment ago
            raise RepositoryError(f"{where}: object {name} cannot be read")
        size = int(size_text)
        yield name, answer[line + 1 : line + 1 + size]
        place = line + 1 + size + 1
