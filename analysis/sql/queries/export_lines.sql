-- One row per claimed range of a commit's new lines: the contract table `lines`.
with exported as (
    select repo, sha, path, "start", "end", tool, model, session, rule, trust::varchar as trust
    from claims
    where $repo is null or repo = $repo
)

select * from exported order by repo, sha, path, "start", "end", tool, rule, session, model, trust
