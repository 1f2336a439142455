-- One row per weight, repository, day, type of change, class and trust: `daily_types` with the weight as a column.
with weights as (
    select
        'commits' as weight,
        repo,
        day,
        type,
        class,
        trust,
        commits::double as total,
        if(class = 'ai', commits, 0)::double as ai,
        if(class = 'ai', commits, 0)::double as best,
        unmeasured,
        commits
    from daily_types
    where commits > 0
    union all
    select
        'added', repo, day, type, class, trust, added, ai_added, best_added, unmeasured, commits
    from daily_types
    where commits > 0
    union all
    select
        'changed', repo, day, type, class, trust, changed, ai_changed, best_changed, unmeasured, commits
    from daily_types
    where commits > 0
    union all
    select
        'merges', repo, day, type, class, trust, merges, if(class = 'ai', merges, 0), if(class = 'ai', merges, 0), unmeasured, commits
    from daily_types
    where merges > 0
)

select * from weights
