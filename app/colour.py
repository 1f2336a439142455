"""Paints a report on a terminal: colour repeats what the words say and never carries anything alone."""

import re
from collections.abc import Iterable

from app.output import console

_STYLES = (
    (re.compile(r"^AI share of .*$|^Proven, .*$|^All time.*$|^Worth knowing$"), "bold"),
    (re.compile(r"^  (?:proven)\s+([█▏▎▍▌▋▊▉]+)"), "green"),
    (re.compile(r"^  (?:touched|estimate)\s+([█▏▎▍▌▋▊▉]+)"), "cyan"),
    (re.compile(r"^  (?:possible)\s+([█▏▎▍▌▋▊▉]+)"), "bright_black"),
    (re.compile(r"░+"), "bright_black"),
    (re.compile(r"^no evidence.*$|^next: .*$"), "dim"),
    (re.compile(r"[▁▂▃▄▅▆▇](?= |$)"), "green"),
)


def paint(lines: Iterable[str]) -> None:
    """Print lines on stdout, painted where it is a terminal, plain elsewhere and with NO_COLOR."""
    from rich.text import Text

    screen = console()
    for line in lines:
        text = Text(line)
        for pattern, style in _STYLES:
            for found in pattern.finditer(line):
                text.stylize(style, *found.span(found.lastindex or 0))
        screen.print(text, soft_wrap=True)
