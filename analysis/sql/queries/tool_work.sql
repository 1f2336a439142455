-- One row per value of $dimension (period, repo, else all), tool and model ('' unless $by_model): that tool's work.
with ranged as (
    select * from query_table($tool_source)
    where
        (span = 'month' and day between $months_since::date and $months_until::date)
        or (span = 'day' and day between $since::date and $head_until::date)
        or (span = 'day' and day between $tail_since::date and $until::date)
),

weighed as (
    select
        case $dimension when 'repo' then repo else '' end as text_key,
        if($dimension = 'period', date_trunc($unit, day)::date, null) as start,
        tool,
        if($by_model, model, '') as model,
        sum(in_weight($weight, ai_commits, ai_added, ai_changed, ai_merges))::double as ai,
        sum(in_weight($weight, ai_commits, in_added, in_changed, ai_merges))::double as in_commits,
        sum(in_weight($weight, ai_commits, best_added, best_changed, ai_merges))::double as best_ai,
        sum(if($by_model, model_commits, tool_commits))::bigint as commits,
        min(first_day) as first_day,
        max(last_day) as last_day
    from ranged
    where
        trust >= $trust::trust
        and is_chosen(repo, repo_key, $repos::varchar[])
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], tool))
        -- A day may hold merges that landed then and no commit.
        and ($weight = 'merges' or model_commits > 0)
    group by all
),

measured as (
    select
        coalesce(strftime(start, $format), text_key) as key,
        tool,
        model,
        ai,
        in_commits,
        best_ai,
        commits,
        first_day,
        last_day
    from weighed
)

select * from measured order by key, tool, model
