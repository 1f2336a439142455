-- One row per span ('month', 'day') and its first day, repository, tool, model, trust and what the tool is known by.
with tool_units as (
    select
        counted_work.day,
        counted_work.day as first_day,
        counted_work.day as last_day,
        counted_work.repo,
        attributed_tools.tool,
        attributed_tools.model,
        counted_work.trust,
        attributed_tools.known_by,
        counted_work.commits as model_commits,
        counted_work.commits * fraction as ai_commits,
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
    select * from tool_sums('tool_units', ['day', 'repo', 'tool', 'model', 'trust', 'known_by'])
),

days_of_months as (
    select * replace (date_trunc('month', day)::date as day)
    from days
),

months as (
    select * from tool_sums('days_of_months', ['day', 'repo', 'tool', 'model', 'trust', 'known_by'])
),

spans as (
    select 'month' as span, *, key_of(repo) as repo_key from months
    union all
    select 'day' as span, *, key_of(repo) as repo_key from days
)

-- By repository, so that a question about one skips the others; one about all reads the pooled work.
select * from spans order by span desc, repo_key, day
