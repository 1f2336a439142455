"""Notes and traces that we write are read back as the same claims; what others wrote is never touched."""

import json
import subprocess

import pytest
from click.testing import CliRunner

from app.cli import cli
from sample_repos.git import git

LINES = 'select sha, path, "start", "end", tool, model, session from claims order by all'


@pytest.fixture
def run(tmp_path):
    def run(*arguments, store="store", code=0):
        done = CliRunner().invoke(cli, [*map(str, arguments), "--store", str(tmp_path / store)])
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def noted(story, tmp_path, run):
    """A clone with notes, collected, and one without."""
    clone = tmp_path / "clone"
    git("clone", "-q", "--bare", story("notes_without_markers").path, clone, at=tmp_path)
    git("fetch", "-q", "origin", "refs/notes/*:refs/notes/*", at=clone)
    plain = tmp_path / "plain"
    git("clone", "-q", "--bare", story("notes_without_markers").path, plain, at=tmp_path)
    for repository in (clone, plain):
        git("config", "remote.origin.url", "https://example.org/acme/shop.git", at=repository)
    run("collect", clone, "--no-logs")
    return clone, plain


def lines(run, store="store"):
    """Every claimed line and whose it is."""
    rows = json.loads(run("export", "lines", "--format", "json", store=store).stdout)
    return {
        (row["sha"], row["path"], line, row["tool"], row["model"], row["session"])
        for row in rows
        for line in range(row["start"], row["end"] + 1)
    }


def test_notes_come_back_as_the_same_claims(noted, run, tmp_path):
    _, plain = noted
    before = git("for-each-ref", at=plain)
    run("export", "notes", "-o", tmp_path / "notes.stream")
    assert git("for-each-ref", at=plain) == before, "nothing is written by default"
    said = run("export", "notes", "--into", plain).stderr
    assert "2 notes written" in said
    run("collect", plain, "--no-logs", store="again")
    assert lines(run, "again") == lines(run)
    assert len(lines(run)) == 10
    tip = git("rev-parse", "refs/notes/ai", at=plain)
    assert "0 notes written to refs/notes/ai, 2 were there already" in run("export", "notes", "--into", plain).stderr
    assert git("rev-parse", "refs/notes/ai", at=plain) == tip


def test_notes_of_others_stay_and_old_ones_of_ours_are_renewed(noted, run, tmp_path):
    clone, plain = noted
    run("export", "notes", "--into", plain)
    first, second = (json.loads(line) for line in run("export", "notes", "--format", "json").stdout.splitlines())
    ours = first["note"].replace("1-4", "1-3")
    for sha, text in ((first["commit"], ours), (second["commit"], "by hand")):
        blob = git("hash-object", "-w", "--stdin", at=plain, stdin=text.encode()).decode().strip()
        git(
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "notes",
            "--ref=ai",
            "add",
            "-f",
            "-C",
            blob,
            sha,
            at=plain,
        )
    assert (
        "1 notes written to refs/notes/ai, 0 were there already, 1 of others left"
        in run("export", "notes", "--into", plain).stderr
    )
    assert git("notes", "--ref=ai", "show", second["commit"], at=plain) == b"by hand"
    assert git("notes", "--ref=ai", "show", first["commit"], at=plain).decode() == first["note"]
    assert (
        "0 notes written to refs/notes/ai, 0 were there already, 2 of others"
        in run("export", "notes", "--into", clone).stderr
    )


def test_a_stream_is_taken_by_git_and_never_in_place_of_notes_that_are_there(noted, run, tmp_path):
    clone, plain = noted
    stream = tmp_path / "notes.stream"
    run("export", "notes", "-o", stream)
    git("fast-import", "--quiet", at=plain, stdin=stream.read_bytes())
    run("collect", plain, "--no-logs", store="again")
    assert lines(run, "again") == lines(run)
    tip = git("rev-parse", "refs/notes/ai", at=clone)
    with pytest.raises(subprocess.CalledProcessError):
        git("fast-import", "--quiet", at=clone, stdin=stream.read_bytes())
    assert git("rev-parse", "refs/notes/ai", at=clone) == tip


def test_traces_come_back_as_the_same_claims(noted, run, tmp_path):
    _, plain = noted
    work = tmp_path / "work"
    git("clone", "-q", plain, work, at=tmp_path)
    git("config", "remote.origin.url", "https://example.org/acme/shop.git", at=work)
    (work / ".agent-trace").mkdir()
    run("export", "agent-trace", "-o", work / ".agent-trace/traces.jsonl")
    records = [json.loads(line) for line in (work / ".agent-trace/traces.jsonl").read_text().splitlines()]
    assert len({record["id"] for record in records}) == len(records) == 3
    run("collect", work, "--no-logs", store="again")
    assert lines(run, "again") == lines(run)
    assert run("export", "agent-trace").stdout == run("export", "agent-trace").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("notes", "--format", "csv"), "can't be written as csv"),
        (("agent-trace", "--into", "x"), "--into is for notes alone"),
        (("commits", "--into", "x"), "--into is for notes alone"),
        (("notes", "--into", "x", "-o", "y"), "--into is for notes alone"),
        (("notes", "--into", "nowhere"), "nowhere"),
    ],
)
def test_what_makes_no_sense_is_refused(noted, run, arguments, said):
    done = run("export", *arguments, code=2)
    assert said in done.stderr
