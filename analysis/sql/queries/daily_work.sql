-- One row per day and class, as judged by the asked trust: the work in one weight. $source is `pooled_work`, or
-- `work_by_class` where repositories are chosen.
with judged as (
    select
        day,
        -- A verdict that rests on less than the asked trust is no verdict.
        if(class in ('ai', 'human') and trust < $trust::trust, 'unknown', class) as class,
        sum(in_weight($weight, commits, added, changed, merges))::double as total,
        sum(in_weight($weight, commits, ai_added, ai_changed, merges))::double as ai,
        sum(in_weight($weight, commits, best_added, best_changed, merges))::double as best,
        sum(unmeasured)::bigint as unmeasured,
        sum(commits)::bigint as commits
    from query_table($source)
    where
        span = 'day'
        and day between $since::date and $until::date
        and is_chosen(repo, repo_key, $repos::varchar[])
    group by all
)

select * from judged order by day, class
