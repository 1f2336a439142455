-- One row per span ('month', 'day') and its first day, tool, trust and what the tool is known by: its work in all
-- repositories, by all its models.
with pooled as (
    select
        span,
        day,
        '' as repo,
        '' as model,
        tool,
        trust,
        known_by,
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
        sum(best_added) as best_added,
        sum(best_changed) as best_changed
    from work_by_tool
    group by all
)

select * from pooled order by span desc, day
