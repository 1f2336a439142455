-- One row per span ('month', 'day') and its first day, repository, tool, model, trust and what the tool is known by.
with tool_units as (
    select
        counted_work.day,
        counted_work.repo,
        attributed_tools.tool,
        attributed_tools.model,
        counted_work.trust,
        attributed_tools.known_by,
        counted_work.commits,
        commits * fraction as ai_commits,
        ai_added * fraction as ai_added,
        ai_changed * fraction as ai_changed,
        merges * fraction as ai_merges,
        added * fraction as in_added,
        changed * fraction as in_changed,
        best_added * fraction as best_added,
        best_changed * fraction as best_changed,
        -- Counts whole commits of a tool also where two models share one.
        if(attributed_tools.is_first_model, counted_work.commits, 0) as tool_commits
    from counted_work
    inner join attributed_tools using (repo, sha)
    where counted_work.class = 'ai'
),

days as materialized (
    select
        day,
        repo,
        tool,
        model,
        trust,
        known_by,
        day as first_day,
        day as last_day,
        sum(tool_commits)::bigint as tool_commits,
        sum(commits)::bigint as model_commits,
        sum(ai_commits) as ai_commits,
        sum(ai_added) as ai_added,
        sum(ai_changed) as ai_changed,
        sum(ai_merges) as ai_merges,
        sum(in_added) as in_added,
        sum(in_changed) as in_changed,
        coalesce(sum(best_added), 0) as best_added,
        coalesce(sum(best_changed), 0) as best_changed
    from tool_units
    group by all
),

months as (
    select
        date_trunc('month', day)::date as day,
        repo,
        tool,
        model,
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
    from days
    group by all
),

spans as (
    select 'month' as span, * from months
    union all
    select 'day' as span, * from days
)

-- By repository, so that a question about one skips the others; one about all reads the pooled work.
select * from spans order by repo, span desc, day
