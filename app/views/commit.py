"""One commit: the verdict, every piece of evidence with the words that matched, and the files it changed."""

import polars as pl
import streamlit as st

from analysis import queries
from analysis.answers import CommitExplanation, ExplainedEvidence
from app import filters
from app.calibration import agreement
from app.charts import Look
from app.explaining import METHODS
from app.reading import Reader
from app.views import figures
from app.views.figures import percent

SHORTEST = 4
"""Letters of a SHA that are enough to look for; fewer would name half the history."""
VERDICTS = {
    "ai": "AI took part",
    "human": "Human work, and something proves it",
    "automation": "Automation that no model drives",
    "unknown": "Unknown: nothing says either way",
}


def show(reader: Reader, sha: str, look: Look) -> None:
    """Draw every commit whose SHA begins so."""
    st.button("← All commits", on_click=filters.set_params, kwargs={"sha": None}, type="tertiary")
    if len(sha) < SHORTEST:
        st.info(f"Give at least {SHORTEST} letters of the SHA.")
        return
    found = reader.ask(queries.explain, sha)
    if not found:
        st.info("No commit of this store begins so:")
        st.code(sha, language=None)
    for commit in found:
        _commit(commit, look)


def _commit(commit: CommitExplanation, look: Look) -> None:
    figures.heading(commit.subject or "(no subject)")
    about = (commit.sha, commit.repo, commit.author, f"{commit.committed_at:%Y-%m-%d %H:%M} UTC", commit.type)
    figures.line(" · ".join(about), is_quiet=True)
    _verdict(commit, look)
    st.subheader(f"Evidence ({len(commit.evidence)})", anchor=False)
    if not commit.evidence:
        st.markdown("None. No rule matched: that makes the commit unknown, not human.")
    for piece in commit.evidence:
        _piece(piece)
    _links(commit)
    _lines(commit)
    _files(commit)


def _verdict(commit: CommitExplanation, look: Look) -> None:
    verdict = commit.verdict
    by = ", ".join(look.name(tool) for tool in verdict.tools)
    words = [f": {by}" if by else ""]
    if verdict.models:
        words.append(f"model {', '.join(verdict.models)}")
    words += [part for part in (verdict.level, verdict.trust) if part]
    figures.line(" · ".join(words), strong=VERDICTS[verdict.class_])
    best = percent(verdict.ai_best) if verdict.ai_best is not None else "no estimate"
    st.markdown(
        f"Of its added lines, AI wrote at least {percent(verdict.ai_low)}, at most {percent(verdict.ai_high)}; "
        f"best estimate: {best}."
    )
    if not commit.is_counted:
        st.markdown(f"Shares do not count it: {_why_not_counted(commit)}.")


def _why_not_counted(commit: CommitExplanation) -> str:
    if commit.is_merge:
        return "it is a merge"
    if not commit.on_default_branch:
        return "it is not on the default branch"
    return "the same patch landed before"


def _piece(piece: ExplainedEvidence) -> None:
    with st.container(border=True):
        who = piece.tool_name or piece.tool or "no AI tool"
        model = f" · {piece.model}" if piece.model else ""
        decides = "decides the class" if piece.decides else "does not decide"
        figures.line(f"{model} · {piece.trust} · {piece.level} · {decides}", strong=who)
        st.code(piece.pointer, language=None, wrap_lines=True)
        scope = f"{piece.lines} lines" if piece.lines is not None else f"the {piece.scope}"
        parts = [f"rule {piece.rule}", f"about {scope}"]
        parts.append(f"defined in {piece.defined_in}" if piece.defined_in else "no longer in the rule set")
        if piece.since:
            parts.append(f"written since {piece.since}")
        figures.line(" · ".join(parts))
        if said := agreement(piece.compared_with, piece.compared_commits, piece.agreeing_commits):
            figures.line(f"The rule {said}.", is_quiet=True)
        if piece.off_switch:
            figures.line(f"Off switch: {piece.off_switch}", is_quiet=True)
        if piece.source:
            figures.line(f"Learned from: {piece.source}", is_quiet=True)


def _links(commit: CommitExplanation) -> None:
    if not commit.links:
        return
    st.subheader(f"Sessions ({len(commit.links)})", anchor=False)
    frame = pl.DataFrame(
        [
            {
                "tool": link.tool_name or link.tool,
                "session": link.session,
                "known by": METHODS[link.method],
                "lines": f"{link.lines_matched:,} of {link.lines_added:,}",
                "log": link.pointer,
            }
            for link in commit.links
        ]
    )
    st.dataframe(frame, hide_index=True, column_config={"log": st.column_config.TextColumn(width="large")})


def _lines(commit: CommitExplanation) -> None:
    if not commit.lines:
        return
    st.subheader(f"Lines that a record claims ({len(commit.lines)})", anchor=False)
    frame = pl.DataFrame(
        [
            {
                "path": span.path, "from": span.start, "to": span.end, "tool": span.tool, "model": span.model,
                "trust": span.trust, "session": span.session, "rule": span.rule,
            }
            for span in commit.lines
        ]
    )  # fmt: skip
    st.dataframe(frame, hide_index=True, column_config={"path": st.column_config.TextColumn(width="large")})


def _files(commit: CommitExplanation) -> None:
    st.subheader(f"Files ({len(commit.files)})", anchor=False)
    if not commit.files:
        st.markdown("None counted: a merge, or a commit without changes.")
        return
    frame = pl.DataFrame(
        [
            {
                "path": f"{file.old_path} → {file.path}" if file.old_path else file.path,
                "added": file.lines_added,
                "deleted": file.lines_deleted,
                "left out of line weights": file.noise or ("not measured" if file.lines_added is None else ""),
            }
            for file in commit.files
        ],
        schema={
            "path": pl.String, "added": pl.Int64, "deleted": pl.Int64, "left out of line weights": pl.String,
        },
    )  # fmt: skip
    st.dataframe(frame, hide_index=True, column_config={"path": st.column_config.TextColumn(width="large")})
