-- One row per day with work of the chosen tools: their work in one weight.
with chosen as (
    select
        day,
        sum(in_weight($weight, ai_commits, ai_added, ai_changed, ai_merges))::double as ai,
        sum(in_weight($weight, ai_commits, best_added, best_changed, ai_merges))::double as best_ai,
        sum(in_weight($weight, ai_commits, in_added, in_changed, ai_merges))::double as in_commits
    from query_table($tool_source)
    where
        span = 'day'
        and day between $since::date and $until::date
        and trust >= $trust::trust
        and is_chosen(repo, repo_key, $repos::varchar[])
        and list_contains($tools::varchar[], tool)
        -- A day may hold merges that landed then and no commit.
        and ($weight = 'merges' or model_commits > 0)
    group by all
)

select * from chosen order by day
