-- One row per claimed range of the commits named in $shas in one repository.
with found as (
    select sha, path, "start", "end", tool, model, session, rule, trust::varchar as trust
    from claims
    where repo = $repo and list_contains($shas::varchar[], sha)
)

select * from found order by sha, path, "start", trust::trust desc, tool
