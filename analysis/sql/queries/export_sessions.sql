-- One row per session: the contract table `sessions`.
with exported as (
    select
        tool,
        session,
        parent_session,
        strftime(timezone('UTC', started_at), '%Y-%m-%dT%H:%M:%SZ') as started_at,
        strftime(timezone('UTC', ended_at), '%Y-%m-%dT%H:%M:%SZ') as ended_at,
        repo,
        array_to_string(models, ';') as models,
        mode,
        prompts,
        turns,
        interrupts,
        tool_calls,
        edits,
        active_seconds,
        input_tokens,
        cache_write_tokens,
        cache_read_tokens,
        output_tokens,
        token_quality,
        cost_usd
    from sessions
    where $repo is null or repo = $repo
)

select * from exported order by started_at, tool, session
