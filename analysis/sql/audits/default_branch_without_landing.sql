-- A commit has a landing if and only if it is on the default branch.
with differing as (
    select commits.repo, commits.sha, commits.on_default_branch
    from commits
    full join (select repo, sha, true as has_landing from landings) as landed using (repo, sha)
    where commits.on_default_branch is distinct from coalesce(landed.has_landing, false)
)

select * from differing
