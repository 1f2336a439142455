"""Which commit came next and changed a file, for records that are older than the commit of which they speak."""

from collections.abc import Collection, Mapping, Sequence

from collector.sources.claims.source import Known

_FAR = 5_000
"""Commits that are looked through: an edit that waits longer was thrown away."""


def next_changing(known: Known, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """Return by commit and path the nearest later commits that change the path: several where branches part."""
    if not asked:
        return {}
    children: dict[str, list[str]] = {}
    for sha, parents in known.parents().items():
        for parent in parents[:1]:
            children.setdefault(parent, []).append(sha)
    changing = {path: set(shas) for path, shas in known.changing({path for _, path in asked}).items()}
    wanted: dict[str, set[str]] = {}
    for sha, path in asked:
        wanted.setdefault(sha, set()).add(path)
    found: dict[tuple[str, str], list[str]] = {}
    for sha, paths in wanted.items():
        for path, nearest in _walk(sha, paths, children, changing).items():
            found[sha, path] = nearest
    return found


def _walk(
    start: str, paths: set[str], children: Mapping[str, Sequence[str]], changing: Mapping[str, set[str]]
) -> dict[str, list[str]]:
    """Go generation by generation until every path was changed."""
    found: dict[str, list[str]] = {}
    front, met = [start], 0
    while front and met < _FAR and len(found) < len(paths):
        front = sorted(child for sha in front for child in children.get(sha, ()))
        met += len(front)
        for path in paths.difference(found):
            if nearest := [sha for sha in front if sha in changing[path]]:
                found[path] = nearest
    return found
