-- One row per piece of evidence: the contract table `evidence`.
with exported as (
    select repo, sha, tool, model, rule, trust::varchar as trust, level::varchar as level, scope, lines, session, pointer
    from evidence
    where $repo is null or repo = $repo
)

select * from exported order by repo, sha, rule, tool, pointer, session, model, trust, level, scope, lines
