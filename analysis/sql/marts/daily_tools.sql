-- One row per repository, day, tool, model, trust and what the tool is known by: its part of the proven work.
with tool_units as (
    select
        counted_work.repo,
        counted_work.sha,
        counted_work.day,
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
        if(
            row_number() over (
                partition by counted_work.repo, counted_work.sha, counted_work.commits, attributed_tools.tool
                order by attributed_tools.model
            ) = 1,
            counted_work.commits,
            0
        ) as tool_commits
    from counted_work
    inner join attributed_tools using (repo, sha)
    where counted_work.class = 'ai'
),

daily as (
    select
        repo,
        day,
        tool,
        model,
        trust,
        known_by,
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
)

select * from daily order by day, repo
