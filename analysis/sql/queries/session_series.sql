-- One row per period and tool: what sessions did.
with summed as (
    select
        strftime(day, $format) as period,
        tool,
        count(distinct session) as sessions,
        sum(active_seconds)::double / 3600 as active_hours,
        sum(output_tokens)::bigint as output_tokens,
        sum(landed_lines)::bigint as landed_lines
    from session_work
    where
        (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], tool))
        and day between $since and $until
    group by 1, 2
)

select * from summed order by period, tool
