-- One row per weight, repository, day, tool, model, trust and known_by: `daily_tools` with the weight as a column.
with weights as (
    select
        'commits' as weight,
        repo,
        day,
        tool,
        model,
        trust,
        known_by,
        ai_commits as ai,
        ai_commits as in_commits,
        ai_commits as best,
        tool_commits,
        model_commits
    from daily_tools
    where model_commits > 0
    union all
    select
        'added', repo, day, tool, model, trust, known_by, ai_added, in_added, best_added, tool_commits, model_commits
    from daily_tools
    where model_commits > 0
    union all
    select
        'changed', repo, day, tool, model, trust, known_by, ai_changed, in_changed, best_changed, tool_commits, model_commits
    from daily_tools
    where model_commits > 0
    union all
    select
        'merges', repo, day, tool, model, trust, known_by, ai_merges, ai_merges, ai_merges, tool_commits, model_commits
    from daily_tools
    where ai_merges > 0
)

select * from weights
