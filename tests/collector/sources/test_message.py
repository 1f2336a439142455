"""Reading commit messages: what is kept, what is dropped, and which branch a merge names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sources.git.message import MAX_LENGTH, MAX_LINES, merged_branch, read_message

TRAILER = "Co-Authored-By: Claude <noreply@anthropic.com>"


@pytest.mark.parametrize(
    ("body", "markers"),
    [
        (f"fix\n\n{TRAILER}\n", (TRAILER,)),
        (f"fix\r\n\r\n{TRAILER}\r\n", (TRAILER,)),
        (f"fix\r\r{TRAILER}\r", (TRAILER,)),
        (f"fix\\n\\n{TRAILER}", (TRAILER,)),
        (f"fix\n{TRAILER}\n\nmore prose after it, to the end", (TRAILER,)),
        (f"fix\n\n{TRAILER}\n{TRAILER}", (TRAILER,)),
        (f"fix\n\n> {TRAILER}", (f"> {TRAILER}",)),
        (f"fix\n\n* {TRAILER}", (f"> {TRAILER}",)),
        (f"fix\n\n- {TRAILER}", (f"> {TRAILER}",)),
        (f"fix\n\n│ {TRAILER}", (f"> {TRAILER}",)),
        (f"fix\n\n  {TRAILER}", (f"> {TRAILER}",)),
        (f"fix\n\n    {TRAILER}", ()),
        (f"fix\n\n\t{TRAILER}", ()),
        (f"fix\n\n```\n{TRAILER}\n```\n", ()),
        (f"fix\n\n~~~ text\n{TRAILER}\n~~~\n", ()),
        (f"fix\n\n```\nnever closed\n\n{TRAILER}", (TRAILER,)),
        ("fix\n\nCo-Authored-By: Claude <noreply@anthropic.com)", ("Co-Authored-By: Claude <noreply@anthropic.com)",)),
        ("fix\n\nCo-authored by: Bo <bo@x.example>", ("Co-authored by: Bo <bo@x.example>",)),
        ("fix\n\nMade with: Cursor", ("Made with: Cursor",)),
        ("fix\n\nagent_started_at: 2026-08-22T09:27:18Z", ("agent_started_at: 2026-08-22T09:27:18Z",)),
        ("fix\n\nEntire-Checkpoint: 0a14713a2774", ("Entire-Checkpoint: 0a14713a2774",)),
        (
            "fix\n\n🤖 Generated with [Claude Code](https://x.example)",
            ("🤖 Generated with [Claude Code](https://x.example)",),
        ),
        ("fix\n\n👾🐾 Written by Letta Code", ("👾🐾 Written by Letta Code",)),
        ("fix\n\nthe tests were\nwritten by hand", ()),
        ("fix\n\nfix: a conventional subject\n* feat: another", ()),
        ("fix\n\nsee https://example.org and std::vector", ()),
        ("fix\n\nUSER: please make the login page blue and mail me the result today", ()),
        ("fix\n\nUser: make it blue\nASSISTANT: done", ()),
        ("fix\n\nsquashed-commits: 9\nprose: by Nobody", ()),
        ("fix\n\nThis reverts commit 0123456789abcdef.", ("reverts: 0123456789abcdef",)),
        ("fix\n\n(cherry picked from commit 0123456789ab)", ("cherry-picked-from: 0123456789ab",)),
        ("fix (#1)\n\n* one\n\n* two\n\nbody\n", ("squashed-commits: 2",)),
        ("fix\n\n* a tight\n* list of bullets\n", ()),
        ("", ()),
        ("only a subject", ()),
    ],
)
def test_keeps_the_lines_that_can_be_evidence(body: str, markers: tuple[str, ...]) -> None:
    assert read_message(body).markers == markers


@pytest.mark.parametrize(
    ("body", "clauses"),
    [
        (
            "fix\n\nElvish written by Copilot, the rest was written by me with AI\ndocumentation.",
            ("prose: Elvish written by Copilot",),
        ),
        ("fix\n\nThe tests were\nwritten by\nClaude Code. More.", ("prose: The tests were written by Claude Code",)),
        ("fix\n\n    Elvish written by Copilot", ()),
        ("fix\n\n> Elvish written by Copilot", ()),
        ("fix\n\nit is written by hand and generated with care", ()),
        ("fix\n\n" + "a very long story " * 9 + "written by Copilot", ()),
    ],
)
def test_keeps_a_clause_of_prose_only_if_it_says_who_wrote(body: str, clauses: tuple[str, ...]) -> None:
    assert tuple(m for m in read_message(body).markers if m.startswith("prose: ")) == clauses


def test_the_subject_is_the_first_line_even_if_newlines_were_escaped() -> None:
    assert read_message(f"Fix it\\n\\n{TRAILER}").subject == "Fix it"
    assert read_message("\n\n  Fix it \nmore").subject == "Fix it"


def test_gits_own_squash_is_unfolded() -> None:
    sha = "0" * 40
    body = f"Squash\n\nSquashed commit of the following:\n\ncommit {sha}\nAuthor: A <a@x.example>\n\n    One\n\n"
    body += f"    {TRAILER}\n"
    body += f"\ncommit {sha}\nAuthor: B <b@x.example>\n\n    Two\n"
    markers = read_message(body).markers
    assert markers[0] == "squashed-commits: 2"
    assert TRAILER in markers


def test_a_flood_of_lines_is_cut() -> None:
    found = read_message("s\n\n" + "\n".join(f"Some-Key-{n}: {'x' * 999}" for n in range(999))).markers
    assert len(found) == MAX_LINES
    assert max(map(len, found)) == MAX_LENGTH


@given(st.text())
def test_any_text_is_read_and_bounded(body: str) -> None:
    message = read_message(body)
    assert "\n" not in message.subject
    assert len(message.markers) <= MAX_LINES
    assert all("\n" not in m and len(m) <= MAX_LENGTH + 2 for m in message.markers)


@given(st.lists(st.sampled_from([TRAILER, "Signed-off-by: A <a@x.example>", "some prose here", ""]), max_size=9))
def test_line_endings_and_order_change_nothing(lines: list[str]) -> None:
    unix = read_message("s\n\n" + "\n".join(lines)).markers
    assert read_message("s\r\n\r\n" + "\r\n".join(lines)).markers == unix
    assert set(read_message("s\n\n" + "\n".join(reversed(lines))).markers) == set(unix)
    assert read_message("s\n\n" + "\n".join(f"    {line}" for line in lines)).markers == ()


@pytest.mark.parametrize(
    ("subject", "branch"),
    [
        ("Merge branch 'claude/fix'", "claude/fix"),
        ("Merge branch 'codex/a' into main", "codex/a"),
        ("Merge branch 'x' of https://github.com/codex/repo", "x"),
        ("Merge branches 'a/b' and 'c'", "a/b"),
        ("Merge pull request #1 from codex/fix", "fix"),
        ("Merge pull request #1 from owner/codex/fix", "codex/fix"),
        ("Merge pull request #892 from sweepai/revert-892-sweep/add-tests", "revert-892-sweep/add-tests"),
        (
            "Merge pull request #7 from o/dependabot/npm_and_yarn/openai/codex-0.1",
            "dependabot/npm_and_yarn/openai/codex-0.1",
        ),
        ("Merge pull request 12 from devin/1733890012-x into master", "devin/1733890012-x"),
        ("Merge pull request 'Title' (#12) from owner:copilot/x into main", "copilot/x"),
        ("Merge remote-tracking branch 'cline/main'", "main"),
        ("Merge remote-tracking branch 'origin/claude/x' into y", "claude/x"),
        ("Merged in claude/fix (pull request #12)", "claude/fix"),
        ("Merged PR 12: Merge cursor/x to main", "cursor/x"),
        ("Merged PR 12: Fix the login", None),
        ("Merge tag 'v1.0'", None),
        ("Merge commit '0123456'", None),
        ("Mergers and acquisitions", None),
        ("Fix claude/x", None),
    ],
)
def test_names_the_branch_of_a_merge(subject: str, branch: str | None) -> None:
    assert merged_branch(subject) == branch
