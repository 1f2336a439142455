"""Every story through the real command line: class, tools, level and hints of every commit as its truth says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sample_repos.build import Story, build_story, stories
from sample_repos.git import git
from sample_repos.readback import Answers, Row, answers, collect, collect_all, export, mistakes, of_story
from sample_repos.script import STORIES

NAMES = [script.stem for script in stories()]


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory, story: Callable[[str], Story]) -> tuple[Path, dict[Path, str]]:
    """One store into which all stories were collected, a linked worktree too, and what failed."""
    folder = tmp_path_factory.mktemp("collected") / "store"
    paths = [story(name).path for name in NAMES]
    linked = paths[NAMES.index("worktree")].with_name("worktree.worktree")
    return folder, collect_all([*paths, linked], folder, story(NAMES[0]).home)


@pytest.fixture(scope="session")
def store(collected: tuple[Path, dict[Path, str]]) -> Path:
    return collected[0]


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_collected(name: str, collected: tuple[Path, dict[Path, str]], story: Callable[[str], Story]) -> None:
    assert story(name).path not in collected[1], collected[1]


@pytest.fixture(scope="session")
def said(store: Path) -> Answers:
    return answers(store)


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_truth(name: str, said: Answers, story: Callable[[str], Story]) -> None:
    told = story(name)
    assert not mistakes(told.truth, *of_story(told, said))


@pytest.mark.parametrize("name", NAMES)
def test_the_default_branch_is_marked(name: str, said: Answers, story: Callable[[str], Story]) -> None:
    told = story(name)
    rows, _ = of_story(told, said)
    marked = {sha for sha, row in rows.items() if row["on_default_branch"] == "true"}
    expected = git("rev-list", told.default_branch, at=told.path).decode().split() if told.shas else []
    assert marked == set(expected)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "partial_clone"])
def test_lines_are_those_of_git(name: str, said: Answers, story: Callable[[str], Story]) -> None:
    told = story(name)
    rows, _ = of_story(told, said)
    counted = {sha: (row["lines_added"], row["lines_deleted"]) for sha, row in rows.items()}
    assert counted == {sha: numstat(told.path, sha) for sha in told.truth}


def numstat(path: Path, sha: str) -> tuple[str, str]:
    """What `git log --numstat` adds up to for one commit."""
    printed = git("log", "-1", "--format=", "-z", "--numstat", sha, at=path)
    # Behind a rename stand two names; none of them holds two tabs here.
    cells = [entry.split(b"\t") for entry in printed.split(b"\0") if entry.count(b"\t") >= 2]
    counts = [(int(c[0]), int(c[1])) for c in cells if c[0].isdigit() and c[1].isdigit()]
    return str(sum(added for added, _ in counts)), str(sum(deleted for _, deleted in counts))


@pytest.fixture(scope="session")
def months(store: Path) -> list[Row]:
    """The exported shares of whole months."""
    return [row for row in export("shares", store) if re.fullmatch(r"\d{4}-\d\d", row["period"])]


@pytest.mark.parametrize("name", [script.stem for script in stories() if "counted = " in script.read_text("utf-8")])
def test_a_share_counts_each_patch_once(name: str, months: list[Row], story: Callable[[str], Story]) -> None:
    told = story(name)
    rows = [row for row in months if row["repo"].split("@")[0] == told.repo_name and row["weight"] == "commits"]
    assert sum(float(row["total"]) for row in rows) == told.counted


def test_noise_is_left_out_of_the_weight_added(months: list[Row]) -> None:
    rows = [row for row in months if row["repo"].startswith("noise@") and row["weight"] == "added"]
    # .gitattributes (3), src/client.ts (2), bin/run (2) and schema/hand.json (3) were written; all else was not.
    assert [(row["period"], float(row["total"])) for row in rows] == [("2026-01", 10)]


def test_rewritten_history_keeps_its_evidence(tmp_path: Path) -> None:
    script = STORIES / "force_push.toml"
    before = build_story(script, tmp_path, stage=1)
    collect([before.path], tmp_path / "store")
    after = build_story(script, tmp_path)
    collect([after.path], tmp_path / "store")
    rows, evidence = of_story(after, answers(tmp_path / "store"))
    on_branch = {sha for sha, row in rows.items() if row["on_default_branch"] == "true"}
    assert on_branch == set(after.truth)
    assert before.shas["first_try"] in {row["sha"] for row in evidence}
