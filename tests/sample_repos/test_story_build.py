"""The stories are what they say: buildable, stable, sound, and one for every trap."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sample_repos.build import Story, build_story, stories
from sample_repos.git import git, neutral_environment
from sample_repos.lock import LOCK, locked
from sample_repos.script import LEVELS, STORIES, StoryError, read_script

NAMES = [script.stem for script in stories()]

TRICKY_SET = [
    # What git-evidence.toml calls adversarial, row by row: story, commit, class, tools.
    ("bot_and_agent_squash", "repaired_bump", "ai", {"openhands"}),
    ("literal_backslash_n", "escaped_trailer", "ai", {"openhands"}),
    ("crlf_trailer", "web_squash", "ai", {"openhands"}),
    ("empty_initial_plan", "plan", "ai", {"copilot-agent"}),
    ("devin_about_devin", "cli", "ai", {"devin"}),
    ("pi_with_a_claude_model", "pi", "ai", {"pi"}),
    ("documented_examples", "indented", "unknown", set()),
    ("placeholder_value", "placeholder", "unknown", set()),
    ("malformed_brackets", "round_bracket", "ai", {"claude-code"}),
    ("two_tools_one_commit", "squash", "ai", {"claude-code", "copilot"}),
    ("ai_origin_human", "human", "human", set()),
    ("prose_about_one_file", "told", "ai", {"copilot"}),
    ("aider_author", "rebased", "ai", {"aider"}),
    ("aider_committer_only", "mentions_the_address", "unknown", set()),
    ("aider_committer_only", "mentions_a_model", "unknown", set()),
    ("notes_without_markers", "one_tool", "ai", {"pi"}),
    ("copilot_weak", "before_the_setting", "unknown", set()),
    ("release_robot_with_ai_name", "nightly", "automation", set()),
    ("people_with_tool_names", "goose", "unknown", set()),
    ("people_with_tool_names", "jules", "unknown", set()),
    ("aider_at_paulg_is_a_person", "the_person", "unknown", set()),
]

TRAPS = {
    "literal_backslash_n", "crlf_trailer", "documented_examples", "trailer_not_in_last_paragraph",
    "malformed_brackets", "two_tools_one_commit", "squash_with_co_author", "squash_pile",
    "cherry_pick_counted_once", "backport_counted_once", "merge_with_ai_trailer", "octopus_merge",
    "several_roots", "empty_initial_plan", "aider_author", "aider_committer_only",
    "aider_at_paulg_is_a_person", "release_robot_with_ai_name", "people_with_tool_names", "ai_origin_human",
    "commit_generated_by", "placeholder_value", "assisted_by_person_or_ai", "copilot_weak",
    "bot_and_agent_squash", "review_suggestion_in_human_pr", "pi_with_a_claude_model", "codex_branch_merged",
    "codex_branch_squashed", "noise", "blame_ignore_revs", "submodule_pointer", "submodule_checked_out",
    "mailmap", "encodings", "weird_file_names", "dates_1969_and_2100", "dates_before_the_epoch",
    "sha256_objects", "rename_with_edits", "force_push", "notes_without_markers", "empty_repository",
    "unborn_head", "default_branch_trunk", "default_branch_of_origin", "worktree", "bare_repository",
    "shallow_clone", "partial_clone", "replaced_commit", "refs_that_are_not_read", "revert_of_ai_work",
    "logs_person_and_session", "logs_human_rewrite", "logs_common_lines_only", "logs_formatter", "logs_renamed_file",
    "logs_two_sessions_two_tools", "logs_many_commits", "logs_amend", "logs_rebase", "logs_squash", "logs_cherry_pick",
    "logs_edit_rejected", "logs_edit_failed", "logs_heredoc", "logs_sed_with_neighbours", "logs_generated_by_command",
    "logs_other_machine_remote", "logs_other_machine_paths", "logs_other_machine_windows", "logs_worktree",
    "logs_sub_agent", "logs_forked_session", "logs_codex_unsigned",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_refs_point_where_the_lock_says(name: str, story: Callable[[str], Story]) -> None:
    recorded = [line for line in LOCK.read_text("utf-8").splitlines() if line.startswith(f"{name} ")]
    assert locked(story(name)).splitlines() == recorded


@pytest.mark.parametrize("name", NAMES)
def test_fsck_agrees_with_the_story(name: str, story: Callable[[str], Story]) -> None:
    told = story(name)
    command = ["git", "-C", str(told.path), "fsck", "--strict", "--no-progress", "--no-dangling"]
    done = subprocess.run(command, env=neutral_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == told.sound, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_truth_covers_exactly_what_git_reaches(name: str, story: Callable[[str], Story]) -> None:
    told = story(name)
    hidden = [
        f"--exclude={pattern}" for pattern in ("refs/notes/*", "refs/pull/*", "refs/heads/entire/*", "refs/replace/*")
    ]
    assert set(told.truth) == set(git("rev-list", *hidden, "--all", at=told.path).decode().split())


@pytest.mark.parametrize("name", NAMES)
def test_truth_is_well_formed(name: str, story: Callable[[str], Story]) -> None:
    told = story(name)
    assert len(told.about.split()) >= 8, "a story says which trap it stands for"
    for truth in told.truth.values():
        assert (truth.verdict == "ai") == bool(truth.tools)
        assert truth.level is None or (truth.verdict == "ai" and truth.level in LEVELS[1:])
        assert not set(truth.hinted) & set(truth.tools)


@pytest.mark.parametrize(("name", "commit", "verdict", "tools"), TRICKY_SET)
def test_the_tricky_set_is_told(
    name: str, commit: str, verdict: str, tools: set[str], story: Callable[[str], Story]
) -> None:
    told = story(name)
    truth = told.truth[told.shas[commit]]
    assert (truth.verdict, set(truth.tools)) == (verdict, tools)


def test_every_trap_has_a_story() -> None:
    assert set(NAMES) >= TRAPS


def test_two_builds_give_the_same_shas(tmp_path: Path) -> None:
    script = STORIES / "notes_without_markers.toml"
    first, second = build_story(script, tmp_path / "a"), build_story(script, tmp_path / "b")
    assert first.shas == second.shas
    assert locked(first) == locked(second)


def test_a_claimed_line_is_one_that_the_commit_adds(story: Callable[[str], Story]) -> None:
    for name in NAMES:
        told = story(name)
        claimed = {line[:3] for line in told.written | told.unshown}
        for sha, path in {line[:2] for line in claimed}:
            diff = git("show", "--format=", "--unified=0", "-M", sha, "--", ":/", at=told.path).decode()
            assert {line for line in claimed if line[:2] == (sha, path)} <= set(_added(sha, diff)), (name, path)


def _added(sha: str, diff: str) -> Iterator[tuple[str, str, int]]:
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ b/"):
            path = line[6:]
        elif found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            start, count = int(found[1]), int(found[2] or 1)
            yield from ((sha, path, number) for number in range(start, start + count))


def test_a_tool_is_true_where_its_lines_or_its_hand_are(story: Callable[[str], Story]) -> None:
    for name in NAMES:
        told = story(name)
        for sha, tool, _ in told.links:
            assert tool in told.truth[sha].tools, name
        for sha, truth in told.truth.items():
            lines = [line for line in told.written if line[0] == sha]
            assert truth.lines is None or not lines or truth.lines == len(lines), name


def test_habits_of_the_machine_do_not_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = STORIES / "encodings.toml"
    plain = build_story(script, tmp_path / "plain")
    (tmp_path / ".gitconfig").write_text(
        "[user]\n\tname = Someone\n[i18n]\n\tcommitEncoding = latin1\n[core]\n\tautocrlf = true\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert build_story(script, tmp_path / "other").shas == plain.shas


def test_a_later_stage_moves_the_branch_and_keeps_the_objects(tmp_path: Path) -> None:
    script = STORIES / "force_push.toml"
    before = build_story(script, tmp_path, stage=1)
    after = build_story(script, tmp_path)
    assert before.path == after.path
    gone = before.shas["second_try"]
    assert gone in before.truth
    assert gone not in after.truth
    assert git("cat-file", "-t", gone, at=after.path) == b"commit\n"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('truth = "robot"', "no such class"),
        ('truth = { class = "ai" }', "tools are named"),
        ('truth = "unknown"\nwhom = "ada"', "unknown words"),
        ('truth = "unknown"\nwho = "nobody"', "neither of the cast"),
        ('truth = "unknown"\nfiles = { "a" = { link = "b" } }', "can't be"),
        ('truth = "unknown"\nwrote = { "a" = { s1 = "1,2" } }', "no ranges"),
        ('truth = "unknown"\n[[log]]\ntool = "codex"\nat = 2026-01-05T09:00:00Z\nwhere = "x"', "log 1"),
    ],
)
def test_a_typing_mistake_is_an_error(line: str, complaint: str, tmp_path: Path) -> None:
    script = tmp_path / "wrong.toml"
    script.write_text(f'about = "x"\n[[commit]]\nmessage = "m"\n{line}\n')
    with pytest.raises(StoryError, match=complaint):
        read_script(script)
