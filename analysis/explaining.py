"""The way down from a figure: one commit with all its evidence, and the state of the store itself."""

from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.answers import (
    AuditResult,
    CommitExplanation,
    ExplainedEvidence,
    ExplainedFile,
    ExplainedLink,
    ExplainedRange,
    Health,
    RepositoryHealth,
    RunSummary,
    SkippedKind,
    Verdict,
)
from analysis.ask import ask

if TYPE_CHECKING:
    import duckdb


def explain(con: "duckdb.DuckDBPyConnection", sha_prefix: str) -> list[CommitExplanation]:
    """See `queries.explain`."""
    commits = ask(con, "explained_commits", prefix=sha_prefix)
    files = _by_commit(ask(con, "explained_files", prefix=sha_prefix))
    evidence = _by_commit(ask(con, "explained_evidence", prefix=sha_prefix))
    links = _by_commit(ask(con, "explained_links", prefix=sha_prefix))
    lines = _by_commit(ask(con, "explained_lines", prefix=sha_prefix))
    explained = []
    for row in commits.iter_rows(named=True):
        key = (row["repo"], row["sha"])
        explained.append(
            CommitExplanation(
                **_judged(row),
                files=tuple(ExplainedFile(**file) for file in files.get(key, [])),
                evidence=tuple(ExplainedEvidence(**piece) for piece in evidence.get(key, [])),
                links=tuple(ExplainedLink(**link) for link in links.get(key, [])),
                lines=tuple(ExplainedRange(**span) for span in lines.get(key, [])),
            )
        )
    return explained


def health(con: "duckdb.DuckDBPyConnection") -> Health:
    """See `queries.health`."""
    return Health(
        runs=tuple(RunSummary(**row) for row in ask(con, "runs").iter_rows(named=True)),
        skipped=tuple(SkippedKind(**row) for row in ask(con, "skipped").iter_rows(named=True)),
        repositories=tuple(RepositoryHealth(**row) for row in ask(con, "repository_health").iter_rows(named=True)),
        audits=tuple(AuditResult(**row) for row in ask(con, "audit_results").iter_rows(named=True)),
    )


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    """Return a commit's row with its verdict as one value."""
    verdict = Verdict(
        class_=row.pop("class"),
        tools=tuple(row.pop("tools")),
        models=tuple(row.pop("models")),
        level=row.pop("level"),
        trust=row.pop("trust"),
        ai_low=row.pop("ai_low"),
        ai_best=row.pop("ai_best"),
        ai_high=row.pop("ai_high"),
        rules=tuple(row.pop("rules")),
    )
    return {**row, "verdict": verdict}


def _by_commit(frame: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        key = (row.pop("repo"), row.pop("sha"))
        grouped.setdefault(key, []).append(row)
    return grouped
