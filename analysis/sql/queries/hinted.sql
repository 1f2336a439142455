-- One row per tool and field: unknown commits on the default branch that only a hint of this kind speaks for.
with hints as (
    select distinct evidence.repo, evidence.sha, evidence.tool, rules.field
    from evidence
    inner join rules using (rule)
    where
        evidence.trust = 'hinted'::trust
        and evidence.tool is not null
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], evidence.repo))
),

counted as (
    select hints.*
    from hints
    inner join commits using (repo, sha)
    inner join attributions using (repo, sha)
    where
        attributions.class = 'unknown'
        and commits.on_default_branch
        and not commits.is_merge
        and commits.committed_at >= $from_time
        and commits.committed_at < $to_time
),

summed as (
    select tool, field, count(*)::bigint as commits, min(sha) as example
    from counted
    group by all
),

named as (
    select
        summed.tool,
        coalesce(names.name, summed.tool) as name,
        summed.field,
        summed.commits,
        summed.example
    from summed
    left join (select tool, any_value(name) as name from tools group by tool) as names using (tool)
)

select * from named order by commits desc, tool, field
