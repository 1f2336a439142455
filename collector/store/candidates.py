"""Which commits could be the same patch as another, so that git computes patch ids for few of them."""

from typing import TYPE_CHECKING

from collector.store.literals import set_variable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def candidates_for_patch_id(con: "DuckDBPyConnection", repo: str) -> list[str]:
    """SHAs on the default branch with a twin there, or named by a cherry-pick there; merges never are.

    A twin changes as many lines of the same paths, and has the same author at the same second, or the same
    subject but for what a merge or a backport added to it. Too many is fine, too few counts a patch twice.
    """
    set_variable(con, "repo", repo)
    return [sha for (sha,) in con.execute(_CANDIDATES).fetchall()]


# Whatever makes two commits look alike, the same patch adds and deletes the same lines in the same paths. Titles,
# people and paths are compared by their hashes: a collision costs one patch id, their text would cost memory.
_CANDIDATES = r"""
with landed as (
    select sha, hash(author_email, authored_at) as who_when,
        list_filter(message_markers, lambda marker: starts_with(marker, 'cherry-picked-from:')) as picks,
        hash(regexp_replace(
            subject, '^(\s*\[backport[^\]]*\])+\s*|(\s*(\(#\d+\)|\[backport[^\]]*\]))+\s*$', '', 'gi'
        )) as title
    from commits
    where repo = getvariable('repo') and on_default_branch and not is_merge
),
possible as (
    select * from landed
    qualify count(*) over (partition by who_when) > 1
        or count(*) over (partition by title) > 1
        or len(picks) > 0
),
named as (
    select lower(regexp_extract(unnest(picks), '^cherry-picked-from:\s*([0-9a-f]{7,64})', 1, 'i')) as named
    from possible
),
suspects as (
    select * from possible
    union
    select landed.* from landed join named
        on named.named <> '' and left(landed.sha, 7) = left(named.named, 7) and starts_with(landed.sha, named.named)
),
measured as (
    select sha, sum(lines_added) as added, sum(lines_deleted) as deleted,
        count(*) as paths, sum(hash(path)::hugeint) as path_hash
    from file_changes semi join suspects using (sha)
    where repo = getvariable('repo')
    group by sha
    having added + deleted > 0
),
alike as (
    select * from suspects join measured using (sha)
    qualify count(*) over (partition by added, deleted, paths, path_hash) > 1
),
same_author_and_time as (
    select sha from alike
    qualify count(*) over (partition by who_when, added, deleted, paths, path_hash) > 1
),
same_title as (
    select sha from alike
    qualify count(*) over (partition by title, added, deleted, paths, path_hash) > 1
),
picking as (
    select
        sha as by_sha,
        lower(regexp_extract(unnest(picks), '^cherry-picked-from:\s*([0-9a-f]{7,64})', 1, 'i')) as named
    from alike
),
picked as (
    select picking.by_sha, alike.sha as picked_sha
    from picking join alike
        on left(alike.sha, 7) = left(picking.named, 7) and starts_with(alike.sha, picking.named)
    where picking.named <> ''
)
select sha from same_author_and_time
union select sha from same_title
union select by_sha from picked
union select picked_sha from picked
order by 1
"""
