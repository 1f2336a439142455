"""How a verdict reads: no figure stands where nothing supports it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.answers import CommitExplanation, ExplainedFile, Verdict
from app import explaining

FILE = ExplainedFile(path="a.py", old_path=None, lines_added=10, lines_deleted=0, noise=None)
MERGE = CommitExplanation(
    repo="shop",
    repo_path=None,
    sha="c" * 40,
    subject="Merge branch 'it'",
    author="Ada <ada@example.org>",
    authored_at=datetime(2026, 3, 14, tzinfo=UTC),
    committed_at=datetime(2026, 3, 14, tzinfo=UTC),
    is_merge=True,
    on_default_branch=True,
    landed_by=None,
    is_counted=False,
    same_patch_as=None,
    type="other",
    verdict=Verdict(
        class_="ai",
        tools=("codex",),
        models=(),
        level="agent",
        trust="declared",
        ai_low=0.0,
        ai_best=None,
        ai_high=1.0,
        rules=("codex/co-author",),
    ),
    files=(),
    evidence=(),
    links=(),
    lines=(),
)


@pytest.mark.parametrize(
    ("files", "best", "ending"),
    [
        ((), None, "declared · no lines of its own"),
        ((replace(FILE, lines_added=0),), None, "declared · no lines of its own"),
        ((FILE,), 0.8, "AI lines: proven 0 %, best estimate 80 %, at most 100 %"),
        ((replace(FILE, lines_added=None, lines_deleted=None),), None, "AI lines: proven 0 %, at most 100 %"),
    ],
)
def test_bounds_speak_of_lines_that_are_there(
    files: tuple[ExplainedFile, ...], best: float | None, ending: str
) -> None:
    one = replace(MERGE, files=files, verdict=replace(MERGE.verdict, ai_best=best))
    (verdict,) = (line for line in explaining.render([one]) if line.startswith("Verdict: "))
    assert verdict.endswith(ending)
