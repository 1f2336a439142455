"""`git commit` in commands, and the names that git prints."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sources.logs.commits import Made, commits_in

MADE = "[main 1a2b3c4] a subject\n 1 file changed, 1 insertion(+)\n"


@pytest.mark.parametrize(
    ("command", "output", "made"),
    [
        ("git commit -m x", MADE, [Made("1a2b3c4", "committed")]),
        ("git add . && git commit -qm x", "", [Made(None, "committed")]),
        ("cd a; git -C b -c user.name=x --no-pager commit -F -", MADE, [Made("1a2b3c4", "committed")]),
        ("git --git-dir=x --work-tree y commit", MADE, [Made("1a2b3c4", "committed")]),
        ("git commit --amend --no-edit", MADE, [Made("1a2b3c4", "amended")]),
        ("git cherry-pick abc", MADE, [Made("1a2b3c4", "cherry-picked")]),
        ("git cherry-pick abc", "error: could not apply", []),
        ("git commit -m x", "[detached HEAD 1a2b3c4] x\n", [Made("1a2b3c4", "committed")]),
        ("git commit -m x", "[main (root-commit) 1a2b3c4] x\r\n", [Made("1a2b3c4", "committed")]),
        ("git commit -m x", "[feat/a-b c 1a2b3c4] [x 9999999] y\n", [Made("1a2b3c4", "committed")]),
        ("git commit -m x", f"[main {'a' * 64}] x\n", [Made("a" * 64, "committed")]),
        ("git commit -m x", "hook said\n" + MADE + "error: push failed\n", [Made("1a2b3c4", "committed")]),
        (
            "git commit -m x && git commit -m y",
            MADE + "[main 2b3c4d5] y\n",
            [Made("1a2b3c4", "committed"), Made("2b3c4d5", "committed")],
        ),
        ("git commit -m x", MADE * 3, [Made("1a2b3c4", "committed")]),
        ("git log", MADE, []),
        ("git status", "", []),
        ("legit commit", MADE, []),
        ("", MADE, []),
        ("git commit -m x", "[main 1a2b3c] too short\n[main zzzzzzz] x\n", [Made(None, "committed")]),
        ("git rebase -i x", "Successfully rebased", []),
    ],
)
def test_commits_in(command: str, output: str, made: list[Made]) -> None:
    assert list(commits_in(command, output)) == made


@given(st.text(st.sampled_from("git commit-C[] ab12;\n&|")), st.text(st.sampled_from("[main] (rot-c)abcdef0123\n")))
def test_a_name_is_one_that_was_printed(command: str, output: str) -> None:
    for made in commits_in(command, output):
        assert made.sha is None or (made.sha in output and 7 <= len(made.sha) <= 64)


@pytest.mark.parametrize(
    "output", ["[" * 200_000, "[main " + "a" * 200_000, "[ (root-commit)" * 20_000, "[a b " * 50_000]
)
def test_odd_output_takes_no_time(output: str) -> None:
    started = time.process_time()
    assert list(commits_in("git commit", output)) == [Made(None, "committed")]
    assert list(commits_in("git " + "-C a " * 20_000 + "x", output)) == []
    assert time.process_time() - started < 2
