"""The stream of history against git's own words, read here by other means; and what it does when git fails."""

import fcntl
import os
import random
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_repository import ADA, Made, all_shas, damage, numstat, streamed, text, utc

from collector.errors import RepositoryError
from collector.sources.git import history
from sample_repos.build import stories
from sample_repos.git import git
from sample_repos.stream import Blob, Stamp, Stream

COMPLETE = [script.stem for script in stories() if script.stem not in ("partial_clone", "empty_repository")]

NAMES = [
    b"plain.txt",
    b"new\nline",
    b"ta\tb",
    b'quo"te',
    b"back\\slash",
    b"\x01first",
    b"latin-\xe9",
    b" spaces ",
    "línea \u2028 break".encode(),
    b"deep/er/x.py",
    b":100644",
    b"1\t1\tx",
    b"end of batch\n",
]
MESSAGES = [
    b"Short",
    b"",
    b"\n\n\n",
    b"Subject\n\n\x01 begins a line\n\x01\n1\t2\tfile\n:100644 100644 a b M\n",
    b"Control \x1b[31m \x02\x03\x7f \x0c\x0b\n\nbody\r\n",
    b"end of batch\nend of batch\n",
    b"Not UTF-8 \xff\xfe\n",
    "Unicode \u2028 \u0085 lines\n\nCo-authored-by: X <x@example.org>\n".encode(),
    b"Huge\n\n" + b"word " * 60_000,
]
PEOPLE = [
    ADA,
    b" <>",
    b"<only@example.org>",
    b"No Mail <>",
    b"Latin \xe9 <l\xe9@example.org>",
    "Zoë \u2028 Line <z@example.org>".encode(),
    b"\x01 Control \x1b <c@example.org>",
    b'Quote "Q" O\'Q <q q@example.org>',
]
DATES = ["0 +0000", "-31536000 +0000", "4102444800 +1400", "1767268800 -1130", "99999999999999 +0000", "1 +9999"]


def grow(path: Path, seed: int, count: int = 60, object_format: str = "sha1") -> Made:
    """A history with everything in it that git allows, from one seed."""
    draw = random.Random(seed)
    made = Made(path, object_format=object_format)
    trees: list[dict[bytes, Blob]] = []
    marks: list[int] = []
    with Stream(path) as stream:
        for number in range(count):
            several = draw.sample(range(number), k=min(number, draw.choice((1, 1, 1, 1, 2, 3, 8))))
            parents = [] if number % 29 == 0 else sorted(several, reverse=True)
            tree = dict(trees[parents[0]]) if parents else {}
            changed: dict[bytes, Blob | None] = {}
            for _ in range(draw.randrange(4)):
                change(draw, tree, changed, number, 64 if object_format == "sha256" else 40)
            if not parents:
                changed = {name: blob for name, blob in changed.items() if blob is not None}
            who, when = (
                draw.choice(PEOPLE),
                draw.choice(DATES) if draw.random() < 0.4 else f"{1767268800 + number} +0100",
            )
            mark = stream.commit(
                author=Stamp(who=who, date=when),
                committer=Stamp(who=draw.choice(PEOPLE), date=f"{1767268800 + number} +0000"),
                message=draw.choice(MESSAGES[:-1]) if number % 20 else MESSAGES[-1],
                parents=[marks[parent] for parent in parents],
                changes=changed,
                encoding="ISO-8859-1" if draw.random() < 0.1 else None,
            )
            marks.append(mark)
            trees.append(tree)
        shas = stream.shas(marks)
    refs = "".join(f"update refs/heads/b{number} {sha}\n" for number, sha in enumerate(shas))
    made.git("update-ref", "--stdin", stdin=(refs + "delete refs/scratch/build\n").encode())
    return made


def change(
    draw: random.Random, tree: dict[bytes, Blob], changed: dict[bytes, Blob | None], number: int, name_length: int
) -> None:
    held = sorted(name for name, blob in tree.items() if blob.mode != "160000")
    kind = draw.choice(("put", "put", "rename", "mode", "delete", "binary", "link", "module"))
    if kind in ("rename", "mode", "delete") and held:
        name = draw.choice(held)
        blob = tree[name]
        if kind == "mode":
            tree[name] = changed[name] = Blob(blob.data, "100755" if blob.mode == "100644" else "100644")
            return
        del tree[name]
        changed[name] = None
        if kind == "delete":
            return
        new = b"moved/%d/" % number + name
        tree[new] = changed[new] = Blob(blob.data + draw.choice((b"", b"one more\n")), blob.mode)
        return
    name = draw.choice(NAMES) if draw.random() < 0.7 else b"dir%d/f%d.py" % (number % 5, draw.randrange(9))
    lines = b"".join(b"line %d\n" % draw.randrange(50) for _ in range(draw.randrange(40)))
    data, mode = {
        "binary": (b"\0" + lines, "100644"),
        "link": (b"target", "120000"),
        "module": (b"%0*x" % (name_length, draw.randrange(1 << 80)), "160000"),
    }.get(kind, (lines + draw.choice((b"", b"no end")), "100644"))
    if mode == "160000" and len(tree) % 2:
        data, mode = lines, "100644"
    tree[name] = changed[name] = Blob(data, mode)


def assert_equal_to_git(path: Path, **options: object) -> None:
    expected = numstat(path, "--all")
    shas = all_shas(path)
    read = streamed(path, shas, **options)
    assert [commit.sha for commit in read.commits] == shas
    found: dict[str, dict[str, tuple[int | None, int | None, str | None]]] = {sha: {} for sha in shas}
    for one in read.changes:
        found[one.sha][one.path] = (one.lines_added, one.lines_deleted, one.old_path)
    counted = {
        sha: {text(name): (added, deleted, old and text(old)) for name, (added, deleted, old) in files.items()}
        for sha, files in expected.items()
    }
    silent = {sha: {path for path in files if path not in counted[sha]} for sha, files in found.items()}
    for sha, paths in silent.items():  # git log says nothing of a change that changes no line
        assert all(found[sha].pop(path) == (0, 0, None) for path in paths)
    assert found == counted


@pytest.mark.parametrize("name", COMPLETE)
def test_a_story_is_what_git_log_says(name, story):
    assert_equal_to_git(story(name).path, jobs=2)


@pytest.mark.parametrize(("jobs", "batch"), [(1, 500), (1, 1), (2, 7), (4, 3), (2, 59), (2, 60)])
def test_a_wild_history_is_what_git_log_says_however_it_is_split(tmp_path, monkeypatch, jobs, batch):
    grow(tmp_path, seed=batch)
    monkeypatch.setattr(history, "BATCH", batch)
    assert_equal_to_git(tmp_path, jobs=jobs)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32))
def test_any_wild_history_is_what_git_log_says(tmp_path_factory, seed):
    path = tmp_path_factory.mktemp("wild")
    grow(path, seed, count=25)
    assert_equal_to_git(path)


def test_sha256(tmp_path):
    grow(tmp_path, seed=5, object_format="sha256")
    assert_equal_to_git(tmp_path, jobs=2)
    assert {len(sha) for sha in all_shas(tmp_path)} == {64}


def test_what_the_headers_hold(tmp_path):
    grow(tmp_path, seed=11)
    fields = ("%H", "%P", "%an", "%ae", "%cn", "%ce", "%at", "%ct")
    printed = git("log", "--all", "-z", "--encoding=UTF-8", "--format=" + "%x02".join(fields), at=tmp_path)
    rows = [row.decode("utf-8", "replace").split("\x02") for row in printed.split(b"\0") if row]
    for row, commit in zip(
        sorted(rows), sorted(streamed(tmp_path, all_shas(tmp_path)).commits, key=sha_of), strict=True
    ):
        sha, parents, *people, authored, committed = row
        assert commit.sha == sha
        assert commit.parents == tuple(parents.split())
        assert commit.is_merge == (len(parents.split()) > 1)
        assert people == [commit.author_name, commit.author_email, commit.committer_name, commit.committer_email]
        assert commit.committed_at == utc(int(committed))
        assert commit.authored_at == utc(min(int(authored or 0), 253402214400))  # git prints none before 1970


def sha_of(commit):
    return commit.sha


def test_a_date_that_no_calendar_holds_is_counted(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "1\n"}, date="99999999999999 +0000")
    made.commit({"a": "2\n"}, date="-5 +0000")
    read = streamed(tmp_path, all_shas(tmp_path))
    assert [kind.reason for kind in read.skipped] == [
        "date out of range"
    ] * 4  # each time the author's and the committer's
    assert read.commits[0].committed_at <= utc(0)


def test_an_empty_list_and_an_unknown_commit(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "1\n"})
    assert list(history.stream(tmp_path, "made", [])) == []
    with pytest.raises(RepositoryError, match=r"history could not be read|of 1 commits"):
        streamed(tmp_path, ["1" * 40])


def output_of(path: Path) -> bytes:
    shas = "".join(f"{sha}\n" for sha in all_shas(path)).encode()
    return git(*history._MEASURED, at=path, stdin=shas)


def test_output_that_is_cut_or_has_a_stray_token_is_refused(tmp_path):
    made = Made(tmp_path)
    for number in range(3):
        made.commit({f"{name}{number}": "1\n" for name in "abc"} | {"keep": f"{number}\n"}, "Message\n\nbody\n")
    output = output_of(tmp_path)
    tokens = output.split(b"\0")
    assert history.parse("made", output, history.Batch()) == 3
    for place in range(1, len(tokens) - 1):
        for odd in (b"stray", b"", b"1\t2", b"-\tx\ty"):
            broken = b"\0".join([*tokens[:place], odd, *tokens[place:]])
            assert refused_or_same_count(broken), (place, odd)
        assert refused_or_same_count(b"\0".join(tokens[:place] + tokens[place + 1 :])), place
    with pytest.raises(RepositoryError, match="not understood"):
        history.parse("made", b"\0".join(tokens[:12]) + b"\0", history.Batch())


def refused_or_same_count(output: bytes) -> bool:
    """True if the parser refuses, or if whatever it took cannot be told from what git might have said."""
    batch = history.Batch()
    try:
        history.parse("made", output, batch)
    except RepositoryError:
        return True
    return False


def test_a_killed_git_fails_the_pass(tmp_path, monkeypatch):
    made = Made(tmp_path)
    made.line(40)
    monkeypatch.setattr(history, "BATCH", 5)
    started = []
    real = history.start

    def start(*arguments, **options):
        started.append(real(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(history, "start", start)
    batches = history.stream(tmp_path, "made", all_shas(tmp_path), jobs=1)
    next(batches)
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(RepositoryError, match=r"history could not be read|git ended with"):
        list(batches)
    assert all(process.returncode is not None for process in started)


@pytest.mark.parametrize("jobs", [1, 3])
def test_whoever_stops_listening_leaves_no_git_behind(tmp_path, monkeypatch, jobs):
    made = Made(tmp_path)
    made.line(60)
    monkeypatch.setattr(history, "BATCH", 5)
    started = []
    real = history.start
    monkeypatch.setattr(history, "start", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    batches = history.stream(tmp_path, "made", all_shas(tmp_path), jobs=jobs)
    next(batches)
    batches.close()
    assert started
    assert all(process.poll() is not None for process in started)
    assert all(pipe.closed for process in started for pipe in (process.stdin, process.stdout))


@pytest.mark.parametrize("jobs", [1, 2])
def test_memory_holds_a_few_batches_however_long_the_history_is(tmp_path, monkeypatch, jobs):
    made = Made(tmp_path)
    made.line(120)
    monkeypatch.setattr(history, "BATCH", 4)
    asked = []

    def names():
        for sha in all_shas(tmp_path):
            asked.append(sha)
            yield sha

    taken = 0
    for batch in history.stream(tmp_path, "made", names(), jobs=jobs):
        taken += len(batch.commits)
        assert len(asked) - taken <= jobs * history._AHEAD * history.BATCH
    assert taken == 120


def test_pipes_as_small_as_a_page(tmp_path, monkeypatch):
    """A system short of pipe buffers hands out pages: nobody may wait for the other to read first."""
    made = Made(tmp_path)
    made.line(1, path="base")
    with_bodies = [made.git("rev-parse", "main")] * 500
    real = history.start

    def start(*arguments, **options):
        process = real(*arguments, **options)
        for pipe in (process.stdin, process.stdout):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
        return process

    monkeypatch.setattr(history, "start", start)
    assert len(streamed(tmp_path, with_bodies).commits) == 500


def test_a_damaged_object_fails_in_one_line(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "one\n" * 50})
    made.commit({"a": "two\n" * 50})
    blob = made.git("rev-parse", "main:a")
    damage(tmp_path, blob)
    with pytest.raises(RepositoryError, match="history could not be read") as failed:
        streamed(tmp_path, all_shas(tmp_path))
    assert "\n" not in str(failed.value)
