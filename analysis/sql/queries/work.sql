-- One row per value of $dimension (period in $format, repo, type, author, all): the work of each class in one weight.
with work as (
    select
        'period' as dimension, strftime(day, $format) as key,
        weight, repo, day, class, trust, total, ai, best, unmeasured, commits
    from weighted_classes
    union all
    select 'all', '', weight, repo, day, class, trust, total, ai, best, unmeasured, commits
    from weighted_classes
    union all
    select 'repo', repo, weight, repo, day, class, trust, total, ai, best, unmeasured, commits
    from weighted_classes
    union all
    select 'type', type, weight, repo, day, class, trust, total, ai, best, unmeasured, commits
    from weighted_types
    union all
    select 'author', author, weight, repo, day, class, trust, total, ai, best, unmeasured, commits
    from weighted_authors
),

selected as (
    select
        *,
        -- A verdict that rests on less than the asked trust is no verdict.
        if(class in ('ai', 'human') and trust < $trust::trust, 'unknown', class) as judged
    from work
    where
        dimension = $dimension
        and weight = $weight
        and day between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
),

measured as (
    select
        key,
        sum(total) as total,
        coalesce(sum(ai) filter (judged = 'ai'), 0) as ai,
        coalesce(sum(total) filter (judged = 'human'), 0) as human,
        coalesce(sum(total) filter (judged = 'automation'), 0) as automation,
        coalesce(sum(if(judged = 'ai', total - ai, total)) filter (judged in ('ai', 'unknown')), 0) as unknown,
        coalesce(sum(best) filter (judged = 'ai'), 0) as best_ai,
        coalesce(sum(total) filter (judged = 'unknown'), 0) as unestimated,
        coalesce(sum(total) filter (judged = 'ai'), 0) as in_ai,
        sum(unmeasured)::bigint as unmeasured,
        sum(commits)::bigint as commits,
        coalesce(sum(commits) filter (judged = 'unknown'), 0)::bigint as unknown_commits,
        coalesce(sum(commits) filter (judged = 'human'), 0)::bigint as human_commits,
        coalesce(sum(commits) filter (judged = 'automation'), 0)::bigint as automation_commits,
        min(day) as first_day,
        max(day) as last_day
    from selected
    group by all
)

select * from measured order by key
