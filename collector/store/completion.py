"""The statements that make a repository's pass complete. All set-based, all no-ops where nothing differs.

They speak of what belongs to the owner that the variable `owner` names.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collector.records import Landing
from collector.store.literals import set_variable
from collector.store.load import frame_view, stage

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

IGNORED = "ignored revision"
"""The noise of a commit that `.git-blame-ignore-revs` names."""

OF_ONE_CHANGE = ("binary", "submodule", "symlink")
"""Noise of a change itself, whatever its path is called; what is said of a path does not replace it."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One transaction's work on what belongs to one owner: a repository or a source."""

    con: "DuckDBPyConnection"
    owner: str
    folder: Path
    """Where batches lie on their way into the database."""

    def __post_init__(self) -> None:
        """Let the statements know whose rows they are about."""
        set_variable(self.con, "owner", self.owner)

    def replace(self, table: str, record: type[Any], rows: Iterable[Any], *, key: str | None = "repo") -> None:
        """Make the rows of a table whose `key` is the owner (all rows, without a key) exactly these."""
        self.stage(table, record, rows)
        self.replace_staged(table, key=key)

    def stage(self, table: str, record: type[Any], rows: Iterable[Any]) -> None:
        """Put rows into the temporary table `staged`, in the shape of a table."""
        stage(self.con, "staged", record, rows, like=table, folder=self.folder)

    def replace_staged(self, table: str, *, key: str | None = "repo") -> None:
        """As `replace`, with the rows that lie in `staged`."""
        where = f"where {key} = getvariable('owner')" if key else ""
        there = f"select * from {table} {where}"
        differs = self.con.execute(
            f"select exists ({there} except all from staged) or exists (from staged except all {there})"
        ).fetchone()
        if differs and differs[0]:
            self.con.execute(f"delete from {table} {where}")
            self.con.execute(f"insert into {table} by name select * from staged")

    def set_landings(self, landings: Iterable[Landing] | None, new: Iterable[Landing]) -> None:
        """Say what is on the default branch: all of it (`landings`), or what came to it (`new`)."""
        if landings is not None:
            self.stage("landings", Landing, landings)
            self.con.execute("delete from landings where repo = getvariable('owner')")
            self.con.execute("insert into landings by name select * from staged")
            self.con.execute(_LEAVE_BRANCH)
        else:
            self.stage("landings", Landing, new)
            self.con.execute(_ADD_LANDINGS)
        self.con.execute(_JOIN_BRANCH)

    def set_patch_ids(self, patch_ids: Mapping[str, str | None]) -> None:
        """Set the patch ids of the commits named."""
        if patch_ids:
            with frame_view(self.con, "given", _pairs("sha", patch_ids, "patch_id"), self.folder):
                self.con.execute(_PATCH_IDS)

    def set_noise(self, noise: Mapping[str, str | None], ignored: Collection[str] | None) -> None:
        """Change the noise of file changes where it differs.

        What is said of a change itself (binary, submodule, symlink) stays. Then what `noise` says of its path
        counts (a path that it doesn't name keeps its reason), and where that is nothing, whether its commit is
        ignored: by `ignored`, or as before without it.
        """
        if not noise and ignored is None:
            return
        set_variable(self.con, "keep_ignored", ignored is None)
        revisions = _pairs("sha", dict.fromkeys(ignored or ()), "nothing")
        with (
            frame_view(self.con, "by_path", _pairs("path", noise, "noise"), self.folder),
            frame_view(self.con, "ignored", revisions, self.folder),
        ):
            self.con.execute(_NOISE)
        self.con.execute(_RENOISE)


def _pairs(key: str, pairs: Mapping[str, str | None], value: str) -> "pl.DataFrame":
    import polars as pl

    return pl.DataFrame({key: list(pairs), value: list(pairs.values())}, {key: pl.String(), value: pl.String()})


_LEAVE_BRANCH = """
update commits set on_default_branch = false
where repo = getvariable('owner') and on_default_branch and sha not in (select sha from staged)
"""

_JOIN_BRANCH = """
update commits set on_default_branch = true
from staged where commits.repo = getvariable('owner') and not commits.on_default_branch and commits.sha = staged.sha
"""

_ADD_LANDINGS = """
insert into landings by name
select * from staged where sha not in (select sha from landings where repo = getvariable('owner'))
"""

_PATCH_IDS = """
update commits set patch_id = given.patch_id
from given
where commits.repo = getvariable('owner') and commits.sha = given.sha
    and commits.patch_id is distinct from given.patch_id
"""

_RENOISE = """
update file_changes set noise = renoised.noise from renoised where file_changes.rowid = renoised.id
"""

_NOISE = f"""
create or replace temp table renoised as
with judged as (
    select
        changed.rowid as id,
        changed.noise as old,
        case
            when changed.noise in {OF_ONE_CHANGE} then changed.noise
            when by_path.path is not null then by_path.noise
            when changed.noise is distinct from '{IGNORED}' then changed.noise
        end as reason,
        if(getvariable('keep_ignored'),
            changed.noise is not distinct from '{IGNORED}', ignored.sha is not null
        ) as is_ignored
    from file_changes as changed
    left join by_path on by_path.path = changed.path
    left join ignored on ignored.sha = changed.sha
    where changed.repo = getvariable('owner')
)
select id, coalesce(reason, if(is_ignored, '{IGNORED}', null)) as noise
from judged
where coalesce(reason, if(is_ignored, '{IGNORED}', null)) is distinct from old
"""
