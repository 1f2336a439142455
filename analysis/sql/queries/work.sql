-- One row per value of $dimension (period, all, repo, type, author): the work of each class in one weight.
with ranged as (
    select * from all_work
    where span = 'month' and day between $months_since::date and $months_until::date and source = $source
    union all
    select * from all_work
    where span = 'day' and day between $since::date and $head_until::date and source = $source
    union all
    select * from all_work
    where span = 'day' and day between $tail_since::date and $until::date and source = $source
),

weighed as (
    select
        case $dimension when 'repo' then repo when 'type' then type else '' end as text_key,
        member,
        if($dimension = 'period', date_trunc($unit, day)::date, null) as start,
        class,
        trust,
        sum(in_weight($weight, commits, added, changed, merges)) as total,
        sum(in_weight($weight, commits, ai_added, ai_changed, merges)) as ai,
        sum(in_weight($weight, commits, best_added, best_changed, merges)) as best,
        sum(unmeasured) as unmeasured,
        sum(commits) as commits,
        min(first_day) as first_day,
        max(last_day) as last_day
    from ranged
    where
        (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
        -- A day may hold merges that landed then and no commit.
        and ($weight = 'merges' or commits > 0)
    group by all
),

judged as (
    select
        weighed.*,
        coalesce(repo_authors.author, strftime(start, $format), text_key) as key,
        -- A verdict that rests on less than the asked trust is no verdict.
        if(class in ('ai', 'human') and trust < $trust::trust, 'unknown', class) as judged_class
    from weighed
    left join repo_authors using (member)
),

measured as (
    select
        key,
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
    from judged
    group by all
)

select * from measured order by key
