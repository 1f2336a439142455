"""Collecting again is collecting afresh: whatever happened to a repository, its tables say what a new store says."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from made_repository import ADA, Made, all_shas, damage

from app.collecting import collect
from collector.settings import load_settings

COMPARED = {
    "commits": "sha, parents, author_name, authored_at, subject, message_markers, is_merge, on_default_branch",
    "file_changes": "sha, path, old_path, lines_added, lines_deleted, noise",
    "landings": "sha, landed_by",
    "identities": "name, email, canonical_name, canonical_email",
    "claims": 'sha, path, "start", "end", tool, model, session, rule, trust',
    "evidence": "sha, tool, model, rule, trust, level, scope, lines, session, pointer",
    "tips": "ref, sha",
}
TRAILER = "Add it\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
SHOPBOT = """
name = "Shopbot"
homepage = "https://example.org"
color = "#808080"

[[marker]]
id = "author"
field = "identity"
pattern = '<old@example\\.org>'
level = "agent"
default_on = true
source = "a test"
matches = ["ada <old@example.org>"]
rejects = ["ada <ada@example.org>"]
"""
NOTE = 'a.py\n  s_1 1\n---\n{"sessions": {"s_1": {"agent_id": {"tool": "claude", "id": "x", "model": "m"}}}}'


def collected(store: Path, *paths: Path, **flags: object):
    return collect(paths, load_settings({"store": store, "jobs": 2, **flags}, environment={}))


def tables(store: Path, shas: set[str]) -> dict[str, list[tuple[object, ...]]]:
    """What the store says of these commits, but for the times at which it learned it."""
    with duckdb.connect(store / "ledger.duckdb", read_only=True) as con:
        return {
            table: sorted(
                con.execute(
                    f"select {columns} from {table}"
                    + ("" if table == "identities" else " where list_contains(?, sha)"),
                    [] if table == "identities" else [sorted(shas)],
                ).fetchall(),
                key=repr,
            )
            for table, columns in COMPARED.items()
        }


def assert_as_fresh(store: Path, made: Made, tmp_path: Path) -> None:
    fresh = tmp_path / f"fresh{time.monotonic_ns()}"
    assert collected(fresh, made.path).failures == ()
    shas = set(made.git("rev-list", "--branches", "--tags", "--remotes").split())
    there, expected = tables(store, shas), tables(fresh, shas)
    people = {row[:2] for row in expected["identities"]}  # who is gone from history stays known
    there["identities"] = [row for row in there["identities"] if row[:2] in people]
    for table, rows in expected.items():
        more = [row for row in there[table] if row not in rows]
        # what a merge's name once hinted stays, also when the merge has lost its place on the branch
        assert [row for row in more if table != "evidence" or row[4] != "hinted"] == [], table
        assert [row for row in rows if row not in there[table]] == [], table
    shutil.rmtree(fresh)


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "made")
    made.commit({"a.py": "1\n", "lib/gen.js": "// @generated\n1\n", "schema.json": "1\n"}, TRAILER)
    made.commit({"a.py": "1\n2\n"}, who=b"ada <old@example.org>")
    return made


def grow(made):
    made.line(3, path="more.py")


def branch_out(made):
    made.commit({"b.py": "1\n"}, TRAILER, branch="work", parents=[made.git("rev-parse", "main")])
    made.commit({"lib/gen.js": "written by hand\n"}, branch="work")


def merge(made):
    tips = [made.git("rev-parse", name) for name in ("main", "work")]
    made.commit({"b.py": "1\n", "lib/gen.js": "written by hand\n"}, "Merge branch 'claude/work'", parents=tips)


def foxtrot(made):
    side = made.commit({"c.py": "1\n"}, branch="fox", parents=[made.git("rev-parse", "main~1")])
    made.commit({"c.py": "1\n"}, "Merge branch 'main' into fox", parents=[side, made.git("rev-parse", "main")])


def force_push(made):
    made.commit({"a.py": "rewritten\n"}, "Again", parents=[made.git("rev-parse", "main~2")])


def delete_branch_and_collect_garbage(made):
    made.git("branch", "-D", "work")
    made.git("reflog", "expire", "--expire=now", "--all")
    made.git("gc", "--quiet", "--prune=now")


def rename_default_branch(made):
    made.git("branch", "-m", "main", "master")
    made.git("symbolic-ref", "HEAD", "refs/heads/master")


def rename_back(made):
    made.git("branch", "-m", "master", "main")
    made.git("symbolic-ref", "HEAD", "refs/heads/main")


def map_mail(made):
    made.commit({".mailmap": "Ada Marlow <ada@example.org> <old@example.org>\n"})


def state_attributes(made):
    made.commit({".gitattributes": "schema.json linguist-generated\n*.py linguist-vendored\n"})


def take_attributes_back(made):
    made.commit({".gitattributes": None})


def ignore_revisions(made):
    made.commit({".git-blame-ignore-revs": made.git("rev-parse", "main") + "\n"})


def take_notes(made):
    blob = made.git("hash-object", "-w", "--stdin", stdin=NOTE.encode())
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    made.git(*who, "notes", "--ref=ai", "add", "-f", "-C", blob, "main")


def pick(made):
    base = made.git("rev-parse", "main")
    one = made.commit({"p.py": "1\n"}, "Pick me", branch="stable", parents=[base])
    made.commit({"p.py": "1\n"}, f"Pick me\n\n(cherry picked from commit {one})\n")
    made.commit({"p.py": "1\n"}, "Merge branch 'stable'", parents=[made.git("rev-parse", "main"), one])


def tag_and_detach(made):
    made.git("tag", "v1", "main")


STEPS = (
    grow,
    branch_out,
    merge,
    foxtrot,
    map_mail,
    state_attributes,
    pick,
    take_notes,
    take_attributes_back,
    ignore_revisions,
    tag_and_detach,
    rename_default_branch,
    rename_back,
    force_push,
    delete_branch_and_collect_garbage,
    grow,
)


def test_every_step_of_an_evolution_is_as_fresh(made, tmp_path):
    store = tmp_path / "store"
    collected(store, made.path)
    for step in STEPS:
        step(made)
        done = collected(store, made.path)
        assert (done.failures, done.unchanged) == ((), False), step
        assert_as_fresh(store, made, tmp_path)


def test_nothing_new_touches_nothing(made, tmp_path):
    store = tmp_path / "store"
    collected(store, made.path)
    before = {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in store.rglob("*")}
    assert collected(store, made.path).unchanged
    assert {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in store.rglob("*")} == before


def test_killed_at_any_moment_it_goes_on(tmp_path, made):
    made.line(3_000)
    draw = random.Random(7)
    store = tmp_path / "store"
    program = "import sys; from app.cli import main; sys.argv[0] = 'barograph'; main()"
    command = [sys.executable, "-c", program, "collect", str(made.path), "--store", str(store), "--jobs", "1"]
    for _ in range(4):
        running = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0.4, 1.6))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert collected(store, made.path).failures == ()
    assert_as_fresh(store, made, tmp_path)


def test_a_changed_rule_set_judges_again_without_git(made, tmp_path):
    store, tools = tmp_path / "store", tmp_path / "tools"
    collected(store, made.path, tools=tools)
    shas = set(all_shas(made.path))
    before = tables(store, shas)["evidence"]
    assert {row[3] for row in before} == {"claude-code/email"}
    tools.mkdir()
    (tools / "shopbot.toml").write_text(SHOPBOT)
    other = Made(tmp_path / "other")
    other.commit({"x": "1\n"})
    shutil.move(made.path, tmp_path / "moved")
    collected(store, other.path, tools=tools)
    after = tables(store, shas)["evidence"]
    assert [row for row in after if row[1] != "shopbot"] == before
    assert [(row[1], row[3]) for row in after if row not in before] == [("shopbot", "shopbot/author")]


def test_one_broken_repository_leaves_the_others_alone(made, tmp_path):
    broken = Made(tmp_path / "broken")
    for number in range(4):
        broken.commit({"a": f"{number}\n" * 40})
    store = tmp_path / "store"
    collected(store, broken.path)
    kept = tables(store, set(all_shas(broken.path)))
    shas = set(all_shas(broken.path))
    broken.commit({"a": "new\n" * 40})
    damage(broken.path, broken.git("rev-parse", "main:a"))
    done = collected(store, broken.path, made.path)
    assert len(done.failures) == 1
    assert str(broken.path) in done.failures[0]
    assert "\n" not in done.failures[0]
    assert done.new_commits == 2
    assert tables(store, shas)["commits"] == kept["commits"]
    assert tables(store, shas)["tips"] == kept["tips"]
    assert len(collected(store, broken.path, made.path).failures) == 1  # it is not taken for unchanged


@pytest.mark.parametrize("harm", ["config", "tip", "head"])
def test_repositories_that_git_refuses_are_named(made, tmp_path, harm):
    broken = Made(tmp_path / "broken")
    sha = broken.commit({"a": "1\n"})
    if harm == "config":
        (broken.path / ".git/config").write_text("[core\n")
    elif harm == "tip":
        (broken.path / ".git/refs/heads/main").write_text("1" * 40 + "\n")
    else:
        damage(broken.path, sha)
    done = collected(tmp_path / "store", broken.path, made.path)
    assert done.new_commits == 2
    assert len(done.failures) == 1
    assert str(broken.path) in done.failures[0]


def test_two_clones_of_one_remote_are_one_repository(made, tmp_path):
    twin = tmp_path / "twin"
    made.git("config", "remote.origin.url", "https://u:s3cretword@example.org/acme/shop.git")
    shutil.copytree(made.path, twin)
    other = Made(twin)
    other.commit({"local.py": "1\n"}, branch="local", who=ADA, parents=[other.git("rev-parse", "main")])
    store = tmp_path / "store"
    done = collected(store, made.path, twin)
    assert (done.repos, done.new_commits, done.commits) == (("example.org/acme/shop",), 3, 3)
    assert collected(store, made.path, twin).unchanged
    assert all(b"s3cretword" not in file.read_bytes() for file in store.rglob("*") if file.is_file())


def test_a_partial_clone_whose_files_are_not_here(made, tmp_path):
    made.line(300)
    made.git("config", "uploadpack.allowFilter", "true")
    here = tmp_path / "partial"
    made.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", made.path.as_uri(), here)
    shutil.move(made.path, tmp_path / "gone")
    done = collected(tmp_path / "store", here)
    assert (done.failures, done.new_commits) == ((), 302)
    assert [(kind.reason, kind.count) for kind in done.skipped] == [("lines unmeasured: a blob is missing", 302)]


def test_a_history_that_is_no_longer_cut_off_is_read_to_its_roots(made: Made, tmp_path: Path) -> None:
    for number in range(1, 6):
        made.commit({"a.py": f"{number}\n" * number}, f"Change {number}")
    remote, clone = made.path.as_uri(), tmp_path / "made-clone"
    made.git("clone", "-q", "--depth", "2", remote, clone)
    made.path = clone
    made.git("remote", "set-url", "origin", "https://example.org/a/b")
    store = tmp_path / "store"
    cut_off = collected(store, clone).commits
    made.git("fetch", "-q", "--unshallow", remote)
    assert collected(store, clone).commits > cut_off
    assert_as_fresh(store, made, tmp_path)


def test_a_folder_whose_name_is_not_utf8_is_read_like_any_other(made: Made, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copytree(made.path, odd)
    store = tmp_path / "store"
    first = collected(store, odd)
    assert first.failures == () and first.commits > 0
    assert first.repos[0].startswith("caf\\xe9@")
    assert collected(store, odd).unchanged
