-- What every pre-aggregate sums, by the columns that `keys` names: work of all weights, and work by a tool. A day may hold
-- merges that landed then and no commit; it tells no date where other days do.
create or replace macro work_sums(source, keys) as table (
    select
        columns(name -> list_contains(keys, name)),
        coalesce(min(first_day) filter (commits > 0), min(first_day)) as first_day,
        coalesce(max(last_day) filter (commits > 0), max(last_day)) as last_day,
        sum(commits)::bigint as commits,
        sum(added)::bigint as added,
        sum(changed)::bigint as changed,
        sum(merges) as merges,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        coalesce(sum(best_added), 0) as best_added,
        coalesce(sum(best_changed), 0) as best_changed,
        sum(unmeasured)::bigint as unmeasured
    from query_table(source)
    group by all
);

create or replace macro tool_sums(source, keys) as table (
    select
        columns(name -> list_contains(keys, name)),
        coalesce(min(first_day) filter (model_commits > 0), min(first_day)) as first_day,
        coalesce(max(last_day) filter (model_commits > 0), max(last_day)) as last_day,
        sum(tool_commits)::bigint as tool_commits,
        sum(model_commits)::bigint as model_commits,
        sum(ai_commits) as ai_commits,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        sum(ai_merges) as ai_merges,
        sum(in_added) as in_added,
        sum(in_changed) as in_changed,
        coalesce(sum(best_added), 0) as best_added,
        coalesce(sum(best_changed), 0) as best_changed
    from query_table(source)
    group by all
);
