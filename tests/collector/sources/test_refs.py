"""Which refs are read, which branch is the default one, and when a repository counts as changed."""

import pytest
from made_repository import Made

from collector.sources.git.refs import fingerprint, present, read_refs


def default(made: Made) -> str | None:
    return read_refs(made.path).default_ref


def at(made: Made, ref: str, sha: str) -> None:
    made.git("update-ref", ref, sha)


CASES = [
    # branches, HEAD, origin/HEAD, expected
    (["heads/main", "heads/master"], "refs/heads/master", None, "refs/heads/main"),
    (["heads/master", "heads/trunk"], "refs/heads/trunk", None, "refs/heads/master"),
    (["heads/trunk", "heads/work"], "refs/heads/work", None, "refs/heads/trunk"),
    (["heads/work", "heads/other"], "refs/heads/work", None, "refs/heads/work"),
    (["heads/main", "remotes/origin/dev"], "refs/heads/main", "dev", "refs/remotes/origin/dev"),
    (["heads/main", "heads/dev", "remotes/origin/dev"], "refs/heads/main", "dev", "refs/heads/dev"),
    (["heads/main", "remotes/origin/main"], "refs/heads/main", "gone", "refs/heads/main"),
    (["remotes/origin/main"], "refs/heads/unborn", None, "refs/remotes/origin/main"),
    (["heads/work", "remotes/origin/master"], "refs/heads/work", None, "refs/remotes/origin/master"),
    (["tags/v1"], "refs/heads/unborn", None, None),
    (["remotes/upstream/main"], "refs/heads/unborn", None, None),
]


@pytest.mark.parametrize(("refs", "head", "origin", "expected"), CASES)
def test_the_default_branch(tmp_path, refs, head, origin, expected):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"}, branch="scratch")
    for ref in refs:
        at(made, f"refs/{ref}", sha)
    made.git("symbolic-ref", "HEAD", head)
    made.git("update-ref", "-d", "refs/heads/scratch")
    if origin:
        made.git("symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{origin}")
    read = read_refs(tmp_path)
    assert read.default_ref == expected
    assert read.default_tip == (sha if expected else None)


def test_a_local_branch_that_is_ahead_is_the_default_and_one_that_diverged_or_lags_is_not(tmp_path):
    made = Made(tmp_path)
    base, pushed = made.commit({"a": "1\n"}), made.commit({"a": "2\n"})
    at(made, "refs/remotes/origin/main", pushed)
    made.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert default(made) == "refs/heads/main"
    ahead = made.commit({"a": "3\n"})
    assert read_refs(tmp_path).default_tip == ahead
    at(made, "refs/heads/main", base)
    assert read_refs(tmp_path).default_tip == pushed
    made.commit({"a": "other\n"}, parents=[base])
    assert default(made) == "refs/remotes/origin/main"


def test_a_detached_head_without_any_branch(tmp_path):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"})
    made.git("update-ref", "--no-deref", "HEAD", sha)
    (tmp_path / ".git/HEAD").write_text(f"{sha}\n")
    made.git("update-ref", "-d", "refs/heads/main")
    assert read_refs(tmp_path).tips == {"HEAD": sha}
    assert default(made) == "HEAD"


def test_no_commit_at_all(tmp_path):
    made = Made(tmp_path)
    assert (read_refs(tmp_path).tips, default(made)) == ({}, None)


READ = [
    "refs/heads/main",
    "refs/heads/a/b",
    "refs/heads/pull",
    "refs/heads/pr/1",
    "refs/remotes/origin/x",
    "refs/remotes/team/entire",
    "refs/heads/ünï\u2028\u0085",
    "refs/remotes/origin/pull-request",
    "refs/tags/light",
]
UNREAD = [
    "refs/pull/1/head",
    "refs/remotes/origin/pr/12",
    "refs/remotes/origin/pull/3/merge",
    "refs/notes/commits",
    "refs/heads/entire/checkpoints/v1",
    "refs/remotes/origin/entire/x",
    "refs/stash",
    "refs/replace/x",
    "refs/remotes/up/merge-requests/7/head",
    "refs/merge-requests/1/head",
    "refs/original/refs/heads/main",
]


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_read_and_what_is_not(tmp_path, packed):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"})
    for ref in READ + UNREAD:
        at(made, ref, sha)
    made.git("symbolic-ref", "refs/heads/link", "refs/heads/main")
    made.git("symbolic-ref", "refs/heads/dangling", "refs/heads/nowhere")
    if packed:
        made.git("pack-refs", "--all")
    assert read_refs(tmp_path).tips == dict.fromkeys(READ, sha)


def test_tags_are_peeled_and_those_of_no_commit_left_out(tmp_path):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"})
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for name, target in (
        ("one", sha),
        ("two", "one"),
        ("three", "two"),
        ("tree", f"{sha}^{{tree}}"),
        ("blob", "main:a"),
    ):
        made.git(*identity, "tag", "-a", "-m", name, name, target)
    made.git(*identity, "tag", "-a", "-m", "x", "nested-tree", "tree")
    made.git("tag", "light-blob", "main:a")
    names = {f"refs/tags/{name}" for name in ("one", "two", "three")}
    assert read_refs(tmp_path).tips == dict.fromkeys(names | {"refs/heads/main"}, sha)


def test_thousands_of_refs_and_names_that_are_gone(tmp_path):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"})
    made.git("update-ref", "--stdin", stdin="".join(f"create refs/heads/n{n} {sha}\n" for n in range(3_000)).encode())
    assert len(read_refs(tmp_path).tips) == 3_001
    assert present(tmp_path, [sha, "1" * 40, sha, made.git("rev-parse", "main:a")]) == [sha]


def test_the_fingerprint_changes_when_something_matters_and_only_then(tmp_path):
    made = Made(tmp_path)
    sha = made.commit({"a": "1\n"})
    other = made.commit({"a": "2\n"}, branch="other", parents=[sha])

    def now() -> str:
        return fingerprint(tmp_path, tmp_path / ".git")

    first = now()
    made.git("read-tree", "--reset", "-u", "HEAD")
    (tmp_path / "a").write_text("edited\n")
    made.git("add", "a")
    at(made, "refs/pull/9/head", other)
    made.git("update-ref", "refs/stash", other)
    made.git("pack-refs", "--all")
    made.git("gc", "--quiet", "--prune=now")
    assert now() == first
    seen = {first}
    for change in (
        ("update-ref", "refs/heads/new", sha),
        ("update-ref", "-d", "refs/heads/new"),
        ("tag", "v1"),
        ("update-ref", "refs/heads/main", other),
        ("update-ref", "refs/notes/ai", sha),
        ("update-ref", "refs/notes/ai", other),
        ("symbolic-ref", "HEAD", "refs/heads/other"),
        ("config", "remote.origin.url", "https://h/o/n"),
        ("replace", sha, other),
    ):
        made.git(*change)
        if change[:2] != ("update-ref", "-d"):
            assert now() not in seen, change
            seen.add(now())
