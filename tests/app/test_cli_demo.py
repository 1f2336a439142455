"""The demo, as the README promises it: built, collected, reported, and nothing of yours touched."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from sample_repos.build import Story
from sample_repos.organisation import read_truth

Barograph = Callable[..., Result]


def test_the_demo_reports_and_keeps(
    barograph: Barograph, tmp_path: Path, isolated: Path, story: Callable[[str], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A log of the user's own, where the tool's variable says.
    monkeypatch.setenv("CODEX_HOME", str(story("logs_codex_unsigned").home / ".codex"))
    kept = tmp_path / "kept"
    done = barograph("demo", "--no-serve", "--keep", kept, "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    whole = found["weights"]["commits"]["whole"]
    assert len(found["repositories"]) == 5
    assert 0.1 < whole["triple"]["low"] < 0.5 < whole["triple"]["high"]
    assert whole["triple"]["best"] is None
    assert found["weights"]["commits"]["last_three_months"]["triple"]["low"] > whole["triple"]["low"]
    assert "built five invented repositories" in done.stderr
    assert sorted(path.name for path in kept.iterdir()) == ["repositories", "store"]
    assert list(isolated.iterdir()) == []

    by_tool = json.loads(barograph("sessions", "--by", "tool", "--json", "--store", kept / "store").stdout)["sessions"]
    known = read_truth(kept / "repositories")
    logged = {tool for truth in known.commits.values() for one in truth.values() for tool in one.logged}
    assert {row["key"] for row in by_tool} == logged == {"claude-code", "codex"}
    logs = list((kept / "repositories" / "home").rglob("*.jsonl"))
    assert sum(row["sessions"] for row in by_tool) == len(logs) > 80
    rules = json.loads(barograph("calibrate", "--json", "--store", kept / "store").stdout)["agreement"]
    assert {row["rule"].split("/")[0] for row in rules} >= {"claude-code", "codex"}

    again = barograph("report", "--store", kept / "store")
    assert again.stdout.startswith("5 repositories · ")
    assert max(map(len, again.stdout.splitlines())) < 100
