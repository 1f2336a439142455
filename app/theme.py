"""What the dashboard looks like: two palettes that follow the browser, and Streamlit's options that say the same.

Few colours: tools have theirs from the rule set, everything else is paper, ink and one accent.
"""

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, all as `#rrggbb`."""

    paper: str
    ink: str
    muted: str
    grid: str
    unknown: str
    """The quiet background of every band."""
    human: str
    automation: str
    on_tool: str
    """Words upon a tool's band."""
    accent: str
    second_paper: str


LIGHT = Palette(
    paper="#FCFBF7",
    ink="#1C1B19",
    muted="#6A675F",
    grid="#E7E4DB",
    unknown="#E8E5DC",
    human="#A9A498",
    automation="#C9C5B9",
    on_tool="#FFFFFF",
    accent="#2F4B6E",
    second_paper="#F3F1EA",
)

DARK = Palette(
    paper="#16171A",
    ink="#ECE9E2",
    muted="#A09D95",
    grid="#2B2D31",
    unknown="#2A2C30",
    human="#6F6C66",
    automation="#45474B",
    on_tool="#FFFFFF",
    accent="#8FB2DC",
    second_paper="#1E2024",
)

OTHER_TOOLS = "#8E8A80"
_SPARE = ("#7A6C9C", "#4C8C86", "#A8763E", "#8C4B5E", "#5F7F4C", "#4F6D94")
"""For a tool that evidence names and the rule set no longer knows; chosen by its name, so it stays the same."""


def palette(kind: str | None) -> Palette:
    """The palette of the browser's theme, `light` or `dark`; light while it is not known."""
    return DARK if kind == "dark" else LIGHT


def band_color(key: str, color: str | None, colors: Palette) -> str:
    """The one colour of a tool or class, on every chart."""
    fixed = {"unknown": colors.unknown, "human": colors.human, "automation": colors.automation}
    if key == "other tools":
        return OTHER_TOOLS
    return fixed.get(key) or color or _SPARE[crc32(key.encode()) % len(_SPARE)]


def options() -> dict[str, object]:
    """Streamlit's theme options: one section for each theme, so that the browser's choice decides."""
    chosen: dict[str, object] = {
        "theme.font": "sans-serif",
        "theme.baseFontSize": 15,
        "theme.headingFontSizes": ["1.9rem", "1.25rem", "1.05rem"],
        "theme.headingFontWeights": [650, 600, 600],
    }
    for section, colors in (("light", LIGHT), ("dark", DARK)):
        chosen |= {
            f"theme.{section}.primaryColor": colors.accent,
            f"theme.{section}.backgroundColor": colors.paper,
            f"theme.{section}.secondaryBackgroundColor": colors.second_paper,
            f"theme.{section}.textColor": colors.ink,
            f"theme.{section}.linkColor": colors.accent,
            f"theme.{section}.borderColor": colors.grid,
        }
    return chosen
