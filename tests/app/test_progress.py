import io
import sys

import pytest

from app.progress import Bar, Lines, shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of stderr; called by the test itself, since pytest has its own way with stderr."""
    for variable in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with shown_progress() as progress:
        assert isinstance(progress, Bar)
        progress.repository("acme/shop [red]", 100)
        progress.advance(40)
        progress.step("verdicts and figures")
    assert "verdicts and figures" in screen.getvalue()


def test_a_bar_without_work_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with shown_progress() as progress:
        progress.advance(1)
    assert screen.getvalue() == ""


def test_elsewhere_there_is_a_line_per_repository(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        assert isinstance(progress, Lines)
        progress.repository("acme/shop", 1)
        progress.advance(1)
        progress.step("acme/shop: default branch")
        progress.step("verdicts and figures")
    assert capsys.readouterr().err == "reading acme/shop: 1 new commit\nverdicts and figures\n"
