"""What was read, what was not, and whether the store agrees with itself."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl
import streamlit as st

from analysis import queries
from analysis.answers import Health, RepositoryHealth
from app.calibration import KINDS
from app.charts import Look
from app.filters import Choice, day_name
from app.reading import Reader
from app.views import figures


def show(reader: Reader, choice: Choice, look: Look) -> None:
    """Draw the page; filters have no say here, since what was not read has no tool and no date."""
    health = reader.ask(queries.health)
    st.title("What was read, and what was not", anchor=False)
    figures.line(f"From snapshot {reader.snapshot} of {reader.store}", is_quiet=True)
    figures.row(_figures(health))
    _repositories(health.repositories)
    _skipped(health)
    _audits(health)
    _agreement(reader.ask(queries.rule_agreement))
    _runs(health)


def _agreement(rows: pl.DataFrame) -> None:
    """How often each rule agrees with other kinds of evidence."""
    if rows.is_empty():
        return
    st.subheader("How far rules agree", anchor=False)
    st.caption(
        "Of the commits that a rule speaks of, where another kind of evidence could be heard or names another tool. "
        "`barograph calibrate --detailed` tells months and versions."
    )
    shown = rows.select(
        "rule",
        pl.col("other_kind").replace_strict(KINDS, default="").alias("compared with"),
        "commits",
        (pl.col("agrees") / pl.col("commits") * 100).alias("agrees"),
        (pl.col("differs") / pl.col("commits") * 100).alias("names another"),
    )
    percents = {name: st.column_config.NumberColumn(format="%.0f %%") for name in ("agrees", "names another")}
    st.dataframe(shown, hide_index=True, column_config=percents)
    figures.download("Download CSV: agreement of rules", rows, "rule-agreement")


def _figures(health: Health) -> list[figures.Figure]:
    last = health.runs[0] if health.runs else None
    failed = [audit for audit in health.audits if audit.rows]
    skipped = sum(kind.count for kind in health.skipped)
    limited = [repo for repo in health.repositories if _limits(repo)]
    return [
        figures.Figure(
            "Last run",
            f"{day_name(last.finished_at)}, {last.finished_at:%H:%M} UTC" if last else "never",
            f"{last.new_commits:,} new commits, barograph {last.version}" if last else "run `barograph collect`",
        ),
        figures.Figure(
            "Repositories",
            f"{len(health.repositories):,}",
            f"{len(limited)} with limits" if limited else "all read whole",
        ),
        figures.Figure("Skipped", f"{skipped:,}", "records that were odd; each kind with a reason below"),
        figures.Figure(
            "Audits",
            "clean" if not failed else f"{len(failed)} failed",
            f"{len(health.audits)} questions that must find nothing",
        ),
    ]


def _limits(repo: RepositoryHealth) -> str:
    parts = [
        "shallow: its history is cut off" if repo.is_shallow else "",
        "partial: some contents are not here" if repo.is_partial else "",
        f"{repo.unmeasured_commits:,} commits with lines that could not be counted" if repo.unmeasured_commits else "",
        "no commit yet" if repo.default_branch is None else "",
    ]
    return "; ".join(part for part in parts if part)


def _repositories(repositories: Sequence[RepositoryHealth]) -> None:
    st.subheader("Repositories", anchor=False)
    rows = [
        {
            "repository": repo.repo,
            "limits": _limits(repo) or "none",
            "commits": repo.commits,
            "counted": repo.counted_commits,
            "default branch": (repo.default_branch or "none").removeprefix("refs/heads/").removeprefix("refs/remotes/"),
            "collected": f"{repo.collected_at:%Y-%m-%d %H:%M}",
            "path": repo.path,
        }
        for repo in repositories
    ]
    _table(rows, "repositories", "No repository has been collected.")


def _skipped(health: Health) -> None:
    st.subheader("Skipped", anchor=False)
    rows = [asdict(kind) for kind in health.skipped]
    _table(rows, "skipped", "Nothing: every record that was found could be read.")


def _audits(health: Health) -> None:
    st.subheader("Audits", anchor=False)
    rows = [
        {"audit": audit.name, "found": audit.rows, "about": audit.about, "example": audit.example or ""}
        for audit in sorted(health.audits, key=lambda audit: (-audit.rows, audit.name))
    ]
    _table(rows, "audits", "No audit was run.")


def _runs(health: Health) -> None:
    st.subheader("Runs", anchor=False)
    rows = [
        {
            "finished": f"{run.finished_at:%Y-%m-%d %H:%M:%S}",
            "seconds": round((run.finished_at - run.started_at).total_seconds(), 1),
            "repositories": run.repositories,
            "new commits": run.new_commits,
            "skipped": run.skipped,
            "version": run.version,
            "rules": run.rules_digest[:12],
        }
        for run in health.runs
    ]
    _table(rows, "runs", "No run has ended yet.")


def _table(rows: list[dict[str, Any]], name: str, nothing: str) -> None:
    if not rows:
        st.markdown(nothing)
        return
    frame = pl.DataFrame(rows)
    st.dataframe(frame, hide_index=True)
    figures.download("Download CSV", frame, name)
