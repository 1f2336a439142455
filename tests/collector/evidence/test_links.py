"""Which sessions had a hand in which commits, and what follows from it."""

from dataclasses import replace

import pytest
from written import Story, at, edit

from collector.evidence.links import Knowledge, evidence, link, linked
from collector.records import CommitCall, Edit, Link

BODY = "".join(f"value_number_{number} = compute({number})\n" for number in range(12))
MORE = "".join(f"other_thing_{number} = compute({number})\n" for number in range(200))


HERE = "/logs/s1.jsonl: line 9"


def call(minutes: float, sha: str | None, *, session: str = "s1", kind: str = "committed") -> CommitCall:
    return CommitCall(
        tool="claude-code", session=session, id=f"{minutes}", at=at(minutes), directory=None, sha=sha,
        kind=kind, place=HERE,  # type: ignore[arg-type]
    )  # fmt: skip


def known(story: Story, *calls: CommitCall, edits: tuple[Edit, ...] = ()) -> Knowledge:
    matches = story.match(*edits)
    added: dict[str, int] = {}
    for one in story.added:
        added[one.sha] = added.get(one.sha, 0) + len(one.numbers)
    return Knowledge(
        commits=story.commits,
        lines_added=added,
        calls=calls,
        claims=matches.claims,
        places=matches.places,
        files_added={(one.sha, one.path): len(one.numbers) for one in story.added},
    )


def methods(links: list[Link]) -> dict[tuple[str, str], str]:
    return {(one.sha, one.session): one.method for one in links}


def story(*commits: tuple[str, float, str]) -> Story:
    made = Story()
    for sha, minutes, text in commits:
        made.commit(sha, minutes, {"a.py": text})
    return made


def test_the_log_names_the_commit():
    made = story(("aaaaaaa1234", 10, BODY))
    found = link(known(made, call(10.1, "aaaaaaa")))
    assert [(one.method, one.lines_matched, one.lines_added, one.pointer) for one in found] == [("sha", 0, 12, HERE)]


@pytest.mark.parametrize("name", ["bbbbbbb", "aaaaaaa"], ids=["not here", "here, but of another day"])
def test_a_name_that_is_of_no_commit_of_that_day_links_nothing(name):
    made = story(("aaaaaaa1234", 10, BODY))
    assert link(known(made, call(10 if name == "bbbbbbb" else 3000, name))) == []


def test_a_twin_of_a_named_commit_is_linked_by_its_patch():
    made = story(("aaaaaaa1", 10, BODY))
    made.commit("bbbbbbb1", 50, {"z.py": BODY}, aside=True, parent=None)
    made.commits = [replace(one, patch_id="p") for one in made.commits]
    assert methods(link(known(made, call(10, "aaaaaaa")))) == {("aaaaaaa1", "s1"): "sha", ("bbbbbbb1", "s1"): "patch"}


def test_a_rebased_commit_is_known_by_its_author_s_second_and_the_session_s_lines():
    made = story(("ccccccc1", 90, MORE + BODY))
    made.commits = [replace(one, authored_at=at(9.9)) for one in made.commits]
    line = "value_number_1 = compute(1)\n"
    assert methods(link(known(made, call(10, "aaaaaaa"), edits=(edit(5, new=line),)))) == {("ccccccc1", "s1"): "patch"}
    assert link(known(made, call(10, "aaaaaaa"))) == []


@pytest.mark.parametrize(
    ("committed", "written", "expected"),
    [
        (BODY, BODY, True),
        (MORE + BODY, BODY, True),
        (MORE + BODY, "".join(BODY.splitlines(keepends=True)[:5]), False),
        (BODY, BODY.splitlines()[0] + "\n", False),
    ],
    ids=["all", "many", "few of many", "one of twelve"],
)
def test_lines_link_where_they_are_no_accident(committed, written, expected):
    made = story(("c1", 10, committed))
    what = known(made, edits=(edit(5, new=written),))
    assert methods(found := link(what)) == ({("c1", "s1"): "lines"} if expected else {})
    assert bool(linked(what.claims, found)) == expected


def test_all_lines_of_a_file_link_however_large_the_commit_is():
    made = Story()
    made.commit("c1", 10, {"a.py": MORE, "b.py": "".join(BODY.splitlines(keepends=True)[:4])})
    assert methods(link(known(made, edits=(edit(5, "b.py", BODY),)))) == {("c1", "s1"): "lines"}


def test_a_nameless_call_is_of_the_commit_of_that_moment():
    made = story(("aaaaaaa1", 10, BODY), ("bbbbbbb1", 11, BODY + MORE), ("ccccccc1", 30, MORE))
    assert methods(link(known(made, call(11.1, None)))) == {("bbbbbbb1", "s1"): "time"}
    named = link(known(made, call(11.1, None), call(11, "bbbbbbb", session="s2")))
    assert methods(named) == {("bbbbbbb1", "s2"): "sha", ("aaaaaaa1", "s1"): "time"}
    assert link(known(made, call(20, None))) == []


def test_the_strongest_way_wins_and_counts_the_lines():
    made = story(("aaaaaaa1", 10, BODY))
    what = known(made, call(10, "aaaaaaa"), call(10.2, None), edits=(edit(5, new=BODY),))
    found = link(what)
    assert [(one.method, one.lines_matched) for one in found] == [("sha", 12)]
    told = list(evidence(what.claims, found, at(99)))
    assert [(one.rule, one.trust, one.scope, one.lines, one.model, one.pointer) for one in told] == [
        ("claude-code/session-lines", "witnessed", "lines", 12, "opus", f"{HERE}: 12 lines in 1 file"),
        ("claude-code/session-commit", "recorded", "commit", None, "opus", f"{HERE}: git commit, told this name"),
    ]
    assert {one.level for one in told} == {"agent"}


def test_a_link_by_time_is_a_hint_and_one_by_lines_speaks_of_lines_only():
    made = story(("c1", 10, BODY))
    by_time = known(made, call(10, None))
    assert [one.trust for one in evidence([], link(by_time), at(99))] == ["hinted"]
    by_lines = known(made, edits=(edit(5, new=BODY),))
    told = list(evidence(by_lines.claims, link(by_lines), at(99)))
    assert [(one.scope, one.pointer) for one in told] == [("lines", "line 5: 12 lines in 1 file")]


def test_the_order_in_which_calls_are_handed_over_does_not_matter():
    made = story(("aaaaaaa1", 10, BODY), ("bbbbbbb1", 11, BODY + MORE))
    calls = [call(10, "aaaaaaa"), call(10.5, None), call(11, "bbbbbbb"), call(11.2, None, session="s2")]
    assert link(known(made, *calls)) == link(known(made, *calls[::-1]))
