"""Bad input: one clear line on stderr that says what, where and what to do; exit code 2; nothing lost."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
from click.testing import Result
from filelock import FileLock

from app import shell
from sample_repos.build import Story
from sample_repos.git import git

Barograph = Callable[..., Result]
Builder = Callable[[str], Story]
RUN = [sys.executable, "-c", "from app.cli import main; main()"]


def refused(result: Result) -> str:
    """The one line of a command that was refused."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("reading ")]
    assert (result.exit_code, result.stdout, len(lines)) == (2, "", 1), result.stderr
    assert lines[0].startswith("barograph: ")
    return lines[0].removeprefix("barograph: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reprot"], "No such command 'reprot'.*'report'"),
        (["report", "--wieght", "added"], "No such option '--wieght'.*--weight"),
        (["report", "--weight", "chnged"], "'chnged' is not known: did you mean changed"),
        (["report", "--by", "qqq"], "'qqq' is not known: known are month, week"),
        (["report", "--since", "soon"], "'soon' is no date: write 2026-03-14, 20260314, today, or 90d"),
        (["report", "--fail-on", "low"], '--fail-on .low.: write a figure.*"low<0.2"'),
        (["report", "--fail-on", "lo<0.2"], "'lo' is not known: did you mean low"),
        (["report", "--fail-on", "low<20"], "a share lies between 0 and 1; write 0.2 or 20%"),
        (["export", "comits"], "'comits' is not known: did you mean commits"),
        (["export"], "Missing argument 'TABLE'"),
        (["collect", "--jobs", "0"], "0 is not in the range"),
        (["explain", "main"], "explain 'main': neither a SHA .4 to 64 hexadecimal digits. nor a line of a file"),
        (["explain", "a.py:0"], "explain 'a.py:0': neither a SHA"),
        (["explain", ""], "explain '': neither a SHA"),
        (["report", "--by", "nope"], "'nope' is not known: known are month, week"),
        (["completion", "tcsh"], "'tcsh' is not known"),
    ],
)
def test_arguments(arguments: Sequence[str], said: str, barograph: Barograph, tmp_path: Path) -> None:
    where = ["--store", str(tmp_path)] if arguments[0] != "reprot" else []
    assert re.search(said, refused(barograph(*arguments, *where)))


@pytest.mark.parametrize("command", [["report"], ["explain", "abcd1234"], ["export", "commits"]])
def test_no_store_yet(command: Sequence[str], barograph: Barograph, tmp_path: Path) -> None:
    said = refused(barograph(*command, "--store", tmp_path / "none"))
    assert said == f"no store at {tmp_path / 'none'}: run `barograph collect` first"
    assert not (tmp_path / "none").exists()


def test_neither_a_repository_nor_a_store(
    barograph: Barograph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "is not in a git repository: go into one" in refused(barograph("--store", tmp_path / "none"))
    assert "nothing to collect: " in refused(barograph("collect", "--store", tmp_path / "none"))


def test_no_repository_at_a_path(barograph: Barograph, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "not a git repository" in refused(barograph("collect", tmp_path / "plain", "--store", tmp_path / "s"))
    assert "no such file or folder" in refused(barograph("collect", tmp_path / "gone", "--store", tmp_path / "s"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_folder(barograph: Barograph, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert "not readable" in refused(barograph("collect", closed, "--store", tmp_path / "s"))


def test_unknown_setting(barograph: Barograph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BAROGRAPH_JBOS", "2")
    said = refused(barograph("report", "--store", tmp_path))
    assert said == "unknown setting BAROGRAPH_JBOS (environment): did you mean jobs?"


def test_a_settings_file_that_is_wrong(barograph: Barograph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "barograph.toml"
    file.write_text("jobs = 'many'\n", "utf-8")
    monkeypatch.setenv("BAROGRAPH_CONFIG", str(file))
    assert str(file) in refused(barograph("settings"))


def test_unknown_repository(barograph: Barograph, told_store: Path) -> None:
    said = refused(barograph("report", "--store", told_store, "--repo", "git.example.com/acme/shalow"))
    assert said.endswith("did you mean git.example.com/acme/shallow?")


def test_a_repository_that_was_not_collected(barograph: Barograph, told_store: Path, story: Builder) -> None:
    path = story("aider_author").path
    said = refused(barograph("report", "--store", told_store, "--repo", path))
    assert f"is not in the store: run `barograph collect {path}` first" in said


def test_unknown_and_ambiguous_commits(barograph: Barograph, told_store: Path) -> None:
    said = refused(barograph("explain", "0123456789", "--store", told_store))
    assert said == "no commit 0123456789 in the store: run `barograph collect` in its repository first"


def test_a_locked_store(barograph: Barograph, tmp_path: Path, story: Builder) -> None:
    with FileLock(tmp_path / "lock"):
        said = refused(barograph("collect", story("two_tools_one_commit").path, "--store", tmp_path))
    assert f"the store {tmp_path} is being written by " in said


def test_a_repository_that_fails_does_not_stop_the_others(barograph: Barograph, tmp_path: Path, story: Builder) -> None:
    broken = tmp_path / "broken"
    git("init", "--quiet", "-b", "main", broken, at=tmp_path)
    for message in ("one", "two"):
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        git(*who, "commit", "--quiet", "--allow-empty", "-m", message, at=broken)
    first = git("rev-parse", "HEAD^", at=broken).decode().strip()
    file = broken / ".git" / "objects" / first[:2] / first[2:]
    file.chmod(0o600)
    file.write_bytes(b"no object")
    done = barograph("collect", broken, story("two_tools_one_commit").path, "--store", tmp_path / "store")
    assert done.exit_code == 2
    assert "1 repository, 2 commits: 2 new" in done.stdout
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("barograph: ")]
    assert "broken" in line


@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C")
def test_interrupted(tmp_path: Path, story: Builder) -> None:
    code = (
        "import sys, time; import app.running as r\n"
        "def wait(*a, **k): print('now', file=sys.stderr, flush=True); time.sleep(60)\n"
        "r.collect_and_tell = wait\nfrom app.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "collect", str(story("two_tools_one_commit").path), "--store", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "now\n"
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        rest = running.communicate(timeout=20)[1].strip()
    assert running.returncode == 2
    assert rest == "barograph: interrupted: what was read is kept; run the same command to go on"


def test_mistakes_of_our_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.tell(KeyError("weight")) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(
        "barograph: a mistake of barograph itself: KeyError: 'weight'; BAROGRAPH_DEBUG=1 shows where"
    )
    monkeypatch.setenv("BAROGRAPH_DEBUG", "1")
    try:
        raise KeyError("weight")
    except KeyError as error:
        shell.tell(error)
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "the disk is full: /data/x"),
        (click.Abort(), "interrupted: what was read is kept"),
    ],
)
def test_what_ends_a_command(error: Exception, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.tell(error) == 2
    assert said in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk(told_store: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*RUN, "export", "commits", "--store", str(told_store)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "the disk is full" in done.stderr
    assert done.stderr.count("\n") == 1
