"""The doctor sees what is wrong, says how to mend it, and fails on errors only."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from filelock import FileLock

Barograph = Callable[..., Result]


def checks(result: Result) -> dict[str, dict[str, str]]:
    found = json.loads(result.stdout)
    assert found["schema_version"] == 1
    assert all(set(check) == {"name", "status", "detail", "fix"} for check in found["checks"])
    assert all(check["fix"] for check in found["checks"] if check["status"] != "ok")
    return {check["name"]: check for check in found["checks"]}


def test_a_healthy_store(barograph: Barograph, told_store: Path) -> None:
    done = barograph("doctor", "--store", told_store, "--json")
    assert done.exit_code == 0
    found = checks(done)
    assert {"git", "python", "settings", "tools", "disk", "store", "lock", "snapshot", "repositories", "audits"} <= set(
        found
    )
    assert {check["status"] for check in found.values()} == {"ok", "warning"}
    assert "shallow" in found["repository git.example.com/acme/shallow"]["detail"]
    assert "not measured" in found["repository git.invalid/acme/partial"]["detail"]


def test_what_was_skipped(barograph: Barograph, told_store: Path) -> None:
    skipped = json.loads(barograph("doctor", "--store", told_store, "--json").stdout)["skipped"]
    assert [set(kind) for kind in skipped] == [{"source", "reason", "count", "example"}]
    assert skipped[0]["source"] == "git.invalid/acme/partial"


def test_each_line_that_is_not_well_ends_with_its_fix(barograph: Barograph, told_store: Path) -> None:
    lines = barograph("doctor", "--store", told_store).stdout.splitlines()
    assert all(" → " in line for line in lines if line.startswith(("error ", "warning ")))
    assert lines[-1] == "0 errors, 2 warnings"


def test_no_store_is_no_error(barograph: Barograph, tmp_path: Path) -> None:
    done = barograph("doctor", "--store", tmp_path / "none", "--json")
    assert done.exit_code == 0
    assert checks(done)["store"]["fix"] == "run `barograph collect`"
    assert not (tmp_path / "none").exists()


def test_a_lock_that_is_held(barograph: Barograph, told_store: Path) -> None:
    with FileLock(told_store / "lock"):
        assert checks(barograph("doctor", "--store", told_store, "--json"))["lock"]["status"] == "warning"
    assert checks(barograph("doctor", "--store", told_store, "--json"))["lock"]["status"] == "ok"


def test_wrong_settings(barograph: Barograph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_JOBS", "none")
    done = barograph("doctor", "--store", tmp_path, "--json")
    assert done.exit_code == 2
    assert "BAROGRAPH_JOBS" in checks(done)["settings"]["detail"]


def test_a_rule_file_that_is_wrong(barograph: Barograph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text('name = "Mine"\nnaem = "typo"\n', "utf-8")
    monkeypatch.setenv("BAROGRAPH_TOOLS", str(tmp_path))
    done = barograph("doctor", "--store", tmp_path / "store", "--json")
    assert done.exit_code == 2
    assert f"{tmp_path / 'mine.toml'}:2" in checks(done)["tools"]["detail"]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_a_store_that_is_open_to_others(barograph: Barograph, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert checks(barograph("doctor", "--store", tmp_path, "--json"))["store"]["fix"] == f"chmod 700 '{tmp_path}'"


def test_a_snapshot_that_is_damaged(barograph: Barograph, tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "000001.duckdb").write_bytes(b"no database" * 1000)
    (tmp_path / "snapshots" / "current").write_text("000001.duckdb\n", "ascii")
    done = barograph("doctor", "--store", tmp_path, "--json")
    assert done.exit_code == 2
    assert checks(done)["snapshot"]["status"] == "error"
