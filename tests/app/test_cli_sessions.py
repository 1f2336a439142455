"""The commands about sessions and lines, on a story in which a session and a person wrote one commit."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from sample_repos.build import Story

Barograph = Callable[..., Result]


@pytest.fixture(scope="session")
def told(story: Callable[[str], Story]) -> Story:
    return story("logs_person_and_session")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, told: Story, barograph: Barograph) -> Path:
    folder = tmp_path_factory.mktemp("lines") / "store"
    done = barograph("collect", told.path, "--store", folder, "--home", told.home)
    assert done.exit_code == 0, done.stderr
    return folder


@pytest.mark.parametrize("by", ["day", "tool", "model", "repo"])
def test_sessions(store: Path, told: Story, barograph: Barograph, by: str) -> None:
    answer = json.loads(barograph("sessions", "--by", by, "--repo", told.path, "--store", store, "--json").stdout)
    assert answer["by"] == by and len(answer["sessions"]) == 1
    [row] = answer["sessions"]
    assert row["sessions"] == 1 and row["edits"] >= 1 and row["landed_lines"] >= 2
    text = barograph("sessions", "--by", by, "--repo", told.path, "--store", store).stdout
    assert text.splitlines()[0].split()[:2] == [by, "sessions"] and row["key"] in text


def test_sessions_of_another_time_and_place(store: Path, barograph: Barograph) -> None:
    assert "No session" in barograph("sessions", "--since", "2030-01-01", "--store", store).stdout
    refused = barograph("sessions", "--repo", "nowhere", "--store", store)
    assert refused.exit_code == 2 and "nowhere" in refused.stderr


def test_blame_tells_the_lines_of_the_session_from_the_others(store: Path, told: Story, barograph: Barograph) -> None:
    [row] = json.loads(barograph("export", "lines", "--store", store, "--format", "json").stdout)[:1]
    file = told.path / row["path"]
    answer = json.loads(barograph("blame", file, "--store", store, "--json").stdout)
    lines = {line["number"]: line for line in answer["lines"]}
    claimed = [line for line in lines.values() if line["tool"] == row["tool"]]
    assert claimed and len(claimed) < len(lines)
    assert {line["class"] for line in lines.values()} == {"ai", "unknown"}
    assert {line["session"] for line in claimed} == {row["session"]} and "text" not in claimed[0]
    text = barograph("blame", file, "--store", store).stdout.splitlines()
    assert row["tool"] in text[claimed[0]["number"] - 1] and f"{len(lines)} lines" in text[-1]
    one = barograph("explain", f"{file}:{claimed[0]['number']}", "--store", store).stdout
    assert f"written by {row['tool']}" in one and row["session"] in one and "Sessions" in one and "Lines" in one
    other = next(number for number, line in lines.items() if line["class"] == "unknown")
    assert "no record of a tool claims it" in barograph("explain", f"{file}:{other}", "--store", store).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("blame", "{repo}/none.py"), "none.py"),
        (("explain", "{repo}/none.py:3"), "none.py"),
        (("explain", "what is this"), "neither a SHA"),
        (("blame", "/"), "directory"),
    ],
)
def test_what_is_no_line(store: Path, told: Story, barograph: Barograph, arguments: tuple[str, ...], said: str) -> None:
    refused = barograph(*(one.format(repo=told.path) for one in arguments), "--store", store)
    assert refused.exit_code == 2 and said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_blame_where_nothing_was_committed(store: Path, barograph: Barograph, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "a.py").write_text("a = 1\n")
    refused = barograph("blame", tmp_path / "a.py", "--store", store)
    assert refused.exit_code == 2 and "no commit is checked out" in refused.stderr


def test_calibrate(store: Path, barograph: Barograph) -> None:
    answer = json.loads(barograph("calibrate", "--detailed", "--store", store, "--json").stdout)
    assert isinstance(answer["agreement"], list)
    assert barograph("calibrate", "--store", store).exit_code == 0


def test_doctor_says_how_long_logs_stay(told: Story, barograph: Barograph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_HOME", str(told.home))
    checks = json.loads(barograph("doctor", "--store", told.path.parent / "none", "--json").stdout)["checks"]
    [about] = [check for check in checks if check["name"] == "logs of claude-code"]
    assert "deleted 30 days after they were written (by default)" in about["detail"]
