-- One row per tool and trust: the counted commits that we know to be the tool's by evidence of that trust.
with selected as (
    select tool, known_by, tool_commits
    from daily_tools
    where
        trust >= $trust::trust
        and day between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
),

counted as (
    select tool, known_by::varchar as trust, sum(tool_commits)::bigint as commits
    from selected
    group by all
)

select * from counted where commits > 0 order by tool, trust::trust desc
