-- One row per session, latest first, at most $limit.
with landed as (
    select tool, session, sum(landed_lines)::bigint as landed_lines
    from session_work
    group by all
),

chosen as (
    select
        sessions.started_at,
        sessions.tool,
        sessions.session,
        sessions.parent_session,
        sessions.repo,
        array_to_string(sessions.models, ', ') as models,
        sessions.mode,
        sessions.prompts,
        sessions.interrupts,
        sessions.tool_calls,
        sessions.edits,
        sessions.active_seconds,
        sessions.output_tokens,
        sessions.cost_usd,
        coalesce(landed.landed_lines, 0) as landed_lines
    from sessions
    left join landed using (tool, session)
    where
        (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], sessions.repo))
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], sessions.tool))
        and (sessions.started_at is null or sessions.started_at < $to_time)
        and (sessions.ended_at is null or sessions.ended_at >= $from_time)
    order by sessions.started_at desc nulls last, sessions.tool, sessions.session
    limit $limit
)

select * from chosen order by started_at desc nulls last, tool, session
