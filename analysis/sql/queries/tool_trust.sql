-- One row per tool and trust: the counted commits that we know to be the tool's by evidence of that trust.
with ranged as (
    select * from query_table($tool_source)
    where
        (span = 'month' and day between $months_since::date and $months_until::date)
        or (span = 'day' and day between $since::date and $head_until::date)
        or (span = 'day' and day between $tail_since::date and $until::date)
),

counted as (
    select tool, known_by::varchar as trust, sum(tool_commits)::bigint as commits
    from ranged
    where
        trust >= $trust::trust
        and (
            len($repos::varchar[]) = 0
            or (repo between $least_repo and $last_repo and list_contains($repos::varchar[], repo))
        )
    group by all
)

select * from counted where commits > 0 order by tool, trust::trust desc
