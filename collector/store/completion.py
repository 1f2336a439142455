"""The statements that make a repository's pass complete. All set-based, all no-ops where nothing differs."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from collector.records import Landing
from collector.store.load import arrow_view, stage

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

IGNORED = "ignored revision"
"""The noise of a commit that `.git-blame-ignore-revs` names."""

OF_ONE_CHANGE = ("binary", "submodule", "symlink")
"""Noise of a change itself, whatever its path is called; what is said of a path does not replace it."""


def replace(
    con: "DuckDBPyConnection",
    table: str,
    record: type[Any],
    rows: Iterable[Any],
    *,
    key: str | None = None,
    value: str | None = None,
) -> None:
    """Make the rows of a table whose `key` is `value` (all rows, without a key) exactly these."""
    stage(con, "staged", record, rows, like=table)
    replace_staged(con, table, key=key, value=value)


def replace_staged(
    con: "DuckDBPyConnection", table: str, *, key: str | None = None, value: str | None = None
) -> None:
    """As `replace`, with rows that already lie in the temporary table `staged`."""
    where, given = (f"where {key} = ?", [value]) if key else ("", [])
    there = f"select * from {table} {where}"
    differs = con.execute(
        f"select exists ({there} except all from staged) or exists (from staged except all {there})",
        given * 2,
    ).fetchone()
    if differs and differs[0]:
        con.execute(f"delete from {table} {where}", given)
        con.execute(f"insert into {table} by name select * from staged")


def set_landings(
    con: "DuckDBPyConnection", repo: str, landings: Iterable[Landing] | None, new: Iterable[Landing]
) -> None:
    """Say what is on the default branch: all of it (`landings`), or what came to it (`new`)."""
    if landings is not None:
        replace(con, "landings", Landing, landings, key="repo", value=repo)
        con.execute(_LEAVE_BRANCH, [repo])
    else:
        stage(con, "staged", Landing, new, like="landings")
        con.execute(_ADD_LANDINGS, [repo])
    con.execute(_JOIN_BRANCH, [repo])


def set_patch_ids(con: "DuckDBPyConnection", repo: str, patch_ids: Mapping[str, str | None]) -> None:
    """Set the patch ids of the commits named."""
    if patch_ids:
        with arrow_view(con, "given", _pairs("sha", patch_ids, "patch_id")):
            con.execute(_PATCH_IDS, [repo])


def set_noise(
    con: "DuckDBPyConnection", repo: str, noise: Mapping[str, str | None], ignored: Collection[str] | None
) -> None:
    """Change the noise of file changes where it differs.

    What is said of a change itself (binary, submodule, symlink) stays. Then what `noise` says of its path
    counts (a path that it doesn't name keeps its reason), and where that is nothing, whether its commit is
    ignored.
    """
    if not noise and ignored is None:
        return
    keep = ignored is None
    with (
        arrow_view(con, "by_path", _pairs("path", noise, "noise")),
        arrow_view(con, "ignored", _pairs("sha", dict.fromkeys(ignored or ()), "nothing")),
    ):
        con.execute(_NOISE, {"repo": repo, "keep": keep, "own": list(OF_ONE_CHANGE), "mark": IGNORED})
    con.execute(_RENOISE)


def _pairs(key: str, pairs: Mapping[str, str | None], value: str) -> "pa.Table":
    import pyarrow as pa

    return pa.table(
        {key: pa.array(list(pairs), pa.string()), value: pa.array(list(pairs.values()), pa.string())}
    )


_LEAVE_BRANCH = """
update commits set on_default_branch = false
where repo = ? and on_default_branch and sha not in (select sha from staged)
"""

_JOIN_BRANCH = """
update commits set on_default_branch = true
from staged where commits.repo = ? and not commits.on_default_branch and commits.sha = staged.sha
"""

_ADD_LANDINGS = """
insert into landings by name
select * from staged where sha not in (select sha from landings where repo = ?)
"""

_PATCH_IDS = """
update commits set patch_id = given.patch_id
from given
where commits.repo = ? and commits.sha = given.sha and commits.patch_id is distinct from given.patch_id
"""

_RENOISE = """
update file_changes set noise = renoised.noise from renoised where file_changes.rowid = renoised.id
"""

_NOISE = """
create or replace temp table renoised as
with judged as (
    select
        changed.rowid as id,
        changed.noise as old,
        case
            when list_contains($own, changed.noise) then changed.noise
            when by_path.path is not null then by_path.noise
            when changed.noise is distinct from $mark then changed.noise
        end as reason,
        if($keep, changed.noise is not distinct from $mark, ignored.sha is not null) as is_ignored
    from file_changes as changed
    left join by_path on by_path.path = changed.path
    left join ignored on ignored.sha = changed.sha
    where changed.repo = $repo
)
select id, coalesce(reason, if(is_ignored, $mark, null)) as noise
from judged
where coalesce(reason, if(is_ignored, $mark, null)) is distinct from old
"""
