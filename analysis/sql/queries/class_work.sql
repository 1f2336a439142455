-- One row per period, or one for all of them ($dimension): the work of each class in one weight. $source is
-- `pooled_work`, or `work_by_class` where repositories are chosen: then only what lies between the first and the last
-- chosen one is read.
with weighed as (
    select
        if($dimension = 'period', date_trunc($unit, day)::date, null) as start,
        -- A verdict that rests on less than the asked trust is no verdict.
        if(class in ('ai', 'human') and trust < $trust::trust, 'unknown', class) as judged_class,
        sum(in_weight($weight, commits, added, changed, merges)) as total,
        sum(in_weight($weight, commits, ai_added, ai_changed, merges)) as ai,
        sum(in_weight($weight, commits, best_added, best_changed, merges)) as best,
        sum(unmeasured) as unmeasured,
        sum(commits) as commits,
        min(first_day) as first_day,
        max(last_day) as last_day
    from query_table($source)
    where
        (
            (span = 'month' and day between $months_since::date and $months_until::date)
            or (span = 'day' and day between $since::date and $head_until::date)
            or (span = 'day' and day between $tail_since::date and $until::date)
        )
        and is_chosen(repo, repo_key, $repos::varchar[])
        -- A day may hold merges that landed then and no commit.
        and ($weight = 'merges' or commits > 0)
    group by all
),

measured as (
    select
        coalesce(strftime(start, $format), '') as key,
        sum(total)::double as total,
        coalesce(sum(ai) filter (judged_class = 'ai'), 0)::double as ai,
        coalesce(sum(total) filter (judged_class = 'human'), 0)::double as human,
        coalesce(sum(total) filter (judged_class = 'automation'), 0)::double as automation,
        coalesce(
            sum(if(judged_class = 'ai', total - ai, total)) filter (judged_class in ('ai', 'unknown')), 0
        )::double as unknown,
        coalesce(sum(best) filter (judged_class = 'ai'), 0)::double as best_ai,
        coalesce(sum(total) filter (judged_class = 'unknown'), 0)::double as unestimated,
        coalesce(sum(total) filter (judged_class = 'ai'), 0)::double as in_ai,
        sum(unmeasured)::bigint as unmeasured,
        sum(commits)::bigint as commits,
        coalesce(sum(commits) filter (judged_class = 'unknown'), 0)::bigint as unknown_commits,
        coalesce(sum(commits) filter (judged_class = 'human'), 0)::bigint as human_commits,
        coalesce(sum(commits) filter (judged_class = 'automation'), 0)::bigint as automation_commits,
        min(first_day) as first_day,
        max(last_day) as last_day
    from weighed
    group by all
)

select * from measured order by key
