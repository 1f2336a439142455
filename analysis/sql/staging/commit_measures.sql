-- One row per commit that changed files: git's own line counts, and those that no noise rule leaves out.
with measured_files as (
    select repo, sha, lines_added, lines_deleted, noise is null as is_counted, lines_added is null as is_missing
    from file_changes
),

commit_totals as (
    select
        repo,
        sha,
        count(*) as file_count,
        if(bool_or(is_missing), null, sum(lines_added)) as lines_added,
        if(bool_or(is_missing), null, sum(lines_deleted)) as lines_deleted,
        coalesce(sum(lines_added), 0) as known_added,
        coalesce(sum(lines_added) filter (is_counted), 0) as counted_added,
        coalesce(sum(lines_deleted) filter (is_counted), 0) as counted_deleted,
        -- A missing blob behind a noise rule takes nothing away from what is counted.
        coalesce(bool_or(is_missing) filter (is_counted), false) as is_unmeasured
    from measured_files
    group by all
),

-- The lines that fractions speak of: the counted ones, or all of them when none is left.
claimable as (
    select
        repo,
        sha,
        file_count::integer as file_count,
        lines_added::bigint as lines_added,
        lines_deleted::bigint as lines_deleted,
        counted_added::bigint as counted_added,
        counted_deleted::bigint as counted_deleted,
        if(counted_added = 0, known_added, counted_added)::bigint as claimable_added,
        is_unmeasured
    from commit_totals
)

select * from claimable
