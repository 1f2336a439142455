"""What a change wrote: only what is new, in its order, told quickly."""

import time
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fingerprints import is_distinctive
from collector.sources.logs.changes import replaced, split

LINES = st.lists(
    st.sampled_from(["", "}", "    }", "return total_of_all", "def compute_total():", "x", "y", "z\r"]), max_size=14
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("\n", [""]), ("a\r\nb", ["a\r", "b"]),
        ("a\u2028b\x0bc\x85d\re\n", ["a\u2028b\x0bc\x85d\re"]),
    ],
)  # fmt: skip
def test_lines_end_at_newlines_alone(text: str, lines: list[str]) -> None:
    assert split(text) == lines


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("", "a\nb\n", ["a", "b"]),
        ("a\nb\n", "", []),
        ("a\nb\n", "a\nb\n", []),
        ("a\nb\nc", "a\nB\nc", ["B"]),
        ("a\nb\nc\nd", "a\nB\nc\nD", ["B", None, "D"]),
        ("a\nc", "a\nb\nc", ["b"]),
        ("a", "a\nb", ["b"]),
        ("a\n", "a", []),
        ("one", "two", ["two"]),
        # a distinctive line that only stands elsewhere was carried over
        ("first_thing = 1\nsecond_thing = 2\n", "second_thing = 2\nfirst_thing = 1\n", []),
        ("first_thing = 1\nx\n", "y\nfirst_thing = 1\nfirst_thing = 1\n", ["y", None, "first_thing = 1"]),
    ],
)
def test_replaced(old: str, new: str, written: list[str | None]) -> None:
    assert replaced(old, new) == written


@given(LINES, LINES)
def test_what_is_written_is_of_the_new_text_and_not_of_the_old(old: list[str], new: list[str]) -> None:
    written = replaced("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new))
    found, before, after = Counter(line for line in written if line is not None), Counter(old), Counter(new)
    assert not found - after, "a part of the new lines, as a multiset"
    assert (after - before) <= found, "all that the new text has more of"
    for line in filter(is_distinctive, found):
        assert found[line] <= after[line] - before[line], "nothing that the old text has, unless there is more of it"


@given(LINES, LINES)
def test_runs_follow_each_other_in_the_new_text(old: list[str], new: list[str]) -> None:
    written = replaced("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new))
    runs = [list(run) for is_gap, run in groupby(written, lambda line: line is None) if not is_gap]
    place = 0
    for run in runs:
        place = next(start for start in range(place, len(new)) if new[start : start + len(run)] == run) + len(run)
    assert not written or (written[0] is not None and written[-1] is not None)


@given(LINES)
def test_a_text_put_after_another_is_all_that_is_new(lines: list[str]) -> None:
    head = "begin_of_everything\n"
    body = "".join(f"{line}\n" for line in lines)
    assert replaced(head, head + body) == lines
    assert replaced(body, body) == []


@pytest.mark.parametrize("lines", [2_000, 50_000])
def test_texts_whose_lines_repeat_take_no_time(lines: int) -> None:
    old = "\n".join("ab"[number % 2] for number in range(lines))
    new = "\n".join("bca"[number % 3] for number in range(lines))
    started = time.process_time()
    assert Counter(replaced(old, new))["c"] == (lines + 1) // 3
    assert time.process_time() - started < 2
