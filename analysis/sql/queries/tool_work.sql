-- One row per value of $dimension (period in $format, repo, else all), tool and model ('' unless $by_model).
with selected as (
    select
        case $dimension when 'period' then strftime(day, $format) when 'repo' then repo else '' end as key,
        tool,
        if($by_model, model, '') as model,
        day,
        ai,
        in_commits,
        best,
        if($by_model, model_commits, tool_commits) as commits
    from weighted_tools
    where
        weight = $weight
        and trust >= $trust::trust
        and day between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], tool))
),

measured as (
    select
        key,
        tool,
        model,
        sum(ai) as ai,
        sum(in_commits) as in_commits,
        sum(best) as best_ai,
        sum(commits)::bigint as commits,
        min(day) as first_day,
        max(day) as last_day
    from selected
    group by all
)

select * from measured order by key, tool, model
