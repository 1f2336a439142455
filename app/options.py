"""What commands share: the store option, dates as people write them, and choices that name the nearest known one."""

import calendar
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from collector.errors import BarographError

if TYPE_CHECKING:
    from collector.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_RELATIVE = re.compile(r"(\d{1,5})([dwmy])")


def store_option(command: F) -> F:
    """Add `--store DIR`."""
    where = click.Path(path_type=Path, file_okay=False)
    return click.option("--store", type=where, metavar="DIR", help="Folder of the store, in place of your own.")(
        command
    )


def json_option(command: F) -> F:
    """Add `--json`; one before the command's name counts too."""
    said = "Print JSON, with schema_version."
    return click.option("--json", "as_json", is_flag=True, callback=_json_of_any, help=said)(command)


def _json_of_any(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    return value or (ctx.parent is not None and bool(ctx.parent.params.get("as_json")))


def settings(ctx: click.Context, **flags: Any) -> "Settings":
    """The settings in force for a command; a `--store` before the command's name counts too."""
    from collector.settings import load_settings

    if flags.get("store") is None and ctx.parent is not None:
        flags["store"] = ctx.parent.params.get("store")
    return load_settings(flags)


def parse_day(text: str, today: date) -> date:
    """The day that a person means: 2026-03-14, 20260314, today, or 90d, 12w, 6m, 1y ago; ValueError otherwise."""
    text = text.strip().lower()
    if text == "today":
        return today
    if found := _RELATIVE.fullmatch(text):
        return _ago(today, int(found[1]), found[2])
    return date.fromisoformat(text)


def _ago(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


class Day(click.ParamType[date]):
    """A day in UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say which forms are known."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value), datetime.now(UTC).date())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date: write 2026-03-14, 20260314, today, or 90d, 12w, 6m, 1y ago", param, ctx)


class OneOf(click.Choice[str]):
    """A choice that names the nearest known value."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """One line for the person who mistyped."""
        return f"{value!r} is not known{nearest(str(value), self.choices)}"


def nearest(text: str, known: Iterable[str]) -> str:
    """`: did you mean X?`, or `: known are …` if nothing is near."""
    names = list(known)
    near = difflib.get_close_matches(text, names, 1, 0.6)
    if near:
        return f": did you mean {near[0]}?"
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f": known are {shown}" if names else ""


def chosen_repositories(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The ids of the repositories that ids or paths mean.

    Raises:
        BarographError: one is not in the store; the line names the nearest that is.
    """
    return tuple(dict.fromkeys(_repository(one, known) for one in wanted))


def _repository(wanted: str, known: Sequence[str]) -> str:
    if wanted in known:
        return wanted
    path = Path(wanted).expanduser()
    if path.exists():
        from app.collecting import repository_id

        found = repository_id(path)
        if found in known and found is not None:
            return found
        if found is not None:
            raise BarographError(f"{wanted} ({found}) is not in the store: run `barograph collect {wanted}` first")
    ends = {name.rsplit("/", 1)[-1].split("@")[0]: name for name in known}
    if wanted in ends:
        raise BarographError(f"no repository {wanted!r} in the store: did you mean {ends[wanted]}?")
    raise BarographError(f"no repository {wanted!r} in the store{nearest(wanted, known)}")
