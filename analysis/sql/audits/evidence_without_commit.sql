-- Evidence must be of a commit that the store knows.
with orphans as (
    select repo, sha, rule
    from evidence
    anti join commits using (repo, sha)
)

select * from orphans
