-- One row per tool and what it is known by: its work, and the counted commits that we know to be its own so.
with used as (
    select
        tool,
        known_by,
        sum(in_weight($weight, ai_commits, ai_added, ai_changed, ai_merges))::double as ai,
        sum(in_weight($weight, ai_commits, in_added, in_changed, ai_merges))::double as in_commits,
        sum(tool_commits)::bigint as commits,
        min(first_day) as first_day
    from query_table($tool_source)
    where
        (
            (span = 'month' and day between $months_since::date and $months_until::date)
            or (span = 'day' and day between $since::date and $head_until::date)
            or (span = 'day' and day between $tail_since::date and $until::date)
        )
        and trust >= $trust::trust
        and is_chosen(repo, repo_key, $repos::varchar[])
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], tool))
        -- A day may hold merges that landed then and no commit.
        and ($weight = 'merges' or model_commits > 0)
    group by all
),

named as (
    select used.* replace (known_by::varchar as known_by), tools.name, tools.color, used.known_by as rank
    from used
    left join tools using (tool)
)

select * from named order by tool, rank desc
