-- One row per repository, day, author, class and trust: the work of all four weights, so that pages need no commits.
with daily as (
    select
        repo,
        day,
        author,
        class,
        trust,
        sum(commits)::bigint as commits,
        sum(added)::bigint as added,
        sum(changed)::bigint as changed,
        sum(merges) as merges,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        coalesce(sum(best_added), 0) as best_added,
        coalesce(sum(best_changed), 0) as best_changed,
        sum(unmeasured)::bigint as unmeasured
    from counted_work
    group by all
)

select * from daily order by day, repo
