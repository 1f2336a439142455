"""What every test gets: a machine without habits, and the stories as real repositories."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sample_repos.build import Story, build_story
from sample_repos.git import NEUTRAL
from sample_repos.script import STORIES

FOREIGN = (
    "GIT_", "BAROGRAPH_", "XDG_", "CLAUDE_", "CODEX_", "GEMINI_", "QWEN_", "COPILOT_", "GOOSE_", "CRUSH_", "KIMI_",
    "AIDER_", "PI_", "VIBE_", "OPENCLAW_", "AMP_", "OPENCODE_", "AUGMENT_",
)  # fmt: skip
"""How variables begin that say where git or an agent keeps its files."""

StoryBuilder = Callable[[str], Story]


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, no git configuration and no BAROGRAPH_ setting; returns the home."""
    home = tmp_path_factory.mktemp("home")
    for key in [key for key in os.environ if key.startswith(FOREIGN)]:
        monkeypatch.delenv(key)
    for key in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(key, str(home))
    for key, value in NEUTRAL.items():
        monkeypatch.setenv(key, value)
    return home


@pytest.fixture(scope="session")
def stories_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's stories lie, each in a folder of its name."""
    return tmp_path_factory.mktemp("stories")


@pytest.fixture(scope="session")
def story(stories_folder: Path) -> StoryBuilder:
    """`story(name)` is that story as a repository on disk, built once per session: read it, don't change it."""
    built: dict[str, Story] = {}

    def build(name: str) -> Story:
        if name not in built:
            built[name] = build_story(STORIES / f"{name}.toml", stories_folder)
        return built[name]

    return build
