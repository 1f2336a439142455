-- A landing must be of a commit that the store knows, by a commit that it knows.
with mentioned as (
    select repo, sha, landed_by, sha as known_as
    from landings
    union all
    -- Most commits land by themselves.
    select repo, sha, landed_by, landed_by as known_as
    from landings
    where landed_by <> sha
),

ends as (
    select mentioned.repo, mentioned.sha, mentioned.landed_by
    from mentioned
    anti join commits on mentioned.repo = commits.repo and mentioned.known_as = commits.sha
)

select * from ends
