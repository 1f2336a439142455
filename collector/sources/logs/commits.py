"""`git commit` in a session: the call that made a commit, and the name that git printed for it."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_VERBS = ("commit", "cherry-pick", "merge", "revert", "rebase", "am")
_CALL = re.compile(
    r"(?:^|[\s;&|(`])git\s+(?:(?:-[cC]|--git-dir|--work-tree)[ =]\S+\s+|--no-pager\s+)*"
    rf"(?P<verb>{'|'.join(_VERBS)})\b(?P<rest>[^\n;&|]*)"
)
_MADE = re.compile(r"^\[(?P<branch>[^\]\n]*?)(?: \(root-commit\))? (?P<sha>[0-9a-f]{7,64})\] ", re.MULTILINE)

Kind = Literal["committed", "amended", "cherry-picked"]


class Made(NamedTuple):
    """A commit that a command made, or was to make."""

    sha: str | None
    kind: Kind


def may_commit(command: str) -> bool:
    """Return whether `commits_in` could find anything, which is quick to say."""
    return "git" in command and any(verb in command for verb in _VERBS)


def commits_in(command: str, output: str) -> Iterator[Made]:
    """Yield each commit whose name git printed, or one without a name where a `git commit` printed none.

    A call may fail and yet have made a commit (what came after it failed), so the output decides.
    """
    calls = list(_CALL.finditer(command))
    if not calls:
        return
    kind: Kind = "committed"
    if any(call["verb"] == "commit" and "--amend" in call["rest"] for call in calls):
        kind = "amended"
    elif all(call["verb"] == "cherry-pick" for call in calls):
        kind = "cherry-picked"
    printed = dict.fromkeys(made["sha"] for made in _MADE.finditer(output))
    for sha in printed:
        yield Made(sha, kind)
    if not printed and any(call["verb"] == "commit" for call in calls):
        yield Made(None, kind)
