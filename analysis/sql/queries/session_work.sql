-- One row per day, tool, model or repository: what sessions did.
with summed as (
    select
        case $by
            when 'day' then day::varchar
            when 'tool' then tool
            when 'model' then coalesce(model, '(not told)')
            else coalesce(repo, '(no repository)')
        end as key,
        count(distinct (tool, session)) as sessions,
        sum(prompts)::bigint as prompts,
        sum(active_seconds)::double as active_seconds,
        sum(input_tokens)::bigint as input_tokens,
        sum(cache_write_tokens)::bigint as cache_write_tokens,
        sum(cache_read_tokens)::bigint as cache_read_tokens,
        sum(output_tokens)::bigint as output_tokens,
        if(sum(unpriced) > 0, null, sum(cost_usd))::double as cost_usd,
        sum(edits)::bigint as edits,
        sum(landed_lines)::bigint as landed_lines
    from session_work
    where
        (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], tool))
        and day between $since and $until
    group by 1
)

select * from summed order by key
