"""The known tools as tables: for `barograph tools`, and for the README (`python -m app.tools_table --write`)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collector.registry import Registry, ToolProfile

BEGIN, END = "<!-- tools: begin -->", "<!-- tools: end -->"

KINDS = {
    "identity": "identity",
    "author-name": "name",
    "committer-name": "name",
    "trailer": "trailer",
    "footer": "footer",
    "subject": "subject",
    "branch": "branch",
    "prose": "prose",
    "notes": "notes",
}
"""What a person calls the field that a marker stands in."""


def rows(registry: "Registry") -> Iterator[dict[str, Any]]:
    """One row per tool: what it leaves, how far that is believed, if by default, since when, and how to stop it."""
    for profile in registry.tools:
        yield {
            "tool": profile.stem,
            "name": profile.name,
            "homepage": profile.homepage,
            "evidence": list(dict.fromkeys(KINDS[marker.field] for marker in profile.markers)),
            "trust": _strongest(profile),
            "default_on": any(marker.default_on for marker in profile.markers),
            "since": min((marker.since for marker in profile.markers if marker.since), default=None),
            "off_switch": next((marker.off_switch for marker in profile.markers if marker.off_switch), None),
            "markers": len(profile.markers),
            "note": profile.note or None,
            "defined_in": str(profile.path),
        }


def _strongest(profile: "ToolProfile") -> str | None:
    order = ("witnessed", "recorded", "declared", "hinted")
    found = {marker.trust for marker in profile.markers}
    return next((trust for trust in order if trust in found), None)


def signs(row: dict[str, Any]) -> str:
    """Whether a tool signs its work, in a word or two."""
    if not row["markers"]:
        return "leaves nothing"
    if row["trust"] == "hinted":
        return "only hints"
    return "by default" if row["default_on"] else "if asked or by chance"


def markdown(registry: "Registry") -> str:
    """The table that stands in the README."""
    lines = ["| tool | evidence in git | signs | since | turned off by |", "|---|---|---|---|---|"]
    for row in rows(registry):
        name = f"[{row['name']}]({row['homepage']})" if row["homepage"] else row["name"]
        since = f"{row['since']:%Y-%m}" if row["since"] else ""
        switch = (row["off_switch"] or "").replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {name} | {', '.join(row['evidence'])} | {signs(row)} | {since} | {switch} |")
    return "\n".join(lines)


def between(text: str, begin: str, end: str, inside: str) -> str:
    """The text with what stands between two marks replaced; ValueError if a mark is missing."""
    head, mark, rest = text.partition(begin)
    _, closing, tail = rest.partition(end)
    if not mark or not closing:
        raise ValueError(f"the marks {begin} and {end} are missing")
    return f"{head}{begin}\n{inside}\n{end}{tail}"


def main() -> int:
    """Check that the README's table is current, or with `--write` make it so."""
    from collector.registry import load_registry

    readme = Path(__file__).parents[1] / "README.md"
    text = readme.read_text("utf-8")
    current = between(text, BEGIN, END, markdown(load_registry()))
    if "--write" in sys.argv[1:]:
        readme.write_text(current, "utf-8")
    elif current != text:
        sys.stderr.write("README.md: the table of tools is stale: run `just fix`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
