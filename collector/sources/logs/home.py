"""Where a user's tools may keep their files: every system's folders below one home, and the tools' own variables."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG

_DEEPEST = 12
"""Folders below a log root that are looked into."""


@dataclass(frozen=True, slots=True)
class Home:
    """One home folder, with the environment whose variables may point elsewhere."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    repositories: tuple[Path, ...] = ()
    """Work trees to look into for logs that a tool keeps where it works."""

    def named(self, variable: str, *default: str) -> list[Path]:
        """Return the folders that a variable names (several by the system's separator or commas), else the default.

        The default is given below the home, as parts or as one text with slashes.
        """
        value = self.environment.get(variable, "").strip()
        if value:
            parts = [part.strip() for chunk in value.split(",") for part in chunk.split(os.pathsep)]
            return [self._expanded(part) for part in parts if part]
        return [self.path.joinpath(*default)] if default else []

    def data(self, name: str) -> list[Path]:
        """Return where a program's data may lie on Linux, macOS and Windows; `XDG_DATA_HOME` replaces the first."""
        return [
            *(folder / name for folder in self.named("XDG_DATA_HOME", ".local/share")),
            self.path / "Library/Application Support" / name,
            self.path / "AppData/Local" / name,
            self.path / "AppData/Roaming" / name,
        ]

    def config(self, name: str) -> list[Path]:
        """Return where a program's configuration may lie; `XDG_CONFIG_HOME` replaces the first."""
        return [
            *(folder / name for folder in self.named("XDG_CONFIG_HOME", ".config")),
            self.path / "Library/Application Support" / name,
            self.path / "AppData/Roaming" / name,
        ]

    def _expanded(self, text: str) -> Path:
        return self.path / text[2:] if text.startswith("~/") else Path(text).absolute()


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that was found, and the tool (the stem of its TOML file) that wrote it."""

    tool: str
    path: Path
    beside: tuple[Path, ...] = ()
    """Other files that its reader may look into: what they say decides what this log has to say."""


def walk(root: Path, *suffixes: str) -> Iterator[Path]:
    """Yield every regular file below a folder whose name ends so, in order of name.

    Links to folders are followed once each, so that a loop ends; pipes, sockets and devices are left out, and so is
    what may not be looked into.
    """
    yield from _walk(root, suffixes, _DEEPEST, set())


def _walk(folder: Path, suffixes: tuple[str, ...], depth: int, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # not there, not a folder, or not for us
        return
    for entry in entries:
        try:
            what = entry.stat()
        except OSError:  # gone, or a link to nowhere
            continue
        if S_ISDIR(what.st_mode):
            if depth and (what.st_dev, what.st_ino) not in seen:
                seen.add((what.st_dev, what.st_ino))
                yield from _walk(folder / entry.name, suffixes, depth - 1, seen)
        elif S_ISREG(what.st_mode) and entry.name.endswith(suffixes):
            yield folder / entry.name


def is_file(path: Path) -> bool:
    """Return whether a regular file is there that may be looked at."""
    try:
        return S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False
