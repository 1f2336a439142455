-- One row per span ('month', 'day') and its first day, class and trust: the work of all repositories together.
with pooled as (
    select
        span,
        day,
        '' as repo,
        class,
        trust,
        coalesce(min(first_day) filter (commits > 0), min(first_day)) as first_day,
        coalesce(max(last_day) filter (commits > 0), max(last_day)) as last_day,
        sum(commits)::bigint as commits,
        sum(added)::bigint as added,
        sum(changed)::bigint as changed,
        sum(merges) as merges,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        sum(best_added) as best_added,
        sum(best_changed) as best_changed,
        sum(unmeasured)::bigint as unmeasured
    from work_by_class
    group by all
)

select * from pooled order by span desc, day
