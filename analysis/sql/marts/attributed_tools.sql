-- One row per `ai` commit, tool and model: which fraction of the commit's AI work is theirs (sums to 1 per commit).
with tool_models as (
    select repo, sha, tool, coalesce(model, 'not named') as model, max(trust) as known_by, model is not null as is_named
    from ai_evidence
    group by all
),

-- A tool's unnamed model stands only where no other evidence of the tool names one.
best_named as (
    select repo, sha, tool, model, known_by
    from tool_models
    qualify is_named or not bool_or(is_named) over (partition by repo, sha, tool)
),

tool_trust as (
    select
        repo,
        sha,
        tool,
        model,
        max(known_by) over (partition by repo, sha, tool) as known_by,
        count(*) over (partition by repo, sha, tool) as model_count,
        row_number() over (partition by repo, sha, tool order by model) = 1 as is_first_model
    from best_named
),

with_lines as (
    select
        tool_trust.*,
        coalesce(matched_lines.lines, 0) / model_count as lines,
        sum(coalesce(matched_lines.lines, 0) / model_count) over (partition by repo, sha) as all_lines,
        1 / model_count as part,
        sum(1 / model_count) over (partition by repo, sha) as all_parts
    from tool_trust
    left join matched_lines using (repo, sha, tool)
),

-- Split by line evidence; without any, equally between the tools.
split as (
    select
        repo,
        sha,
        tool,
        model,
        known_by,
        is_first_model,
        if(all_lines > 0, lines / all_lines, part / all_parts) as fraction
    from with_lines
)

select * from split
