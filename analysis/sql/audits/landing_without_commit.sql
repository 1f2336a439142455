-- A landing must be of a commit that the store knows, by a commit that it knows.
with ends as (
    select repo, sha, landed_by
    from landings
    anti join commits using (repo, sha)
    union all
    select landings.repo, landings.sha, landings.landed_by
    from landings
    anti join commits on landings.repo = commits.repo and landings.landed_by = commits.sha
)

select * from ends
