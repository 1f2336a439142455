-- A file change must be of a commit that the store knows.
with orphans as (
    select repo, sha, path
    from file_changes
    anti join commits using (repo, sha)
)

select * from orphans
