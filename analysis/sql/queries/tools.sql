-- One row per tool of the rule set, and per tool that evidence names without being in it.
with used as (
    select tool, min(first_day) as first_seen, max(last_day) as last_seen, sum(tool_commits)::bigint as commits
    from work_by_tool
    where span = 'month' and model_commits > 0
    group by all
),

known as (
    select
        tool,
        coalesce(tools.name, tool) as name,
        tools.color,
        tools.homepage,
        used.first_seen,
        used.last_seen,
        coalesce(used.commits, 0) as commits
    from tools
    full join used using (tool)
)

select * from known order by commits desc, tool
