"""The comparison of sessions, links and lines with a story sees every kind of mistake."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sample_repos.build import Story
from sample_repos.log_readback import LogAnswers, lines_of, log_mistakes


@pytest.fixture
def told(story: Callable[[str], Story]) -> Story:
    return story("logs_codex_unsigned")


@pytest.fixture
def right(told: Story) -> LogAnswers:
    """What a perfect reader says of the story."""
    ((sha, tool, session),) = told.links
    repo = {"repo": f"{told.name}@1234"}
    about = {**repo, "tool": tool, "session": session, **told.about_sessions[tool, session]}
    link = {**repo, "sha": sha, "tool": tool, "session": session}
    return LogAnswers(sessions=[about], links=[link], lines=[{**link, "path": "flarm.py", "start": "1", "end": "8"}])


def test_the_right_answer_is_no_mistake(told: Story, right: LogAnswers) -> None:
    assert log_mistakes(told, right) == []
    assert len(lines_of(told, right)) == 8


@pytest.mark.parametrize(
    ("part", "changed", "said"),
    [
        ("sessions", {"session": "x"}, ["session s1 is missing"]),
        ("sessions", {"prompts": "3"}, ["session s1: prompts 3, truly 2"]),
        ("links", {"session": "x"}, ["link is missing: unsigned by s1", "link is not true: unsigned by codex x"]),
        ("lines", {"end": "7"}, ["line is not found: flarm.py:8 of unsigned by s1"]),
        ("lines", {"end": "9"}, ["line is not true: flarm.py:9 of unsigned by s1"]),
    ],
)
def test_every_difference_is_told(
    told: Story, right: LogAnswers, part: str, changed: dict[str, str], said: list[str]
) -> None:
    rows = [dict(row) for row in getattr(right, part)]
    rows[0] |= changed
    assert log_mistakes(told, replace(right, **{part: rows})) == said


def test_a_line_of_two_claims_is_told(told: Story, right: LogAnswers) -> None:
    twice = replace(right, lines=[*right.lines, {**right.lines[0], "start": "8"}])
    assert log_mistakes(told, twice) == ["line is claimed twice: flarm.py:8-8"]


def test_another_repository_is_not_asked(told: Story, right: LogAnswers) -> None:
    elsewhere = replace(right, links=[*right.links, {**right.links[0], "repo": "other@1", "sha": "0"}])
    assert log_mistakes(told, elsewhere) == []
