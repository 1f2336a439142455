"""What holds for any history and any session: no line is claimed that no session wrote, whatever happens to history."""

from collections import Counter
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written import BLANK, PRINTS, Story, at, edit, told

from collector.evidence.matching import match
from collector.records import Edit

WORDS = ("alpha_value", "beta_function()", "gamma = delta", "return", "}", "", "{", "return epsilon_result")
ours = st.lists(
    st.sampled_from([f"{word} ours {n}" if len(word) > 6 else word for word in WORDS for n in (1, 2)]), max_size=12
)
theirs = st.lists(st.sampled_from([f"{word} theirs" if len(word) > 6 else word for word in WORDS]), max_size=12)
spaces = st.sampled_from(
    [
        str,
        lambda line: f"\t{line}",
        lambda line: f"{line}\r",
        lambda line: f"{line}  ",
        lambda line: line.replace(" ", ""),
    ]
)
TELLING = 8


def is_telling(line: str) -> bool:
    return sum(map(str.isalnum, line)) >= TELLING


def tight(line: str) -> str:
    return "".join(line.split())


@st.composite
def histories(draw: st.DrawFn) -> tuple[Story, list[Edit], list[list[str]]]:
    """A branch and some side branches whose files mix lines of two sessions with those of a person."""
    written = [draw(ours) for _ in range(draw(st.integers(1, 4)))]
    edits = [
        edit(
            draw(st.integers(0, 60)),
            draw(st.sampled_from(["a.py", "b.py"])),
            "\n".join(lines) + "\n",
            name=str(number),
            session=draw(st.sampled_from(["s1", "s2"])),
        )
        for number, lines in enumerate(written)
    ]
    story = Story()
    for number in range(draw(st.integers(1, 6))):
        parts = draw(st.permutations([*written, draw(theirs)]))[: draw(st.integers(1, 4))]
        change = draw(spaces)
        text = "".join(f"{change(line)}\n" for part in parts for line in part)
        path = draw(st.sampled_from(["a.py", "b.py"]))
        aside = draw(st.booleans()) and draw(st.booleans())
        parent = draw(st.sampled_from([one.sha for one in story.commits])) if aside and story.commits else "last"
        story.commit(f"c{number}", draw(st.integers(0, 80)), {path: text}, aside=aside, parent=parent)
    return story, edits, written


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(histories())
def test_only_lines_that_a_session_wrote_are_claimed(made):
    story, edits, written = made
    wrote = {tight(line) for lines in written for line in lines} | {""}
    for lines in told(story, story.match(*edits).claims).values():
        assert {tight(line) for line in lines} <= wrote


@quick
@given(histories())
def test_claims_lie_within_the_added_lines_and_do_not_overlap(made):
    story, edits, _ = made
    seen: set[tuple[str, str, int]] = set()
    for claim in story.match(*edits).claims:
        for number in range(claim.start, claim.end + 1):
            assert (claim.sha, claim.path, number) in story.texts
            assert (claim.sha, claim.path, number) not in seen
            seen.add((claim.sha, claim.path, number))


@quick
@given(histories())
def test_no_written_line_is_claimed_twice_along_the_branch(made):
    story, edits, written = made
    branch = {one.sha for one in story.commits if one.on_default_branch}
    wrote = Counter(tight(line) for lines in written for line in lines)
    claimed = told(story, story.match(*edits).claims)
    used = Counter(tight(line) for sha, lines in claimed.items() if sha in branch for line in lines)
    used.pop("", None)  # blank lines belong to their run
    assert used <= wrote


@quick
@given(histories())
def test_nothing_is_claimed_of_what_came_before_it_was_written(made):
    story, edits, _ = made
    first = min(one.at for one in edits)
    when = {one.sha: one.committed_at for one in story.commits}
    assert all(when[claim.sha] >= first - (at(5) - at(0)) for claim in story.match(*edits).claims)


@quick
@given(histories(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(made, random):
    story, edits, _ = made
    expected = match(story.commits, story.added, edits, blank=BLANK)
    commits, added, again = story.commits * 2, story.added * 2, edits * 2
    for things in (commits, added, again):
        random.shuffle(things)
    assert match(commits, added, again, blank=BLANK) == expected


@quick
@given(st.lists(theirs, min_size=1, max_size=5), st.lists(ours, min_size=1, max_size=3), spaces)
def test_reordering_splitting_and_squashing_claim_nothing_of_a_person(parts, written, change):
    """Whatever becomes of commits in which a person wrote everything, no telling line of them is claimed."""
    edits = [edit(1, new="\n".join(lines) + "\n", name=str(n)) for n, lines in enumerate(written)]
    texts = ["".join(f"{change(line)}\n" for line in part) for part in parts]
    split, other, squashed = Story(), Story(), Story()
    for number in range(len(texts)):
        split.commit(f"c{number}", 10 + number, {"a.py": "".join(texts[: number + 1])})
        other.commit(f"c{number}", 10 + number, {"a.py": "".join(texts[::-1][: number + 1])})
    squashed.commit("c", 10, {"a.py": "".join(texts)})
    for story in (split, other, squashed):
        assert story.match(*edits).claims == []


@quick
@given(st.lists(ours.filter(lambda lines: any(map(is_telling, lines))), min_size=1, max_size=5))
def test_what_a_session_wrote_is_found_however_it_is_committed(written):
    """Telling lines, each written once: committed one by one or all at once, all are claimed."""
    lines = list(dict.fromkeys(line for part in written for line in part if is_telling(line)))
    edits = [edit(1, new="\n".join(lines) + "\n")]
    split, squashed = Story(), Story()
    for number in range(len(lines)):
        split.commit(f"c{number}", 10 + number, {"a.py": "".join(f"{line}\n" for line in lines[: number + 1])})
    squashed.commit("c", 10, {"a.py": "".join(f"{line}\n" for line in lines)})
    assert [line for part in split.claimed(edits).values() for line in part] == lines
    assert squashed.claimed(edits) == {"c": lines}


def test_hashes_of_the_tests_tell_lines_apart():
    hashes = PRINTS.lines(WORDS).exact
    assert len(set(hashes)) == len(WORDS)
    assert all(one != other for one, other in pairwise(hashes))
