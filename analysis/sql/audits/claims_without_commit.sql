-- A claim must be on a commit that the store knows.
with orphans as (
    select repo, sha, path, tool
    from claims
    anti join commits using (repo, sha)
)

select * from orphans
