-- One row per span ('month', 'day') and its first day, repository, author, class and trust: the work of all weights.
with days as materialized (
    select
        day,
        repo,
        member,
        class,
        trust,
        day as first_day,
        day as last_day,
        sum(commits)::bigint as commits,
        sum(added)::bigint as added,
        sum(changed)::bigint as changed,
        sum(merges) as merges,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        coalesce(sum(best_added), 0) as best_added,
        coalesce(sum(best_changed), 0) as best_changed,
        sum(unmeasured)::bigint as unmeasured
    from counted_work inner join repo_authors using (repo, author)
    group by all
),

months as (
    select
        date_trunc('month', day)::date as day,
        repo,
        member,
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
    from days
    group by all
),

spans as (
    select 'month' as span, * from months
    union all
    select 'day' as span, * from days
)

-- By repository, so that a question about one skips the others.
select * from spans order by span desc, repo, day
