"""Which commits could be the same patch as another, so that git computes patch ids for few of them."""

from typing import TYPE_CHECKING

from collector.store.literals import set_variable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def candidates_for_patch_id(con: "DuckDBPyConnection", repo: str) -> list[str]:
    """SHAs on the default branch with a twin there, or named by a cherry-pick there; merges never are.

    A twin has the same author at the same second, or the same subject but for what a merge or a backport
    added to it, with the same lines and paths. Too many is fine, too few counts a patch twice.
    """
    set_variable(con, "repo", repo)
    return [sha for (sha,) in con.execute(_CANDIDATES).fetchall()]


# Paths are compared by the sum of their hashes: a collision costs one patch id, a sorted list costs memory.
_CANDIDATES = r"""
with landed as (
    select sha, author_email, authored_at, message_markers,
        regexp_replace(
            subject, '^(\s*\[backport[^\]]*\])+\s*|(\s*(\(#\d+\)|\[backport[^\]]*\]))+\s*$', '', 'gi'
        ) as title
    from commits
    where repo = getvariable('repo') and on_default_branch and not is_merge
),
same_author_and_time as (
    select sha from landed qualify count(*) over (partition by author_email, authored_at) > 1
),
same_title as (
    select sha, title from landed where title in (select title from landed group by title having count(*) > 1)
),
measured as (
    select same_title.sha, any_value(same_title.title) as title,
        sum(lines_added) as added, sum(lines_deleted) as deleted,
        count(*) as paths, sum(hash(path)::hugeint) as path_hash
    from same_title join file_changes on file_changes.sha = same_title.sha
    where file_changes.repo = getvariable('repo')
    group by same_title.sha
    having added + deleted > 0
),
same_change as (
    select sha from measured
    qualify count(*) over (partition by title, added, deleted, paths, path_hash) > 1
),
picks as (
    select sha as by_sha,
        lower(regexp_extract(marker, '^cherry-picked-from:\s*([0-9a-f]{7,64})', 1, 'i')) as named
    from (
        select sha, unnest(message_markers) as marker from landed
        where len(message_markers) > 0
    )
    where marker ilike 'cherry-picked-from:%'
),
picked as (
    select picks.by_sha, landed.sha as picked_sha
    from picks join landed
        on left(landed.sha, 7) = left(picks.named, 7) and starts_with(landed.sha, picks.named)
    where picks.named <> ''
)
select sha from same_author_and_time
union select sha from same_change
union select by_sha from picked
union select picked_sha from picked
order by 1
"""
