"""Renders a report: the answer first, with its bound and its interval, then months, tools and what limits it."""

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from app.asking import PERIODS, Report, Row
from app.drawing import WEIGHT_WORDS, amount, bar, clipped, columns, count, day, percent, span, spark
from app.hints import hints

if TYPE_CHECKING:
    from analysis.answers import Overview, Window

BAR = 26
SPARKED = 12
"""Months that are drawn, six to a line."""

METHOD = {
    "low": "proven AI over all work that is not automation",
    "best": "best estimate, null where nothing supports one",
    "high": "everything unknown counted as AI",
    "coverage": "the part of the work that any evidence speaks of",
    "in_ai_commits": "all work in commits of class ai, whether or not its lines are proven one by one",
    "interval": "95 % sampling interval of low: bootstrap of clusters (authors or weeks), Wilson where that is all",
    "counted": "non-merge commits on the default branch, each patch once, by the committer's date in UTC",
    "lines": "added and changed leave out generated, vendored, binary and other noise",
}


def render(report: Report, *, collected_in: float | None = None) -> Iterator[str]:
    """The lines of a report, each under 100 columns."""
    first = report.overviews[report.weights[0]]
    yield _header(report, first, collected_in)
    if not first.whole.volume.total and not first.commits:
        yield ""
        yield "No commits on a default branch in this selection: there is nothing to take a share of."
        return
    for weight, overview in report.overviews.items():
        yield ""
        yield from _answer(report, overview, weight)
    if report.by and report.rows is not None:
        for weight, rows in report.rows.items():
            yield ""
            yield from _table(report.by, weight, rows)
    else:
        yield ""
        yield from _months(report, report.weights[0])
        yield ""
        yield from _tools(report, first)
        yield from _worth_knowing(report)
    yield ""
    yield from _next(report)


def _header(report: Report, overview: "Overview", collected_in: float | None) -> str:
    names = [row["repo"] for row in report.repositories]
    branches = {str(row["default_branch"]).rsplit("/", 1)[-1] for row in report.repositories if row["default_branch"]}
    what = names[0] if len(names) == 1 else f"{len(names)} repositories"
    branch = f" · {branches.pop()}" if len(names) == 1 and branches else ""
    when = f" landed {span(overview.whole.since, overview.whole.until)}" if overview.whole.since else ""
    right = f"collected in {collected_in:.1f} s" if collected_in is not None else ""
    left = f"{clipped(what, 60)}{branch} · {count(overview.commits, 'commits')}{when}"
    return f"{left}{right:>{max(99 - len(left), len(right) + 3)}}" if right else left


def _answer(report: Report, overview: "Overview", weight: str) -> Iterator[str]:
    """The bars of one weight: of the period that was asked for, else of the last three months."""
    window, when = headline(report, overview)
    words = WEIGHT_WORDS[weight]
    yield f"AI share of {words}, {when}"
    volume, triple = window.volume, window.triple
    if triple.low is None:
        yield f"  no {words} in this time but those of bots"
        return
    by_line = weight in ("added", "changed")
    rows = [("proven", triple.low, _sure(window) if not by_line or triple.low else "no record tells line by line")]
    if by_line and triple.in_ai_commits is not None and triple.in_ai_commits > triple.low:
        rows.append(("touched", triple.in_ai_commits, "all lines of commits in which an AI tool took part"))
    if triple.best is not None and triple.best > triple.low:
        rows.append(("estimate", triple.best, "if tools wrote the usual part of their commits"))
    unknown = volume.unknown / (volume.total - volume.automation)
    rows.append(("possible", triple.high or 0.0, _unproven(unknown, words, by_line=by_line)))
    for name, share, remark in rows:
        yield f"  {name:<9} {bar(share, BAR)}  {percent(share):>5}   {remark}".rstrip()


def headline(report: Report, overview: "Overview") -> "tuple[Window, str]":
    """The window whose share stands first, and what to call it."""
    if report.is_bounded:
        return overview.whole, span(
            report.filters.since or overview.whole.since, report.filters.until or overview.whole.until
        )
    if overview.recent.since is None or overview.recent.triple.low is None or _is_short(overview):
        return overview.whole, "all time"
    return overview.recent, f"the three months to {day(overview.recent.until)}"


def _is_short(overview: "Overview") -> bool:
    return bool(overview.whole.since and overview.recent.since and overview.whole.since >= overview.recent.since)


def _sure(window: "Window") -> str:
    interval = window.interval
    if interval.low is None or interval.high is None:
        return f"no interval: {interval.reason}" if interval.reason else ""
    how = "" if interval.method == "wilson" else f" by {interval.method}"
    return f"95 % interval{how} {percent(interval.low).removesuffix(' %')}–{percent(interval.high)}"


def _unproven(unknown: float, words: str, *, by_line: bool) -> str:
    if unknown <= 0:
        return "everything here is proven one way or the other"
    if by_line:
        return f"{percent(unknown)} of the lines have no record of their own"
    return f"{percent(unknown)} of the {words} carry no evidence either way"


def _months(report: Report, weight: str) -> Iterator[str]:
    rows = list(report.months[weight])[-SPARKED:]
    if not rows:
        return
    yield f"Proven, % of the {WEIGHT_WORDS[weight]} of each month"
    collected = report.overviews[weight].collected_at
    running = f"{collected:%Y-%m}" if collected else ""
    cells = []
    for index, row in enumerate(rows):
        year, month = str(row["period"]).split("-")
        name = date(int(year), int(month), 1).strftime("%b" if index and month != "01" else "%b %y")
        figure = "–" if row["low"] is None else f"{row['low'] * 100:.0f}"
        mark = "*" if row["period"] == running else " "
        cells.append(f"{name + mark:>8} {figure:>3} {spark(row['low'])}")
    for start in range(0, len(cells), 6):
        yield "  ".join(cells[start : start + 6]).rstrip()
    if rows[-1]["period"] == running:
        yield "  * this month is not over"


def _tools(report: Report, overview: "Overview") -> Iterator[str]:
    lines = {row["tool"]: row for row in report.tools}
    by_line = report.weights[-1] in ("added", "changed")
    words = WEIGHT_WORDS[report.weights[-1]]
    yield f"All time: {percent(overview.whole.triple.low)} of the {WEIGHT_WORDS[overview.weight]} proven" + (
        "" if not report.is_bounded else " in this period"
    )
    table = [["tool", "commits", "share", words if by_line else "", "since", "how we know"]]
    for tool in overview.tools:
        touched = lines.get(tool.tool, {}).get("in_commits")
        table.append(
            [
                clipped(tool.name, 24),
                f"{tool.commits:,}",
                percent(tool.share),
                amount(touched) if by_line and touched is not None else "",
                f"{tool.since:%Y-%m}",
                _how_we_know(tool.known_by),
            ]
        )
    table += list(_others(report, overview, by_line=by_line))
    yield from columns(table, right=(1, 2, 3), gap="  ")


def _how_we_know(known_by: Sequence[tuple[str, int]]) -> str:
    """The commits by trust; of more than two kinds the two that are most, so that the line stays in its width."""
    kept = sorted(known_by, key=lambda pair: -pair[1])[:2]
    told = " · ".join(f"{trust} {number:,}" for trust, number in known_by if (trust, number) in kept)
    return told + (" …" if len(known_by) > len(kept) else "")


def _others(report: Report, overview: "Overview", *, by_line: bool) -> Iterator[list[str]]:
    base = overview.whole.volume.total - overview.whole.volume.automation
    words = {
        "unknown": ("no evidence", 'unknown, which is not "human"'),
        "human": ("human", "said or recorded so"),
        "automation": ("bots", "left out of every share"),
    }
    for row in report.tools:
        if row["class"] not in words or not row["commits"]:
            continue
        name, why = words[row["class"]]
        is_shared = row["class"] != "automation" and overview.weight == "commits" and base
        share = percent(row["commits"] / base) if is_shared else ""
        yield [name, f"{row['commits']:,}", share, amount(row["in_commits"]) if by_line else "", "", why]


def _worth_knowing(report: Report) -> Iterator[str]:
    found = hints(report)
    if not found:
        return
    yield ""
    yield "Worth knowing"
    for hint in found:
        yield from wrap(hint, 98, initial_indent="  · ", subsequent_indent="    ", break_on_hyphens=False)


def _table(by: str, weight: str, rows: Sequence[Row]) -> Iterator[str]:
    words = WEIGHT_WORDS[weight]
    if by in ("tool", "model"):
        yield from _tool_table(by, weight, rows)
        return
    by_line = weight in ("added", "changed")
    key = "period" if by in PERIODS else "key"
    head = [by, "", "proven", *(["touched"] if by_line else []), "possible", words, "AI", "human", "unknown", "bots"]
    table = [head]
    for row in rows:
        shares = [row["low"], *([row["in_ai_commits"]] if by_line else []), row["high"]]
        volumes = [amount(row[name]) for name in ("total", "ai", "human", "unknown", "automation")]
        table.append([clipped(str(row[key]), 24), spark(row["low"]), *map(percent, shares), *volumes])
    yield from columns(table, right=range(2, len(head)), gap="  ")


def _tool_table(by: str, weight: str, rows: Sequence[Row]) -> Iterator[str]:
    words = WEIGHT_WORDS[weight]
    by_line = weight in ("added", "changed")
    table = [[by, "proven", words, *(["in its commits"] if by_line else []), "commits", "since"]]
    for row in rows:
        is_ai = row["class"] == "ai"
        if not row["commits"] and not is_ai:
            continue
        since = f"{row['first_seen']:%Y-%m}" if row["first_seen"] else ""
        share, value = (percent(row["share"]), amount(row["value"])) if is_ai else ("", "")
        touched = [amount(row["in_commits"])] if by_line else []
        table.append([clipped(_tool_name(by, row), 42), share, value, *touched, f"{row['commits']:,}", since])
    yield from columns(table, right=range(1, len(table[0]) - 1), gap="  ")


def _tool_name(by: str, row: Row) -> str:
    named = {"unknown": "no evidence", "human": "human", "automation": "bots"}
    if row["class"] in named:
        return named[row["class"]]
    return str(row["name"]) if by == "tool" else f"{row['key']} ({row['name']})"


def _next(report: Report) -> Iterator[str]:
    steps = ["barograph report --by tool --since 90d", "barograph dashboard"]
    if report.example:
        steps.insert(0, f"barograph explain {report.example[:8]}")
    yield "next: " + " · ".join(steps)


def as_json(report: Report) -> dict[str, Any]:
    """Everything that a report shows and more, with the method of each figure."""
    answer: dict[str, Any] = {
        "methodology": METHOD,
        "repositories": report.repositories,
        "since": report.filters.since,
        "until": report.filters.until,
        "weights": {weight: _weight_json(report, weight) for weight in report.weights},
        "tools": report.tools,
        "hinted": report.hinted,
        "instruments": report.instruments,
        "hints": hints(report),
    }
    if report.by and report.rows is not None:
        answer |= {"by": report.by, "rows": [row for rows in report.rows.values() for row in rows]}
    return answer


def _weight_json(report: Report, weight: str) -> dict[str, Any]:
    overview = report.overviews[weight]
    return {
        "collected_at": overview.collected_at,
        "commits": overview.commits,
        "unknown_commits": overview.unknown_commits,
        "whole": overview.whole,
        "last_three_months": overview.recent,
        "three_months_before": overview.before,
        "tools": overview.tools,
        "months": report.months[weight],
    }
