"""The edge to the shell: whatever ends a command becomes one clear line on stderr and an exit code."""

import errno
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from app.output import message, silence_stdout
from collector.errors import BarographError

INTERRUPTED = "interrupted: what was read is kept; run the same command to go on"
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Barograph(click.Group):
    """A group whose errors are one line each, with exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader that closed our stdout, as `head` does, is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            silence_stdout()
            return 0
        return result

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Parse, run, and leave the process with the exit code."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a file name that is no UTF-8, a terminal that is not: never a crash
                stream.reconfigure(errors="backslashreplace")
        try:
            code = super().main(args, prog_name or "barograph", **{**extra, "standalone_mode": False})
        except Exception as error:
            code = tell(error)
        sys.exit(code or 0)


def tell(error: Exception) -> int:
    """Say what ended the command, and return the exit code."""
    if isinstance(error, click.Abort):
        message(f"barograph: {INTERRUPTED}")
    elif isinstance(error, click.ClickException):
        message(f"barograph: {_usage(error)}")
    elif isinstance(error, BarographError):
        message(f"barograph: {' '.join(str(error).split())}")
    elif isinstance(error, OSError) and error.errno in _FULL:
        silence_stdout()
        message(f"barograph: the disk is full: {error.filename or 'free some space'}; what was committed is safe")
    else:
        _tell_mistake(error)
    return 2


def _usage(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split()).rstrip(".")
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and ctx is not None and "?" not in text:
        return f"{text} (see {ctx.command_path} --help)"
    return text


def _tell_mistake(error: Exception) -> None:
    """One line for a mistake of ours; the traceback only for who asks for it."""
    from collector.settings import load_settings

    try:
        is_debugging = load_settings().debug
    except BarographError:
        is_debugging = False
    if is_debugging:
        import traceback

        traceback.print_exception(error)
    said = " ".join(str(error).split())
    hint = "" if is_debugging else "; BAROGRAPH_DEBUG=1 shows where. Please report it with that (CONTRIBUTING.md)"
    message(f"barograph: a mistake of barograph itself: {type(error).__name__}: {said}{hint}")
