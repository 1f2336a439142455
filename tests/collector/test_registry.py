"""Loading tools/*.toml: overlay, digest, and refusals that name the file, the line and the remedy."""

from pathlib import Path

import pytest

from collector.errors import ToolProfileError
from collector.registry import load_registry

GOOD = """name = "Mine"

[[marker]]
id = "email"
field = "identity"
pattern = '<bot@mine\\.example>'
level = "agent"
source = "seen"
matches = ["Mine <bot@mine.example>"]
rejects = ["Jo <jo@mine.example>"]
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_users_file_adds_a_tool_and_changes_the_digest(tmp_path: Path) -> None:
    plain, with_mine = load_registry(), load_registry(write(tmp_path, GOOD))
    assert "mine" not in plain.profiles
    marker = with_mine.marker("mine/email")
    assert marker is not None
    assert marker.defined_in == f"{tmp_path / 'mine.toml'}:3"
    assert with_mine.digest != plain.digest
    assert load_registry().digest == plain.digest


def test_a_users_file_replaces_the_built_in_one(tmp_path: Path) -> None:
    registry = load_registry(write(tmp_path, GOOD, "aider.toml"))
    assert [m.rule for m in registry.profiles["aider"].markers] == ["aider/email"]
    assert load_registry(tmp_path / "absent").profiles.keys() == load_registry().profiles.keys()


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("pattern =", "patern =", 6, "unknown key 'patern'; did you mean 'pattern'?"),
        ('name = "Mine"', 'nam = "Mine"', 1, "unknown key 'nam'; did you mean 'name'?"),
        ('name = "Mine"', "", 1, "`name` is missing"),
        (r"<bot@mine\.example>", "(", 6, "no regular expression"),
        ('"agent"', '"agnet"', 7, "did you mean 'agent'? choose from"),
        ('"identity"', '"indentity"', 5, "did you mean 'identity'?"),
        ('level = "agent"', 'level = "agent"\ntrust = "decreed"', 8, "did you mean 'declared'?"),
        ('level = "agent"', 'level = "agent"\nlevels = { auhtor = "agent" }', 8, "did you mean 'author'?"),
        ('level = "agent"', 'level = "agent"\nsince = "2025"', 8, "must be a date"),
        ("bot@mine.example>", "bot@other.example>", 9, "which the pattern misses"),
        ("jo@mine.example>", "bot@mine.example>", 10, "which the pattern hits"),
        ('matches = ["Mine <bot@mine.example>"]', "", 3, "`matches` is missing"),
        ('["Mine <bot@mine.example>"]', "[]", 9, "`matches` is empty"),
        ('rejects = ["Jo <jo@mine.example>"]', "", 3, "`rejects` is missing"),
        ('source = "seen"', "", 3, "`source` is missing"),
        ('id = "email"', "id = email", 4, "mend the TOML"),
        ('"identity"', '"trailer"', 3, "`key` is missing"),
        (GOOD, GOOD + GOOD.partition("\n")[2], 13, "used twice"),
        (GOOD, 'name = "Mine"\n', 1, "no [[marker]]"),
        ('"email"', '"E Mail"', 4, "`id` must be lower case"),
        ('name = "Mine"', 'name = "Mine"\ncolor = "red"', 2, "#RRGGBB"),
        ('["Jo <jo@mine.example>"]', '"Jo"', 10, "must be a list of str"),
    ],
)
def test_a_bad_file_is_refused_by_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    with pytest.raises(ToolProfileError) as refusal:
        load_registry(write(tmp_path, text))
    message = str(refusal.value)
    assert message.startswith(f"{tmp_path / 'mine.toml'}:{line}: ")
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["My Tool.toml", "automation.toml", "Mine.toml", "_mine.toml"])
def test_a_name_that_cannot_be_a_tools_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ToolProfileError, match="rename it"):
        load_registry(write(tmp_path, GOOD, name))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ToolProfileError, match="save it as UTF-8"):
        load_registry(tmp_path)


def test_instrument_changes_are_in_order_and_name_known_tools() -> None:
    registry = load_registry()
    dates = [change.at for change in registry.instruments]
    assert dates == sorted(dates)
    assert {change.tool for change in registry.instruments} <= registry.profiles.keys()
    assert all(change.until is None or change.until > change.at for change in registry.instruments)
    assert {"vscode-co-author-on", "copilot-cli-co-author", "codex-cli-attribution", "codex-account-attribution"} <= {
        change.id for change in registry.instruments
    }


def test_the_digest_follows_a_users_edit(tmp_path: Path) -> None:
    before = load_registry(write(tmp_path, GOOD)).digest
    assert load_registry(write(tmp_path, GOOD + "\n# changed\n")).digest != before
