-- One row per ISO week with work: proven work and all work that is not automation.
with weighed as (
    select
        date_trunc('week', day)::date as week,
        sum(
            if(
                class = 'ai' and trust >= $trust::trust,
                case $weight
                    when 'commits' then commits
                    when 'added' then ai_added
                    when 'changed' then ai_changed
                    when 'merges' then merges
                end,
                0
            )
        )::double as numerator,
        sum(
            case $weight
                when 'commits' then commits when 'added' then added when 'changed' then changed when 'merges' then merges
            end
        )::double as denominator
    from query_table($source)
    where
        span = 'day'
        and class <> 'automation'
        and day between $since::date and $until::date
        and (
            len($repos::varchar[]) = 0
            or (repo between $least_repo and $last_repo and list_contains($repos::varchar[], repo))
        )
    group by all
)

select * from weighed order by week
