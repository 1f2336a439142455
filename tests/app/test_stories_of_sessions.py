"""Every story with agents' logs through the real command line: sessions, links and lines as the story says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sample_repos.build import Story, stories
from sample_repos.log_readback import LogAnswers, log_answers, log_mistakes
from sample_repos.readback import Answers, answers, collect, mistakes, of_story

NAMES = [script.stem for script in stories() if "[[log]]" in script.read_text("utf-8")]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, story: Callable[[str], Story]) -> Path:
    """A store into which the stories with logs were collected together with their home."""
    folder = tmp_path_factory.mktemp("sessions") / "store"
    told = [story(name) for name in NAMES]
    collect([one.path for one in told], folder, told[0].home)
    return folder


@pytest.fixture(scope="session")
def said(store: Path) -> Answers:
    return answers(store)


@pytest.fixture(scope="session")
def said_of_logs(store: Path) -> LogAnswers:
    return log_answers(store)


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_truth(name: str, said: Answers, story: Callable[[str], Story]) -> None:
    told = story(name)
    assert not mistakes(told.truth, *of_story(told, said))


@pytest.mark.parametrize("name", NAMES)
def test_sessions_links_and_lines_are_the_truth(
    name: str, said_of_logs: LogAnswers, story: Callable[[str], Story]
) -> None:
    assert log_mistakes(story(name), said_of_logs) == []


def test_no_session_is_there_that_no_story_tells_of(said_of_logs: LogAnswers, story: Callable[[str], Story]) -> None:
    told = {key for name in NAMES for key in story(name).sessions.values()}
    assert {(row["tool"], row["session"]) for row in said_of_logs.sessions} == told


def test_nothing_is_counted_twice_when_all_is_read_again(
    store: Path, said_of_logs: LogAnswers, story: Callable[[str], Story]
) -> None:
    told = [story(name) for name in NAMES]
    for log in told[0].home.rglob("*.jsonl"):
        log.touch()
    collect([one.path for one in told], store, told[0].home)
    assert log_answers(store) == said_of_logs
