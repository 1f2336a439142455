"""The comparison with the truth sees every kind of mistake, and the tally counts as it should."""

import pytest

from sample_repos.accuracy import Accuracy, Share, Tally, report
from sample_repos.readback import mistakes
from sample_repos.script import Truth

RIGHT = {"class": "ai", "tools": "amp;codex", "level": "agent"}
TRUTH = Truth(verdict="ai", tools=("codex", "amp"), level="agent")
HINT = {"sha": "a", "tool": "codex", "trust": "hinted", "lines": ""}
CLAIM = {"sha": "a", "tool": "codex", "trust": "recorded", "lines": "4"}


def test_the_right_answer_is_no_mistake() -> None:
    assert mistakes({"a": TRUTH}, {"a": RIGHT}, []) == []


@pytest.mark.parametrize(
    ("truth", "row", "evidence", "said"),
    [
        (TRUTH, RIGHT | {"class": "unknown"}, [], "class unknown"),
        (TRUTH, RIGHT | {"tools": "amp"}, [], "tools ['amp']"),
        (TRUTH, RIGHT | {"level": "assisted"}, [], "level assisted"),
        (Truth(verdict="unknown"), {"class": "unknown", "tools": "", "level": "agent"}, [], "without a class"),
        (Truth(verdict="unknown", hinted=("amp",)), {"class": "unknown", "tools": "", "level": ""}, [HINT], "hints of"),
        (Truth(verdict="ai", tools=("codex",), lines=5), RIGHT | {"tools": "codex"}, [CLAIM], "4 claimed lines"),
    ],
)
def test_every_difference_is_told(truth: Truth, row: dict[str, str], evidence: list[dict[str, str]], said: str) -> None:
    (line,) = mistakes({"a": truth}, {"a": row}, evidence)
    assert said in line


def test_missing_and_superfluous_commits_are_told() -> None:
    assert mistakes({"a": TRUTH}, {"b": RIGHT}, []) == ["a: was not read", "b: must not be counted"]


def test_precision_and_recall() -> None:
    tally = Tally()
    for true, found in [(True, True), (True, False), (False, True), (True, True), (False, False)]:
        tally.count(true, found)
    assert (tally.precision, tally.recall) == (2 / 3, 2 / 3)
    assert Tally().precision is None


def test_the_report_names_what_is_wrong() -> None:
    share = Share(true=0.35, declared=0.27, proven=0.25)
    found = Accuracy(
        tallies={"tool codex": Tally(2, 1, 1)}, mistakes={"noise": ["a: class ai"]}, share=share, commits=9
    )
    text = report(found)
    assert "100.0 %   50.0 %" in text
    assert "10.0 % stay unknown" in text
    assert text.endswith("noise: a: class ai")
