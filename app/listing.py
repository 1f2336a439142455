"""Lists what is known and set: the tools, and the settings."""

from typing import TYPE_CHECKING

from app.drawing import columns, count
from app.output import console, print_json

if TYPE_CHECKING:
    from collector.settings import Settings


def list_tools(settings: "Settings", *, as_json: bool) -> None:
    """Print every tool of the rule set in force."""
    from app.tools_table import rows, signs
    from collector.registry import load_registry

    registry = load_registry(settings.tools)
    found = list(rows(registry))
    if as_json:
        print_json({"rules": registry.digest, "tools": found})
        return
    from rich.table import Table

    table = Table("tool", "evidence in git", "signs", "since", "turned off by", box=None, pad_edge=False)
    for row in found:
        since = f"{row['since']:%Y-%m}" if row["since"] else ""
        table.add_row(row["tool"], ", ".join(row["evidence"]), signs(row), since, row["off_switch"] or "")
    screen = console()
    screen.print(table)
    screen.print(f"{count(len(found), 'tools')}; add your own in {settings.tools}", soft_wrap=True)


def list_settings(settings: "Settings", *, as_json: bool) -> None:
    """Print every setting, its value and its origin."""
    found = settings.rows()
    if as_json:
        named = [dict(zip(("name", "value", "origin", "meaning"), row, strict=True)) for row in found]
        print_json({"settings": named})
        return
    for line in columns([("setting", "value", "from", "meaning"), *found]):
        console().print(line, soft_wrap=True)
