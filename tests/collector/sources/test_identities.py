"""Who is who, as `git log --use-mailmap` says; and which patches are the same, as `git patch-id` says."""

import subprocess

from made_repository import Made, all_shas

from collector.sources.git.identities import canonical
from collector.sources.git.patches import patch_ids
from sample_repos.git import git, neutral_environment

PEOPLE = [
    b"Ada Marlow <ada@example.org>",
    b"ada <ADA@Example.org>",
    b"A. Marlow <old@example.org>",
    b"<only@example.org>",
    b"No Mail <>",
    b"Zo\xc3\xab \xe2\x80\xa8 Line <z@example.org>",
    b"Form\x0cfeed \x1c X <f@example.org>",
    b"Latin \xe9 <l@example.org>",
    b'Quo "te" <q@example.org>',
    b"Bo <bo@example.org>",
    b"Bo <other@example.org>",
]
MAILMAP = """# people
Ada Marlow <ada@example.org> <old@example.org>
Ada M. Marlow <ada@example.org>
Robert <bob@example.org> Bo <bo@example.org>
<right@example.org> <only@example.org>
Zoe <zoe@example.org> <z@example.org>
Feed <f@example.org>
Quoted <q@example.org>
"""


def test_the_mailmap_of_the_commit_maps_as_git_does(tmp_path):
    made = Made(tmp_path)
    made.commit({".mailmap": MAILMAP})
    for number, who in enumerate(PEOPLE):
        made.commit({"a": f"{number}\n"}, who=who)
    printed = git("-c", "mailmap.blob=HEAD:.mailmap", "log", "--format=%an%x00%ae%x00%aN%x00%aE%x01", at=tmp_path)
    rows = [row.lstrip("\n").split("\0") for row in printed.decode("utf-8", "replace").split("\x01")[:-1]]
    (tmp_path / ".mailmap").write_text("Somebody Else <ada@example.org>\n")  # a work tree says nothing
    tip = made.git("rev-parse", "main")
    found = canonical(tmp_path / ".git", "r", [(name, email) for name, email, *_ in rows], tip)
    mapped = {(one.name, one.email): (one.canonical_name, one.canonical_email) for one in found}
    assert mapped == {(name, email): (to, address) for name, email, to, address in rows}
    assert len({pair for pair in mapped if mapped[pair] != pair}) >= 7


def test_without_a_mailmap_everybody_is_himself(tmp_path):
    made = Made(tmp_path)
    tip = made.commit({"a": "1\n"})
    for at in (tip, None):
        (one,) = canonical(tmp_path / ".git", "r", [("Ada", "ada@example.org")], at)
        assert (one.canonical_name, one.canonical_email) == ("Ada", "ada@example.org")
    assert canonical(tmp_path / ".git", "r", [], tip) == []


def by_hand(path, sha: str) -> str | None:
    shown = git("-c", "core.quotePath=false", "show", "--full-index", sha, at=path)
    answer = subprocess.run(
        ["git", "-C", path, "patch-id", "--stable"],
        input=shown,
        capture_output=True,
        check=True,
        env=neutral_environment(),
    ).stdout.decode()
    return answer.split()[0] if answer else None


def test_patch_ids_are_those_of_git_show(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "1\n\n\n2\n" * 10, "b": "x\n" * 20, "bin": b"\0\1"})
    base = made.commit(
        {"a": "1\n\n\n2\n" * 10 + "3\n", "bin": b"\0\2"}, "Change\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n"
    )
    made.commit({"b": None, "c": "x\n" * 20 + "y\n"})
    made.commit({}, "Empty")
    pick = made.commit(
        {"other": "1\n", "a": "1\n\n\n2\n" * 10 + "3\n", "bin": b"\0\2"},
        branch="pick",
        parents=[all_shas(tmp_path)[-1]],
    )
    made.commit({"deep/é": "latin \xe9\r\n"}, branch="pick")
    for setting in ("color.ui=always", "diff.noprefix=true", "diff.suppressBlankEmpty=true", "diff.context=0"):
        key, value = setting.split("=")
        expected = {sha: found for sha in all_shas(tmp_path) if (found := by_hand(tmp_path, sha))}
        made.git("config", key, value)
        assert patch_ids(tmp_path, all_shas(tmp_path)) == expected
        made.git("config", "--unset", key)
    assert base != pick


def test_a_cherry_pick_is_the_same_patch(tmp_path):
    made = Made(tmp_path)
    text = [f"{number}\n" for number in range(60)]
    base = made.commit({"a": "".join(text)})
    one = made.commit({"a": "".join([*text, "new\n"])})
    made.commit({"a": "".join(["top\n", *text])}, branch="stable", parents=[base])
    two = made.commit({"a": "".join(["top\n", *text, "new\n"])}, branch="stable")
    found = patch_ids(tmp_path, [one, two, base])
    assert found[one] == found[two] != found[base]
    assert patch_ids(tmp_path, []) == {}


def test_thousands_of_patches_end(tmp_path):
    made = Made(tmp_path)
    shas = made.line(2_500)
    assert len(patch_ids(tmp_path, shas * 2)) == 2_500
