"""Which lines of commits sessions wrote: examples of what happens to written lines on their way into history."""

import time
from dataclasses import replace
from random import Random

import pytest
from written import BLANK, Story, at, edit, told

from collector.evidence.matching import match

BODY = "def area(width, height):\n    if width < 0:\n        raise ValueError(width)\n\n    return width * height\n"
LINES = BODY.splitlines()
OTHER = "def length(points):\n    total = sum(points)\n    return total\n"


def one_commit(text: str, **more: object) -> Story:
    story = Story()
    story.commit("c1", 10, {"a.py": text}, **more)  # type: ignore[arg-type]
    return story


def test_lines_of_an_edit_are_claimed_with_session_model_and_place():
    claims = one_commit(BODY).match(edit(5, new=BODY)).claims
    assert [(one.start, one.end, one.session, one.model, one.rule, one.trust) for one in claims] == [
        (1, 5, "s1", "opus", "claude-code/session-lines", "witnessed")
    ]
    assert one_commit(BODY).match(edit(5, new=BODY)).places == {("c1", "claude-code", "s1"): "line 5"}


@pytest.mark.parametrize(
    "text",
    [
        BODY.replace("    ", "\t"),
        BODY.replace("\n", "\r\n"),
        BODY.replace("width, height", "width,height").replace("width < 0", "width<0"),
        "\n\n".join(LINES) + "\n",
    ],
    ids=["tabs", "line ends", "spaces inside", "blank lines between"],
)
def test_a_formatter_s_white_space_is_still_the_session_s_work(text):
    lines = text.split("\n")[:-1]
    assert one_commit(text).claimed([edit(5, new=BODY)]) == {"c1": lines}


def test_a_human_rewrite_is_not():
    text = BODY.replace("raise ValueError(width)", "raise TypeError(f'{width} is negative')")
    assert one_commit(text).claimed([edit(5, new=BODY)]) == {"c1": [LINES[0], LINES[1], "", LINES[4]]}


def test_lines_that_the_edit_carried_over_are_not():
    story = one_commit(BODY + OTHER)
    assert story.claimed([edit(5, old=BODY, new=BODY + OTHER)]) == {"c1": OTHER.splitlines()}


def test_what_was_written_after_the_commit_explains_nothing_of_it():
    assert one_commit(BODY).claimed([edit(16, new=BODY)]) == {}
    assert one_commit(BODY).claimed([edit(14, new=BODY)]) == {"c1": LINES}  # clocks differ


@pytest.mark.parametrize("outcome", ["failed", "rejected", "undone"])
def test_what_was_not_made_claims_nothing(outcome):
    assert one_commit(BODY).claimed([edit(5, new=BODY, outcome=outcome)]) == {}


def test_common_lines_alone_claim_nothing():
    common = "}\n\n  return\n{\n"
    assert one_commit(common).claimed([edit(5, new=common)]) == {}


def test_common_lines_in_a_run_belong_to_it():
    text = "int answer(void)\n{\n    return 42;\n}\n"
    assert one_commit("}\n" + text + "}\n").claimed([edit(5, new=text)]) == {"c1": text.splitlines()}


def test_a_block_that_git_shows_one_line_higher():
    first = "int first(void) {\n    return first_answer;\n}\n"
    second = "int second(void) {\n    return second_answer;\n}\n"
    story = Story()
    story.commit("c1", 1, {"a.c": first})
    story.commit("c2", 10, {"a.c": first + second})
    shifted = next(one for one in story.added if one.sha == "c2")
    assert shifted.numbers == (4, 5, 6)
    text = ["}", *second.splitlines()[:2]]
    higher = Story()
    higher.commit("c2", 10, {"a.c": "\n".join(text) + "\n"})  # lines 3 to 5 of the file, as git may tell it
    assert higher.claimed([edit(5, "a.c", second)]) == {"c2": text}


def test_two_sessions_and_two_tools_get_their_own_lines():
    edits = [edit(5, new=BODY), edit(6, new=OTHER, session="s2", tool="codex", model=None)]
    claims = one_commit(BODY + OTHER).match(*edits).claims
    assert [(one.start, one.end, one.tool, one.session) for one in claims] == [
        (1, 5, "claude-code", "s1"),
        (6, 8, "codex", "s2"),
    ]


def test_of_equal_lines_the_newest_is_met_first():
    edits = [edit(4, new=BODY), edit(5, new=BODY, session="s2")]
    assert {one.session for one in one_commit(BODY).match(*edits).claims} == {"s2"}


def test_one_session_over_many_commits():
    story = Story()
    story.commit("c1", 10, {"a.py": BODY})
    story.commit("c2", 20, {"a.py": BODY + OTHER})
    assert story.claimed([edit(5, new=BODY + OTHER)]) == {"c1": LINES, "c2": OTHER.splitlines()}


def test_a_written_line_is_used_once_along_a_branch():
    story = Story()
    story.commit("c1", 10, {"a.py": BODY})
    story.commit("c2", 20, {"a.py": "pass\n"})
    story.commit("c3", 30, {"a.py": BODY})
    assert story.claimed([edit(5, new=BODY)]) == {"c1": LINES}


@pytest.mark.parametrize("where", ["a.py", "b.py"])
def test_a_rename_keeps_the_file_s_history(where):
    story = Story()
    story.commit("c1", 1, {"a.py": OTHER})
    story.commit("c2", 10, {"b.py": OTHER + BODY}, renames={"b.py": "a.py"})
    assert story.claimed([edit(5, where, BODY)]) == {"c2": LINES}


def test_a_move_in_the_session_does_too():
    story = Story()
    story.commit("c1", 10, {"b.py": BODY})
    moved = edit(6, "b.py", operation="move", moved_from="a.py")
    assert story.claimed([edit(5, "a.py", BODY), moved]) == {"c1": LINES}
    assert story.claimed([edit(5, "a.py", BODY)]) == {}


@pytest.mark.parametrize("aside", ["amended", "squashed", "rebased"])
def test_what_became_of_a_commit_is_the_same_content_again(aside):
    story = Story()
    story.commit("base", 1, {"z.py": OTHER})
    story.commit("old", 10, {"a.py": BODY}, aside=True, parent="base")
    if aside == "squashed":
        story.commit("old2", 12, {"a.py": BODY + OTHER}, aside=True, parent="old")
    text = BODY if aside == "rebased" else BODY + OTHER
    story.commit("new", 20, {"a.py": text})
    expected = {"old": LINES, "new": text.splitlines()}
    if aside == "squashed":
        expected["old2"] = OTHER.splitlines()
    assert story.claimed([edit(5, new=BODY), edit(9, new=OTHER)]) == expected


def test_a_side_branch_knows_what_was_used_before_it_left():
    story = Story()
    story.commit("c1", 10, {"a.py": BODY})
    story.commit("c2", 20, {"a.py": ""})
    story.commit("side", 30, {"a.py": BODY}, aside=True, parent="c2")
    assert story.claimed([edit(5, new=BODY)]) == {"c1": LINES}


def test_a_cherry_pick_gets_the_same_claims():
    story = Story()
    story.commit("base", 1, {"z.py": "z\n"})
    story.commit("c1", 10, {"a.py": BODY}, patch_id="p")
    story.commit("pick", 20, {"a.py": "import os\n" + BODY}, aside=True, parent="base", patch_id=None)
    story.commit("pick2", 21, {"a.py": BODY}, aside=True, parent="base", patch_id="p")
    assert story.claimed([edit(5, new=BODY)]) == {"c1": LINES, "pick": LINES, "pick2": LINES}


def test_a_patch_that_was_there_before_the_edit_is_not_its_work():
    story = Story()
    story.commit("old", 1, {"a.py": BODY}, aside=True, parent=None, patch_id="p")
    story.commit("new", 20, {"a.py": BODY}, patch_id="p")
    assert story.claimed([edit(15, new=BODY)]) == {}


def test_a_command_that_names_the_file_explains_lines_between_the_session_s_own():
    text = BODY.replace("raise ValueError(width)", "raise ValueError(f'{width} is below zero')")
    touch = edit(6, operation="touch")
    claims = one_commit(text).match(edit(5, new=BODY), touch).claims
    assert [(one.start, one.end, one.rule, one.trust) for one in claims] == [
        (1, 2, "claude-code/session-lines", "witnessed"),
        (3, 3, "claude-code/session-file", "recorded"),
        (4, 5, "claude-code/session-lines", "witnessed"),
    ]
    assert one_commit(text).match(touch).claims == []
    assert one_commit(text).claimed([edit(5, new=BODY), edit(6, operation="touch", session="s2")], session="s2") == {}


def test_a_command_explains_only_the_next_commit_of_the_file():
    story = Story()
    story.commit("c1", 10, {"a.py": OTHER})
    story.commit("c2", 20, {"a.py": OTHER + BODY.replace("raise ValueError(width)", "raise TypeError('negative')")})
    edits = [edit(5, new=OTHER), edit(6, operation="touch"), edit(15, new=BODY)]
    assert {one.trust for one in story.match(*edits).claims} == {"witnessed"}


def test_ten_thousand_equal_lines_take_no_time():
    text = "return the_same_line_again\n" * 10_000
    story = Story()
    story.commit("c1", 10, {"a.py": "x\n"})
    lines = one_commit(text)
    started = time.process_time()
    claims = match(lines.commits * 2, lines.added, [edit(5, new=text)], blank=BLANK).claims
    assert time.process_time() - started < 2
    assert [(one.start, one.end) for one in claims] == [(1, 10_000)]


def test_many_side_branches_that_leave_each_other_take_no_time():
    line = "return the_same_line_again\n"
    made = one_commit(line * 5)
    (commit,), (lines,) = made.commits, made.added
    for number in range(400):
        side = replace(commit, on_default_branch=False, parents=(f"x{number - 1}",))
        made.commits += [
            replace(side, sha=f"y{number}", committed_at=at(10 + number)),  # it goes on with the line that x leaves
            replace(side, sha=f"x{number}", committed_at=at(10.5 + number)),
        ]
        made.added.append(replace(lines, sha=f"x{number}"))
    started = time.process_time()
    claims = made.match(edit(5, new=line * 5_000)).claims
    assert time.process_time() - started < 3
    assert len({claim.sha for claim in claims}) == 401


def test_the_order_in_which_things_are_handed_over_does_not_matter():
    story = Story()
    story.commit("c1", 10, {"a.py": BODY})
    story.commit("c2", 20, {"b.py": BODY + OTHER}, renames={"b.py": "a.py"})
    story.commit("side", 15, {"a.py": BODY + OTHER}, aside=True, parent="c1")
    edits = [edit(5, new=BODY), edit(5, new=BODY, session="s2"), edit(9, "b.py", OTHER), edit(9, "a.py", OTHER)]
    expected = match(story.commits, story.added, edits, blank=BLANK)
    random = Random(1)
    for _ in range(20):
        for things in (story.commits, story.added, edits):
            random.shuffle(things)  # type: ignore[arg-type]
        assert match(story.commits, story.added, edits, blank=BLANK) == expected
    assert told(story, expected.claims)["c1"] == LINES
    assert at(0) < at(1)
