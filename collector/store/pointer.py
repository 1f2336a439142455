"""Which snapshot is the published one. Light: whoever only asks this need not import DuckDB."""

from pathlib import Path


def current(directory: Path) -> Path | None:
    """The published file that the pointer of a store names, or None if nothing was published yet."""
    pointer = directory / "snapshots" / "current"
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    target = pointer.parent / name
    return target if name and target.is_file() else None
