"""Each command on stories, as a person runs it: what it prints, as JSON too, and what it writes."""

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from app.cli import BY, TABLES, WEIGHTS, cli
from sample_repos.build import Story
from sample_repos.git import git

Barograph = Callable[..., Result]
Builder = Callable[[str], Story]


def answer(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["schema_version"] == 1
    assert isinstance(found, dict)
    return found


def test_help_is_quick_to_import() -> None:
    code = "import sys, app.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"duckdb", "polars", "pyarrow", "numpy", "git", "streamlit", "altair", "rich"} & set(loaded)


def test_version(barograph: Barograph) -> None:
    assert re.fullmatch(r"barograph \d+\.\d+\.\d+\n", barograph("--version").stdout)


def test_collect_says_what_it_read_and_what_it_skipped(barograph: Barograph, story: Builder, tmp_path: Path) -> None:
    done = barograph("collect", story("partial_clone").path, "--store", tmp_path)
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"1 repository, 3 commits: 3 new \(\d+\.\d s\)", lines[0])
    assert re.fullmatch(r"1 skipped: 1 .*a blob is missing.* \(as [0-9a-f]{40}\)", lines[-1])
    assert "reading git.invalid/acme/partial: 3 new commits" in done.stderr


def test_collect_again_finds_nothing_new(barograph: Barograph, story: Builder, tmp_path: Path) -> None:
    path = story("two_tools_one_commit").path
    barograph("collect", path, "--store", tmp_path)
    again = answer(barograph("collect", path, "--store", tmp_path, "--json"))
    assert (again["unchanged"], again["new_commits"], again["commits"], again["failures"]) == (True, 0, 2, [])
    plain = barograph("collect", path, "--store", tmp_path)
    assert plain.stdout.splitlines()[-1] == "nothing skipped"
    assert "nothing new" in plain.stdout


def test_store_may_stand_before_the_command(barograph: Barograph, told_store: Path) -> None:
    assert barograph("--store", told_store, "report").stdout == barograph("report", "--store", told_store).stdout


def test_the_bare_command_reports_on_where_you_stand(
    barograph: Barograph, story: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(story("two_tools_one_commit").path)
    done = barograph("--store", tmp_path)
    assert done.exit_code == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert re.match(r"two_tools_one_commit@\w+ · main · 2 commits landed 5 Jan 2026 +collected in \d", first)
    assert len(first) < 100


def test_the_bare_command_elsewhere_reports_on_the_store(
    barograph: Barograph, told_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = barograph("--store", told_store)
    assert done.stdout.startswith("6 repositories · ")
    assert "not in a git repository" in done.stderr


@pytest.mark.parametrize(("by", "weight"), [*((by, None) for by in BY), *(("author", weight) for weight in WEIGHTS)])
def test_report_by(by: str, weight: str | None, barograph: Barograph, told_store: Path) -> None:
    chosen = ("--weight", weight) if weight else ()
    done = barograph("report", "--store", told_store, "--by", by, *chosen)
    assert done.exit_code == 0, done.stderr
    assert all(len(line) < 100 for line in done.stdout.splitlines())
    assert sum(line.startswith(f"{by} ") for line in done.stdout.splitlines()) == (1 if weight else 2)
    found = answer(barograph("report", "--store", told_store, "--by", by, "--json", *chosen))
    rows = found["rows"]
    assert isinstance(rows, list)
    assert {row["weight"] for row in rows} == ({weight} if weight else {"commits", "changed"})


def test_report_json_has_bounds_and_their_method(barograph: Barograph, told_store: Path) -> None:
    found = answer(barograph("report", "--store", told_store, "--json"))
    methods, weights = found["methodology"], found["weights"]
    assert isinstance(methods, dict)
    assert isinstance(weights, dict)
    assert list(weights) == ["commits", "changed"]
    triple = weights["commits"]["whole"]["triple"]
    assert 0 < triple["low"] < triple["high"] <= 1
    assert triple.keys() <= methods.keys()


def test_report_of_one_repository_by_path_and_by_id(barograph: Barograph, told_store: Path, story: Builder) -> None:
    path = story("two_tools_one_commit").path
    by_path = barograph("report", "--store", told_store, "--repo", path)
    repo = by_path.stdout.split(" · ")[0]
    assert re.fullmatch(r"two_tools_one_commit@[0-9a-f]{12}", repo)
    assert barograph("report", "--store", told_store, "--repo", repo).stdout == by_path.stdout


def test_report_of_a_time_without_work(barograph: Barograph, told_store: Path) -> None:
    done = barograph("report", "--store", told_store, "--since", "2030-01-01")
    assert done.exit_code == 0
    assert "there is nothing to take a share of" in done.stdout


@pytest.mark.parametrize(("test", "code"), [("low<0.99", 1), ("low<1%", 0), ("high >= 0.5", 1), ("coverage>99%", 0)])
def test_fail_on(test: str, code: int, barograph: Barograph, told_store: Path) -> None:
    done = barograph("report", "--store", told_store, "--fail-on", test)
    assert done.exit_code == code
    assert ("threshold crossed" in done.stderr) == (code == 1)


def test_explain_leads_to_the_words_and_the_rule(barograph: Barograph, told_store: Path, story: Builder) -> None:
    sha = story("two_tools_one_commit").shas["desk"]
    done = barograph("explain", sha[:10], "--store", told_store)
    assert "Verdict: ai by " in done.stdout
    assert "Co-Authored-By: Claude Opus 4.6" in done.stdout or "Claude Opus 4.6 <noreply@anthropic.com>" in done.stdout
    rule = re.search(r"defined +(collector/tools/claude-code\.toml):(\d+)", done.stdout)
    assert rule is not None
    line = (Path(__file__).parents[2] / rule[1]).read_text("utf-8").splitlines()[int(rule[2]) - 1]
    assert line.startswith(("[[marker]]", "id = "))


def test_explain_json(barograph: Barograph, told_store: Path, story: Builder) -> None:
    sha = story("codex_branch_merged").shas["by_codex"]
    found = answer(barograph("explain", sha, "--store", told_store, "--json"))
    commits = found["commits"]
    assert isinstance(commits, list)
    (one,) = commits
    assert (one["sha"], one["verdict"]["class"]) == (sha, "unknown")
    assert [(piece["tool"], piece["trust"], piece["decides"]) for piece in one["evidence"]] == [
        ("codex", "hinted", False)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_export_is_the_same_in_every_format(table: str, barograph: Barograph, told_store: Path, tmp_path: Path) -> None:
    printed = barograph("export", table, "--store", told_store).stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    for form in ("csv", "parquet", "json"):
        done = barograph("export", table, "--store", told_store, "-o", tmp_path / f"out.{form}")
        assert done.exit_code == 0, done.stderr
        assert done.stdout == ""
    assert (tmp_path / "out.csv").read_text("utf-8") == printed
    assert pl.read_parquet(tmp_path / "out.parquet").columns == printed.splitlines()[0].split(",")
    assert pl.read_parquet(tmp_path / "out.parquet").height == len(rows)
    assert len(json.loads((tmp_path / "out.json").read_text("utf-8"))) == len(rows)
    assert (len(rows) > 0) == (table in ("commits", "evidence", "shares"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.csv", "out.json", "out.parquet"]


def test_export_of_one_repository(barograph: Barograph, told_store: Path, story: Builder) -> None:
    told = story("two_tools_one_commit")
    done = barograph("export", "commits", "--store", told_store, "--repo", told.path)
    assert {row["sha"] for row in csv.DictReader(io.StringIO(done.stdout))} == set(told.truth)


def test_export_writes_into_a_pipe_and_through_a_link(barograph: Barograph, told_store: Path, tmp_path: Path) -> None:
    printed = barograph("export", "commits", "--store", told_store).stdout
    pipe, link, file = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "file.csv"
    os.mkfifo(pipe)
    link.symlink_to(file)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert barograph("export", "commits", "--store", told_store, "-o", pipe).exit_code == 0
    assert pipe.is_fifo()
    assert reader.communicate(timeout=20)[0].decode() == printed
    assert barograph("export", "commits", "--store", told_store, "-o", link).exit_code == 0
    assert link.is_symlink()
    assert file.read_text() == printed


def test_json_before_the_command_counts_too(barograph: Barograph, told_store: Path) -> None:
    before = barograph("--json", "report", "--store", told_store).stdout
    assert json.loads(before) == json.loads(barograph("report", "--json", "--store", told_store).stdout)


def test_export_of_weeks(barograph: Barograph, told_store: Path) -> None:
    done = barograph("export", "shares", "--store", told_store, "--by", "week", "--until", "2026-01-05")
    assert {row["period"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"2026-W02"}


def test_a_file_that_cannot_be_replaced_stays(barograph: Barograph, told_store: Path, tmp_path: Path) -> None:
    done = barograph("export", "commits", "--store", told_store, "-o", tmp_path / "no" / "out.csv")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"barograph: cannot write {tmp_path / 'no' / 'out.csv'}: ")
    assert list(tmp_path.iterdir()) == []


def test_tools(barograph: Barograph) -> None:
    plain = barograph("tools").stdout
    assert all(len(line) <= 100 for line in plain.splitlines()[:-1])
    found = answer(barograph("tools", "--json"))["tools"]
    assert isinstance(found, list)
    claude = next(row for row in found if row["tool"] == "claude-code")
    assert claude["default_on"] is True
    assert "trailer" in claude["evidence"]
    assert all(row["tool"] in plain for row in found)


def test_settings_name_their_origin(barograph: Barograph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_JOBS", "3")
    rows = answer(barograph("settings", "--store", tmp_path, "--json"))["settings"]
    assert isinstance(rows, list)
    found = {row["name"]: (row["value"], row["origin"]) for row in rows}
    assert found["jobs"] == ("3", "BAROGRAPH_JOBS")
    assert found["store"] == (str(tmp_path), "flag")
    assert found["logs"][1] == "default"
    assert "BAROGRAPH_JOBS" in barograph("settings").stdout


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion(shell: str, barograph: Barograph) -> None:
    assert "_BAROGRAPH_COMPLETE" in barograph("completion", shell).stdout


def test_completion_completes() -> None:
    words = {"_BAROGRAPH_COMPLETE": "zsh_complete", "COMP_WORDS": "barograph rep", "COMP_CWORD": "1"}
    done = CliRunner(env=words).invoke(cli, [], prog_name="barograph")
    assert "report" in done.stdout


def test_what_is_piped_has_no_colour(told_store: Path) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "report", "--store", str(told_store)]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "FORCE_COLOR": ""})
    assert b"\x1b" not in done.stdout


def test_a_reader_that_stops_reading_is_no_error(told_store: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "export",
        "commits",
        "--store",
        str(told_store),
    ]
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_store_is_private_and_the_repository_untouched(
    barograph: Barograph, tmp_path: Path, story: Builder
) -> None:
    path = story("two_tools_one_commit").path
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    barograph("collect", path, "--store", tmp_path / "store")
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "store").rglob("*")}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_a_subfolder_is_its_repository(barograph: Barograph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "--quiet", "-b", "main", tmp_path / "shop", at=tmp_path)
    (tmp_path / "shop" / "src").mkdir()
    monkeypatch.chdir(tmp_path / "shop" / "src")
    done = barograph("--store", tmp_path / "store")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("shop · 0 commits")
