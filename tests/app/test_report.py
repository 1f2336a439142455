"""What a report says: the answer first, its bounds and interval always, "human" only where it is proven."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from analysis.answers import (
    AuditResult,
    Filters,
    Health,
    Interval,
    Overview,
    RepositoryHealth,
    ToolUse,
    Triple,
    Volume,
    Window,
)
from app.asking import Report
from app.hints import MOST, hints
from app.report import as_json, render

COLLECTED = datetime(2026, 8, 22, 9, 30, tzinfo=UTC)
AUTHORS = Interval(low=0.455, high=0.783, method="authors", clusters=55)
COMMITS = Window(
    since=date(2026, 1, 27),
    until=date(2026, 8, 22),
    volume=Volume(total=110, ai=69, human=0, automation=10, unknown=31, in_ai_commits=69),
    triple=Triple(low=0.69, best=None, high=1.0, coverage=0.69, in_ai_commits=0.69),
    interval=AUTHORS,
)
LINES = Window(
    since=date(2026, 1, 27),
    until=date(2026, 8, 22),
    volume=Volume(total=1000, ai=200, human=100, automation=0, unknown=700, in_ai_commits=600),
    triple=Triple(low=0.2, best=0.55, high=0.9, coverage=0.3, in_ai_commits=0.6),
    interval=Interval(reason="too few clusters"),
)
CLAUDE = ToolUse(
    tool="claude-code",
    name="Claude Code",
    color="#d97757",
    value=69,
    share=0.69,
    in_commits=69,
    commits=69,
    since=date(2025, 2, 24),
    known_by=(("witnessed", 50), ("declared", 19)),
)
BOUND = {"low": 0.5, "best": None, "high": 1.0, "coverage": 0.5, "in_ai_commits": 0.5}
REPOSITORY = RepositoryHealth(
    repo="github.com/example/shop",
    path="/src/shop",
    default_branch="refs/heads/main",
    is_bare=False,
    is_shallow=False,
    is_partial=False,
    collected_at=COLLECTED,
    commits=110,
    counted_commits=110,
    unmeasured_commits=0,
)


def overview(window: Window, *, weight: Any = "commits", tools: Sequence[ToolUse] = (CLAUDE,)) -> Overview:
    return Overview(
        filters=Filters(),
        weight=weight,
        repositories=("github.com/example/shop",),
        collected_at=COLLECTED,
        whole=window,
        recent=window,
        before=Window(),
        tools=tuple(tools),
        commits=110,
        unknown_commits=31,
    )


def tool_row(kind: str, commits: int, in_commits: float) -> Mapping[str, Any]:
    row = {"tool": None, "key": kind, "name": kind, "class": kind, "commits": commits, "in_commits": in_commits}
    return row | {
        "weight": "changed",
        "value": 0.0,
        "share": None,
        "color": None,
        "first_seen": None,
        "last_seen": None,
    }


def report(**changes: Any) -> Report:
    made = Report(
        filters=Filters(),
        is_bounded=False,
        overviews={"commits": overview(COMMITS), "changed": overview(LINES, weight="changed")},
        months={"commits": [{"period": "2026-07", **BOUND}, {"period": "2026-08", **BOUND}], "changed": []},
        tools=[
            {**tool_row("ai", 69, 600.0), "tool": "claude-code", "key": "claude-code"},
            tool_row("unknown", 31, 300.0),
            tool_row("human", 0, 0.0),
            tool_row("automation", 10, 50.0),
        ],
        hinted=[],
        instruments=[],
        repositories=[{"repo": "github.com/example/shop", "default_branch": "refs/heads/main"}],
        health=Health(runs=(), skipped=(), repositories=(REPOSITORY,), audits=()),
        example="55a1d72" + "0" * 33,
    )
    return replace(made, **changes)


EXPECTED = """\
github.com/example/shop · main · 110 commits landed 27 Jan – 22 Aug 2026         collected in 4.1 s

AI share of commits, all time
  proven    ██████████████████░░░░░░░░   69 %   95 % interval by authors 46–78 %
  possible  ██████████████████████████  100 %   31 % of the commits carry no evidence either way

AI share of changed lines, all time
  proven    █████▎░░░░░░░░░░░░░░░░░░░░   20 %   no interval: too few clusters
  touched   ███████████████▋░░░░░░░░░░   60 %   all lines of commits in which an AI tool took part
  estimate  ██████████████▎░░░░░░░░░░░   55 %   if tools wrote the usual part of their commits
  possible  ███████████████████████▍░░   90 %   70 % of the lines have no record of their own

Proven, % of the commits of each month
 Jul 26   50 ▅      Aug*  50 ▅
  * this month is not over

All time: 69 % of the commits proven
tool         commits  share  changed lines  since    how we know
Claude Code       69   69 %            600  2025-02  witnessed 50 · declared 19
no evidence       31   31 %            300           unknown, which is not "human"
bots              10                    50           left out of every share

next: barograph explain 55a1d720 · barograph report --by tool --since 90d · barograph dashboard
"""


def text(made: Report) -> str:
    return "".join(f"{line}\n" for line in render(made, collected_in=4.1))


def test_the_whole_report() -> None:
    assert text(report()) == EXPECTED


def test_every_line_fits() -> None:
    assert max(map(len, text(report()).splitlines())) < 100


def test_human_is_not_said_of_the_unknown() -> None:
    said = [line for line in text(report()).splitlines() if "human" in line.lower()]
    assert said == [line for line in said if 'not "human"' in line]


def test_human_is_said_where_it_is_proven() -> None:
    rows = [tool_row("unknown", 31, 300.0), tool_row("human", 4, 40.0)]
    assert "human" in [line.split()[0] for line in text(report(tools=rows)).splitlines() if line]


def test_without_line_evidence_nothing_is_made_up() -> None:
    bare = replace(LINES, triple=Triple(low=0.0, high=1.0, coverage=0.0, in_ai_commits=0.6))
    said = text(report(overviews={"changed": overview(bare, weight="changed")}, months={"changed": []}))
    (proven,) = [line for line in said.splitlines() if line.startswith("  proven")]
    assert "█" not in proven
    assert proven.endswith("0 %   no record tells line by line")
    assert "estimate" not in said


def test_an_asked_period_is_the_headline() -> None:
    filters = Filters((), date(2026, 2, 1), date(2026, 2, 28))
    assert "AI share of commits, 1 Feb – 28 Feb 2026" in text(report(filters=filters, is_bounded=True))


def test_a_long_history_is_headed_by_its_last_three_months() -> None:
    recent = replace(COMMITS, since=date(2026, 5, 23))
    overviews = {"commits": replace(overview(COMMITS), recent=recent)}
    assert "AI share of commits, the three months to 22 Aug 2026" in text(report(overviews=overviews))


def test_only_bots() -> None:
    bots = replace(COMMITS, volume=Volume(total=3, automation=3), triple=Triple())
    assert "no commits in this time but those of bots" in text(report(overviews={"commits": overview(bots)}))


def test_a_year_of_months_takes_two_lines() -> None:
    months = [{"period": f"{2025 + m // 12}-{m % 12 + 1:02}", **BOUND} for m in range(6, 20)]
    lines = text(report(months={"commits": months, "changed": []})).splitlines()
    start = lines.index("Proven, % of the commits of each month")
    assert [len(line.split("  ")) > 6 for line in lines[start + 1 : start + 3]] == [True, True]
    assert "Jan 26" in lines[start + 1]
    assert "Aug*" in lines[start + 2]


HINT = {"tool": "codex", "name": "OpenAI Codex", "field": "branch", "commits": 12, "example": "4cac798d" + "0" * 32}
CHANGE = {
    "changed_on": date(2026, 3, 1),
    "tool": "claude-code",
    "name": "Claude Code",
    "rule": None,
    "what": "The footer is gone.",
    "source": "x",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hinted": [HINT]}, "12 commits are linked to OpenAI Codex by a branch name only and carry no marker"),
        (
            {"hinted": [{**HINT, "commits": 1}]},
            "1 commit is linked to OpenAI Codex by a branch name only and carries no",
        ),
        ({"hinted": [HINT, HINT, {**HINT, "commits": 5}]}, "5 more commits have hints of other tools only"),
        ({"instruments": [CHANGE]}, "Claude Code, 1 Mar 2026: The footer is gone. A step there may be the evidence"),
    ],
)
def test_hints(changes: dict[str, Any], said: str) -> None:
    assert said in hints(report(**changes))[-1]


def health(repository: RepositoryHealth = REPOSITORY, audits: Sequence[AuditResult] = ()) -> Health:
    return Health(runs=(), skipped=(), repositories=(repository,), audits=tuple(audits))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (health(replace(REPOSITORY, is_shallow=True)), "github.com/example/shop is a shallow clone"),
        (
            health(replace(REPOSITORY, unmeasured_commits=3)),
            "3 commits of github.com/example/shop with files whose lines",
        ),
        (
            health(audits=[AuditResult(name="a", about="b", rows=2, example="c")]),
            "1 check of the store found something",
        ),
        (health(replace(REPOSITORY, repo="another", is_shallow=True)), None),
        (health(audits=[AuditResult(name="a", about="b", rows=0, example=None)]), None),
    ],
)
def test_hints_about_the_state(found: Health, said: str | None) -> None:
    given = hints(report(health=found))
    assert [said in hint for hint in given if said] == ([True] if said else [])
    assert len(given) == (1 if said else 0)


def test_a_change_before_the_tool_was_used_is_no_hint() -> None:
    assert hints(report(instruments=[{**CHANGE, "changed_on": date(2024, 1, 1)}])) == []


def test_silence_is_no_proof() -> None:
    (hint,) = hints(report(overviews={"commits": overview(COMMITS, tools=())}))
    assert "That proves nothing about AI" in hint


def test_hints_are_few() -> None:
    many = [{**HINT, "tool": str(number)} for number in range(9)]
    assert (
        len(hints(report(hinted=many, instruments=[CHANGE], health=health(replace(REPOSITORY, is_shallow=True)))))
        <= MOST
    )


def test_json_has_all_and_the_method_of_each_figure() -> None:
    found = as_json(report(by="month", rows={"commits": [{"period": "2026-08", **BOUND}]}))
    assert set(BOUND) <= set(found["methodology"])
    assert found["rows"] == [{"period": "2026-08", **BOUND}]
    assert found["weights"]["commits"]["whole"] == COMMITS
