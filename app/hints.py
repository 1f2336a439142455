"""Few, concrete remarks about these repositories: what limits the figures above them."""

from collections.abc import Iterator

from app.asking import Report, Row
from app.drawing import count, day

MOST = 6
"""Remarks that a reader still reads."""

_FIELDS = {
    "branch": "a branch name",
    "subject": "words of the subject",
    "prose": "words of the message",
    "footer": "a footer",
    "trailer": "a trailer",
    "identity": "an identity",
}


def hints(report: Report) -> list[str]:
    """The remarks that this report deserves, the weightiest first."""
    found = (*_silence(report), *_only_hinted(report), *_limits(report), *_instruments(report), *_findings(report))
    return list(found[:MOST])


def _silence(report: Report) -> Iterator[str]:
    overview = report.overviews[report.weights[0]]
    if overview.commits and not overview.tools:
        yield (
            "No marker, note or trailer of a known tool was found. That proves nothing about AI: "
            "many tools sign nothing."
        )


def _only_hinted(report: Report) -> Iterator[str]:
    for row in report.hinted[:2]:
        verb, speaks = ("is", "carries") if row["commits"] == 1 else ("are", "carry")
        how = _FIELDS.get(row["field"], row["field"])
        yield (
            f"{count(row['commits'], 'commits')} {verb} linked to {row['name']} by {how} only and {speaks} no marker: "
            f"unknown, not AI ({row['example'][:8]})."
        )
    if rest := sum(row["commits"] for row in report.hinted[2:]):
        yield f"{count(rest, 'more commits')} have hints of other tools only: barograph export evidence."


def _limits(report: Report) -> Iterator[str]:
    measured = {row["repo"] for row in report.repositories}
    for one in report.health.repositories:
        if one.repo not in measured:
            continue
        if one.is_shallow:
            yield f"{one.repo} is a shallow clone: what lies before it is not counted (git fetch --unshallow)."
        if one.unmeasured_commits:
            yield (
                f"{count(one.unmeasured_commits, 'commits')} of {one.repo} with files whose lines could not be "
                "counted: missing from the lines, not zero."
            )


def _instruments(report: Report) -> Iterator[str]:
    overview = report.overviews[report.weights[0]]
    first = {tool.tool: tool.since for tool in overview.tools}
    last = overview.whole.until
    changes: list[Row] = [
        row
        for row in report.instruments
        if row["tool"] in first and last and first[row["tool"]] <= row["changed_on"] <= last
    ]
    for row in changes[-1:]:
        what = row["what"].rstrip(".")
        yield f"{row['name']}, {day(row['changed_on'])}: {what}. A step there may be the evidence, not the work."


def _findings(report: Report) -> Iterator[str]:
    wrong = sum(audit.rows > 0 for audit in report.health.audits)
    if wrong:
        yield f"{count(wrong, 'checks')} of the store found something: barograph doctor."
