-- One row per day (UTC), session and model: what the session did that day. What no model is named for counts for the
-- model that wrote most of the session's output; lines count on the day their commit was made.
with main_models as (
    select tool, session, arg_max(model, (written, model)) as model
    from (
        select tool, session, model, sum(output) as written
        from owned_usages
        where model is not null
        group by all
    )
    group by all
),

parts as (
    select
        tool,
        session,
        utc_day("at") as day,
        null as model,
        count(*) filter (where kind = 'prompt') as prompts,
        sum(active_seconds) as active_seconds,
        0 as input_tokens,
        0 as cache_write_tokens,
        0 as cache_read_tokens,
        0 as output_tokens,
        0.0 as cost_usd,
        0 as unpriced,
        0 as edits,
        0 as landed_lines
    from session_steps
    group by all
    union all by name
    select
        tool,
        session,
        utc_day("at") as day,
        model,
        sum(input) as input_tokens,
        sum(cache_write) as cache_write_tokens,
        sum(cache_read) as cache_read_tokens,
        sum(output) as output_tokens,
        sum(cost_usd) as cost_usd,
        count(*) - count(cost_usd) as unpriced
    from priced_usages
    group by all
    union all by name
    select tool, session, utc_day("at") as day, model, count(*) as edits
    from owned_edits
    where outcome = 'done'
    group by all
    union all by name
    select landed.tool, landed.session, utc_day(commits.committed_at) as day, landed.model, sum(landed.lines) as landed_lines
    from landed_session_lines as landed
    inner join commits using (repo, sha)
    group by all
),

filled as (
    select
        parts.* exclude (model, day),
        coalesce(parts.day, utc_day(sessions.started_at)) as day,
        coalesce(parts.model, main_models.model) as model,
        sessions.repo
    from parts
    inner join sessions using (tool, session)
    left join main_models using (tool, session)
),

worked as (
    select
        day,
        tool,
        session,
        repo,
        model,
        coalesce(sum(prompts), 0)::bigint as prompts,
        coalesce(sum(active_seconds), 0)::double as active_seconds,
        coalesce(sum(input_tokens), 0)::bigint as input_tokens,
        coalesce(sum(cache_write_tokens), 0)::bigint as cache_write_tokens,
        coalesce(sum(cache_read_tokens), 0)::bigint as cache_read_tokens,
        coalesce(sum(output_tokens), 0)::bigint as output_tokens,
        coalesce(sum(cost_usd), 0)::double as cost_usd,
        coalesce(sum(unpriced), 0)::bigint as unpriced,
        coalesce(sum(edits), 0)::bigint as edits,
        coalesce(sum(landed_lines), 0)::bigint as landed_lines
    from filled
    group by all
)

select * from worked
