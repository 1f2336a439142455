"""The demo, as the README promises it: built, collected, reported, and nothing of yours touched."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Barograph = Callable[..., Result]


def test_the_demo_reports_and_keeps(barograph: Barograph, tmp_path: Path, isolated: Path) -> None:
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

    again = barograph("report", "--store", kept / "store")
    assert again.stdout.startswith("5 repositories · ")
    assert max(map(len, again.stdout.splitlines())) < 100
