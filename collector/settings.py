"""One frozen `Settings`: defaults < barograph.toml < BAROGRAPH_* < flags, and it knows where each value came from.

No other module reads the environment or the settings file.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from collector.errors import SettingsError

_PREFIX = "BAROGRAPH_"


def _cores() -> int:
    return min(os.cpu_count() or 1, 4)


def _path(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        raise ValueError("a path is needed")
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:  # ~ of somebody who is not known here
        raise ValueError(f"{value} names a home folder that is not known") from None


def _paths(value: Any) -> tuple[Path, ...]:
    items = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise ValueError("a list of paths is needed")
    return tuple(_path(item) for item in items if str(item))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ValueError("true or false is needed")
    return word in {"1", "true", "yes", "on"}


def _count(value: Any) -> int:
    text = str(value).strip()
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise ValueError("a whole number of at least 1 is needed")
    return number


def _setting(read: Callable[[Any], Any], default: Callable[[], Any], what: str) -> Any:
    return field(default_factory=default, metadata={"read": read, "what": what})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a person can set. Made by `load_settings`."""

    store: Path = _setting(
        _path, lambda: platformdirs.user_data_path("barograph"), "folder of the ledger and its snapshots"
    )
    home: Path = _setting(_path, Path.home, "home folder in which agents' logs are looked for")
    repositories: tuple[Path, ...] = _setting(_paths, tuple, "repositories, or folders of repositories, to collect")
    tools: Path = _setting(
        _path,
        lambda: platformdirs.user_config_path("barograph") / "tools",
        "folder of TOML files that add tools or replace built-in ones",
    )
    jobs: int = _setting(_count, _cores, "git processes that read a history at the same time")
    logs: bool = _setting(_flag, lambda: True, "read the logs of agents and IDEs")
    ownership: bool = _setting(_flag, lambda: True, "follow who owns the living lines")
    debug: bool = _setting(_flag, lambda: False, "show the traceback of a mistake of barograph itself")
    origins: Mapping[str, str] = field(default_factory=dict)
    """For each setting where its value came from."""

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return name, value, origin and meaning of every setting."""
        return [
            (item.name, show(getattr(self, item.name)), self.origins.get(item.name, "default"), item.metadata["what"])
            for item in _known()
        ]


def _known() -> list[Any]:
    return [item for item in fields(Settings) if "read" in item.metadata]


def show(value: Any) -> str:
    """Return a setting's value as a person would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return os.pathsep.join(map(str, value)) if isinstance(value, tuple) else str(value)


def settings_file(environment: Mapping[str, str]) -> Path:
    """Return where the settings file is looked for."""
    named = environment.get(_PREFIX + "CONFIG")
    return _path(named) if named else platformdirs.user_config_path("barograph") / "barograph.toml"


def load_settings(flags: Mapping[str, Any] | None = None, *, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force; flags that are None count as not given.

    Raises:
        SettingsError: an unknown key, with the nearest known one, or a value that cannot be used.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    file = settings_file(environment)
    variables = {
        key.removeprefix(_PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(_PREFIX) and key != _PREFIX + "CONFIG"
    }
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    kept = _read_file(file, named=_PREFIX + "CONFIG" in environment)
    for origin, source in ((str(file), kept), ("environment", variables), ("flag", given)):
        for key, value in source.items():
            name = key if origin != "environment" else f"{_PREFIX}{key.upper()}"
            values[key] = _read(key, value, f"{name} ({origin})" if origin != name else name)
            origins[key] = name if origin == "environment" else origin
    return Settings(**values, origins=origins)


def _read_file(file: Path, *, named: bool) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            return tomllib.load(opened)
    except FileNotFoundError:
        if named:  # somebody asked for this one
            raise SettingsError(f"{file}: no such file (named by {_PREFIX}CONFIG)") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None


def _read(key: str, value: Any, where: str) -> Any:
    known = {item.name: item for item in _known()}
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise SettingsError(f"unknown setting {where}: {hint}")
    try:
        return known[key].metadata["read"](value)
    except ValueError as error:
        raise SettingsError(f"setting {where}: {error}") from None
