-- One row per claimed range of lines of the commits whose SHA begins with $prefix.
with explained as (
    select repo, sha, path, "start", "end", tool, model, session, rule, trust::varchar as trust
    from claims
    where starts_with(sha, lower($prefix))
)

select * from explained order by repo, sha, path, "start", "end", tool
