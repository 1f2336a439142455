-- One row per file of the commits whose SHA begins with $prefix.
with found as (
    select repo, sha, path, old_path, lines_added, lines_deleted, noise
    from file_changes
    where starts_with(sha, lower($prefix))
)

select * from found order by repo, sha, path
