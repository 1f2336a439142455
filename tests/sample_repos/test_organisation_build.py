"""The generated organisation: the same bytes every time, big enough, quick enough, and with a truth that grows."""

import os
from collections import Counter
from pathlib import Path

import pytest

from sample_repos.git import git, init
from sample_repos.history import write_history
from sample_repos.organisation import HOME as LOGS
from sample_repos.organisation import PLANS, Known, build_organisation, read_truth
from sample_repos.script import Truth
from sample_repos.stream import Stream

TIPS = {
    "flightdeck": "14f5c4eb704c771855b6b7381a788385c8923106",
    "glidepath": "c9cb7e3c17c91103fe57663eb1f90295faf64d24",
    "thermald": "ce35d9f31c2f2cbf80cb3681a020561cc05f2b8e",
    "warehouse": "bc69060e24511e5f8a4d5294e1fba2fc694f8272",
    "handbook": "20cb1a10610371183d1ab071bfdd28d6c693686c",
}
HOME = "git.example.com/acme/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path], float]:
    folder = tmp_path_factory.mktemp("organisation")
    before = os.times()
    paths = build_organisation(folder)
    # Processor time, ours and git's, so that a busy machine doesn't fail the test.
    return folder, paths, sum(os.times()[:4]) - sum(before[:4])


@pytest.fixture(scope="module")
def known(built: tuple[Path, list[Path], float]) -> Known:
    return read_truth(built[0])


def test_it_is_built_in_time(built: tuple[Path, list[Path], float]) -> None:
    assert built[2] < 20


def test_main_is_always_the_same_commit(built: tuple[Path, list[Path], float]) -> None:
    assert {path.name: git("rev-parse", "main", at=path).decode().strip() for path in built[1]} == TIPS


def test_truth_speaks_of_every_commit(built: tuple[Path, list[Path], float], known: Known) -> None:
    for path in built[1]:
        assert set(known.commits[HOME + path.name]) == set(git("rev-list", "--all", at=path).decode().split())
    assert 2700 <= sum(map(len, known.commits.values())) <= 3300


def test_objects_are_sound_and_the_worktree_is_clean(built: tuple[Path, list[Path], float]) -> None:
    for path in built[1]:
        git("fsck", "--strict", "--no-progress", at=path)
        assert git("status", "--short", at=path) == b""
        assert git("symbolic-ref", "refs/remotes/origin/HEAD", at=path) == b"refs/remotes/origin/main\n"


def test_nothing_of_the_truth_lies_in_the_repositories(built: tuple[Path, list[Path], float]) -> None:
    for path in built[1]:
        assert not list(path.rglob("truth.json"))


def test_commits_are_from_the_two_years(built: tuple[Path, list[Path], float]) -> None:
    for path in built[1]:
        days = git("log", "--all", "--format=%cs", at=path).decode().split()
        assert "2024-11-20" < min(days) < "2025-01-01"
        assert "2026-11-01" < max(days) <= "2026-11-21"


def test_ai_grows_and_part_of_it_leaves_no_mark(built: tuple[Path, list[Path], float], known: Known) -> None:
    marked, really, work = Counter[str](), Counter[str](), Counter[str]()
    for path in built[1]:
        truth = known.commits[HOME + path.name]
        for line in git("log", "--no-merges", "--format=%H %cs", "main", at=path).decode().splitlines():
            sha, year = line.split()[0], line.split()[1][:4]
            if truth[sha].verdict == "automation":
                continue
            work[year] += 1
            marked[year] += truth[sha].verdict == "ai"
            really[year] += bool(truth[sha].tools or truth[sha].really)
    shares = [marked[year] / work[year] for year in ("2024", "2025", "2026")]
    assert shares[0] < 0.05 < shares[1] < 0.25 < shares[2]
    assert really["2026"] > 1.15 * marked["2026"]


def test_logs_are_left_of_a_part_of_the_work(built: tuple[Path, list[Path], float], known: Known) -> None:
    rows = [truth for commits in known.commits.values() for truth in commits.values()]
    logged = [truth for truth in rows if truth.logged]
    assert {tool for truth in logged for tool in truth.logged} == {"claude-code", "codex"}
    marked = [truth for truth in logged if truth.verdict == "ai"]
    # Markers and logs each miss a part of what the other one sees.
    assert 40 < len(marked) < len(logged) - 20
    assert len(logged) < sum(truth.verdict == "ai" for truth in rows) / 2
    days = [path.name[8:18] for path in (built[0] / LOGS).rglob("rollout-*.jsonl")]
    assert days
    assert "2026-07-20" <= min(days) <= max(days) <= "2026-11-21"


def test_what_logs_add_to_a_verdict() -> None:
    unsigned = Truth(verdict="unknown", really=("codex",), logged=("codex",))
    assert unsigned.with_logs() == Truth(verdict="ai", tools=("codex",), level="agent", logged=("codex",))
    assert Truth(verdict="unknown", really=("codex",)).with_logs() == Truth(verdict="unknown", really=("codex",))


def test_line_counts_are_heavy_tailed(built: tuple[Path, list[Path], float]) -> None:
    added: list[int] = []
    for path in built[1]:
        printed = git("log", "--no-merges", "--format=tformat:@", "--numstat", "main", at=path).decode()
        added += [sum(int(line.split()[0]) for line in one.split("\n") if line) for one in printed.split("@\n")[1:]]
    added.sort(reverse=True)
    assert sum(added[: len(added) // 20]) > 0.2 * sum(added)
    assert added[len(added) // 2] < 60


def test_another_seed_is_another_history(tmp_path: Path) -> None:
    tips = set()
    for seed in (1, 1, 2):
        init(repository := tmp_path / str(len(list(tmp_path.iterdir()))))
        with Stream(repository) as stream:
            tips.add(stream.sha(write_history(PLANS[-1], stream, seed).refs["refs/heads/main"]))
    assert len(tips) == 2
    assert TIPS["handbook"] in tips
