"""Where words and data go: data to stdout, messages to stderr, files whole or not at all."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from collector.errors import BarographError

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_VERSION = 1
"""Of every `--json` answer: raised when a field changes its meaning or goes; new fields don't raise it."""

WIDEST = 100
"""Columns of the text that we print, on a terminal that has them or where there is no terminal."""


def console(*, stderr: bool = False) -> "Console":
    """A rich console of at most `WIDEST` columns: colours on a terminal only, and never with NO_COLOR."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)
    made.width = min(made.width, WIDEST) if made.is_terminal else WIDEST
    return made


def message(line: str) -> None:
    """Say one line on stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def print_json(answer: Mapping[str, Any]) -> None:
    """Print an answer with its `schema_version` on stdout."""
    import json

    whole = {"schema_version": SCHEMA_VERSION, **answer}
    sys.stdout.write(json.dumps(whole, indent=2, ensure_ascii=False, default=plain_value) + "\n")


def plain_value(value: object) -> object:
    """What JSON has for a value of ours: times and days in ISO 8601, a dataclass as an object."""
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name.rstrip("_"): getattr(value, item.name) for item in fields(value)}
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def write_whole(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside its place and move it there when it is complete; BarographError if that fails.

    A pipe or a device, as /dev/stdout is, is written into: moving a file there would put it in the device's place.
    """
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                write(stream)
        else:
            _write_beside(target.resolve(), write)  # of a link, what it points to
    except BrokenPipeError:
        raise  # a reader that has read enough is no error
    except OSError as error:
        raise BarographError(f"cannot write {target}: {error.strerror}; choose another place with -o") from error


def _write_beside(target: Path, write: Callable[[BinaryIO], object]) -> None:
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def silence_stdout() -> None:
    """Forget what is still to be written to a pipe that nobody reads, so that leaving does not complain."""
    with suppress(OSError, ValueError):
        stdout = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout)
