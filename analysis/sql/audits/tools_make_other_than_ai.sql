-- What the tools did, taken together, is the AI work of the repository: no more, no less.
with by_class as (
    select repo, sum(commits) as commits, sum(ai_changed) as ai_changed, sum(merges) as merges
    from work_by_class
    where span = 'day' and class = 'ai'
    group by all
),

by_tool as (
    select repo, sum(ai_commits) as commits, sum(ai_changed) as ai_changed, sum(ai_merges) as merges
    from work_by_tool
    where span = 'day'
    group by all
),

differing as (
    select repo, by_class.commits, by_tool.commits as tool_commits
    from by_class
    full join by_tool using (repo)
    where
        coalesce(abs(by_class.commits - by_tool.commits) > 1e-6 * (1 + by_class.commits), true)
        or coalesce(abs(by_class.ai_changed - by_tool.ai_changed) > 1e-6 * (1 + by_class.ai_changed), true)
        or coalesce(abs(by_class.merges - by_tool.merges) > 1e-6 * (1 + by_class.merges), true)
)

select * from differing
