"""Writes docs/cli.md from the commands themselves (`python -m app.reference --write`), so that it can't go stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli import cli

TARGET = Path(__file__).parents[1] / "docs" / "cli.md"

_HEAD = """# The command line

This page is made from `barograph --help` (`python -m app.reference --write`); a test fails when it is not current.

Data goes to stdout, progress and messages to stderr. Settings come from `barograph.toml` in your configuration
folder, then from `BAROGRAPH_*` variables, then from options; `barograph settings` shows each value and its origin.
Every `--json` answer has `schema_version`. Colours and bars appear on a terminal only, and never with `NO_COLOR`.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | the test of `--fail-on` holds |
| 2 | an error, told in one line that begins with `barograph:` |
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(f"\n## {title}\n\n```\n{text}\n```\n" for title, text in _sections())


def _sections() -> Iterator[tuple[str, str]]:
    root = click.Context(cli, info_name="barograph", terminal_width=100, max_content_width=100)
    yield "barograph", cli.get_help(root).rstrip()
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        if command is not None and not command.hidden:
            with click.Context(command, info_name=name, parent=root, terminal_width=100) as ctx:
                yield f"barograph {name}", command.get_help(ctx).rstrip()


def main() -> int:
    """Check that the page is current, or with `--write` make it so."""
    if "--write" in sys.argv[1:]:
        TARGET.write_text(page(), "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != page():
        sys.stderr.write("docs/cli.md is stale: run `just fix`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
