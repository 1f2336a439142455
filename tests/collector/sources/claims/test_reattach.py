"""Notes on commits that no branch reaches count where the same work is, with their lines where they are there."""

import json

import pytest
from made_repository import Made
from taken import taken

METADATA = json.dumps({"sessions": {"s_1": {"agent_id": {"tool": "claude", "id": "id-1", "model": "claude-opus-4-6"}}}})
BASE = "".join(f"base {line}\n" for line in range(1, 11))
WORK = "one\ntwo\nthree\n"


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "made")
    made.commit({"a.py": BASE})
    return made


def stray(made, files, *, after="main", lines="a.py\n  s_1::t_1 11-13"):
    """A commit with a note, on a branch that is gone again, kept by a pull request's ref."""
    sha = made.commit(files, "Work", branch=f"work{made.clock}", parents=[made.git("rev-parse", after)])
    annotate(made, sha, lines)
    made.git("update-ref", f"refs/pull/{made.clock}/head", sha)
    made.git(
        "branch",
        "-D",
        "--",
        *[name for name in made.git("branch", "--format=%(refname:short)").split() if name[:4] == "work"],
    )
    return sha


def annotate(made, sha, lines):
    blob = made.git("hash-object", "-w", "--stdin", stdin=f"{lines}\n---\n{METADATA}".encode())
    made.git(
        "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "notes", "--ref=ai", "add", "-f", "-C", blob, sha
    )


def said(found):
    return [(sha, path, start, end) for sha, path, start, end, *_ in found.claims]


def test_rebased_onto_a_file_that_grew(made, tmp_path):
    sha = stray(made, {"a.py": BASE + WORK})
    made.commit({"a.py": "first\nsecond\n" + BASE}, "Meanwhile")
    landed = made.commit({"a.py": "first\nsecond\n" + BASE + WORK}, "Work (#7)")
    found = taken(made.path, tmp_path / "store")
    assert said(found) == [(landed, "a.py", 13, 15)]
    assert found.skipped == {}
    assert [row[-1] for row in found.evidence] == [f"note on {sha[:12]}: 3 lines in 1 file"]
    assert found.classes[landed] == "ai"


def test_squash_of_several_gives_each_file_the_text_of_its_last_commit(made, tmp_path):
    first = stray(made, {"b.py": WORK}, lines="b.py\n  s_1 1-3")
    second = stray(made, {"a.py": BASE + WORK}, after=first)
    third = stray(made, {"c.py": "by hand\n"}, after=second, lines="c.py\n  h_9 1")
    landed = made.commit({"a.py": BASE + WORK, "b.py": WORK, "c.py": "by hand\n"}, "Work (#8)")
    found = taken(made.path, tmp_path / "store")
    assert said(found) == [(landed, "a.py", 11, 13), (landed, "b.py", 1, 3)]
    assert found.skipped == {"git-ai: note on a commit that no branch or tag reaches, nor its patch": 1}
    assert third not in {row[0] for row in found.evidence}


def test_what_was_there_before_is_nobody_elses(made, tmp_path):
    made.commit({"a.py": BASE + WORK}, "By hand")
    made.commit({"a.py": BASE}, "Take it back")
    made.clock += 3600
    stray(made, {"a.py": BASE + WORK})  # its patch and its text are those of the first
    found = taken(made.path, tmp_path / "store")
    assert found.claims == []
    assert found.skipped == {"git-ai: note on a commit that no branch or tag reaches, nor its patch": 1}


def test_notes_that_repeat_a_patch_count_once(made, tmp_path):
    start = made.git("rev-parse", "main")
    stray(made, {"a.py": BASE + WORK}, after=start)
    newer = stray(made, {"a.py": BASE + WORK}, after=start)
    landed = made.commit({"a.py": BASE + WORK}, "Work (#9)")
    found = taken(made.path, tmp_path / "store")
    assert said(found) == [(landed, "a.py", 11, 13)]
    assert found.skipped == {"git-ai: note that says the same of a patch as another one": 1}
    assert newer[:12] in found.evidence[0][-1]
    annotate(made, landed, "a.py\n  s_1 11")
    found = taken(made.path, tmp_path / "store")
    assert said(found) == [(landed, "a.py", 11, 11)], "a note of its own is the better word"
    assert found.skipped == {"git-ai: note that says the same of a patch as another one": 2}


def test_another_patch_takes_nothing(made, tmp_path):
    stray(made, {"a.py": BASE + WORK})
    made.commit({"a.py": BASE + WORK + "and by hand\n"}, "Work (#10)")
    assert taken(made.path, tmp_path / "store").claims == []


def test_no_claim_goes_beyond_what_a_commit_added(made, tmp_path):
    tip = made.commit({"a.py": BASE + WORK, "b.py": "new\n"}, "Work")
    annotate(made, tip, "a.py\n  s_1 1-12\nc.py\n  s_1 1-5")
    other = made.commit({"a.py": BASE + WORK + "more\n"}, "By hand")
    annotate(made, other, "a.py\n  s_1 1-10")
    found = taken(made.path, tmp_path / "store")
    assert said(found) == [(tip, "a.py", 11, 12)]
    assert found.skipped == {"git-ai: claims lines that the commit did not add": 2}
    assert {row[0]: row[3] for row in found.evidence} == {tip: "recorded", other: "hinted"}
    assert (found.classes[tip], found.classes[other]) == ("ai", "unknown")


def test_notes_on_a_bots_commits_are_hints(made, tmp_path):
    bot = b"dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    tip = made.commit({"a.py": BASE + WORK}, "Bump it", who=bot)
    annotate(made, tip, "a.py\n  s_1 11-13")
    found = taken(made.path, tmp_path / "store")
    assert found.classes[tip] == "automation"
    assert [row[3] for row in found.evidence] == ["hinted"]
    assert found.skipped == {"git-ai: claims work of a bot; taken as a hint": 1}


def test_collecting_again_says_the_same_and_a_changed_rule_set_keeps_it(made, tmp_path):
    stray(made, {"a.py": BASE + WORK})
    made.commit({"a.py": BASE + WORK}, "Work (#7)")
    first = taken(made.path, tmp_path / "store")
    made.commit({"z.py": "1\n"}, "More")
    again = taken(made.path, tmp_path / "store")
    assert (again.claims, again.evidence, again.skipped) == (first.claims, first.evidence, first.skipped)
    assert first.claims
