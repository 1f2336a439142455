-- One row per session of a tool: the contract table `sessions`, and where its log lies.
with counted as (
    select
        tool,
        session,
        count(*) filter (where kind = 'prompt') as prompts,
        count(*) filter (where kind = 'interrupt') as interrupts,
        count(*) filter (where kind = 'tool_call') as tool_calls,
        any_value(mode) filter (where mode is not null) as mode
    from owned_activities
    group by all
),

timed as (
    select
        tool,
        session,
        count(distinct turn) filter (where turn > 0 and kind in ('reply', 'tool_call')) as turns,
        sum(active_seconds) as active_seconds
    from session_steps
    group by all
),

edited as (
    select
        tool,
        session,
        count(*) filter (where outcome = 'done') as edits,
        list(distinct model) filter (where model is not null) as models
    from owned_edits
    group by all
),

spent as (
    select
        tool,
        session,
        list(distinct model) filter (where model is not null) as models,
        sum(input)::bigint as input_tokens,
        sum(cache_write)::bigint as cache_write_tokens,
        sum(cache_read)::bigint as cache_read_tokens,
        sum(output)::bigint as output_tokens,
        case
            when bool_or(quality = 'session_total') then 'session_total'
            when bool_or(quality = 'lower_bound') then 'lower_bound'
            else 'exact'
        end as token_quality,
        if(count(*) = count(cost_usd), sum(cost_usd), null) as cost_usd
    from priced_usages
    group by all
),

described as (
    select
        spans.tool,
        spans.session,
        spans.parent_session,
        spans.started_at,
        spans.ended_at,
        session_repositories.repo,
        list_sort(list_distinct(list_concat(coalesce(spent.models, []), coalesce(edited.models, [])))) as models,
        coalesce(spans.mode, counted.mode) as mode,
        coalesce(counted.prompts, 0) as prompts,
        coalesce(timed.turns, 0) as turns,
        coalesce(counted.interrupts, 0) as interrupts,
        coalesce(counted.tool_calls, 0) as tool_calls,
        coalesce(edited.edits, 0) as edits,
        timed.active_seconds,
        spent.input_tokens,
        spent.cache_write_tokens,
        spent.cache_read_tokens,
        spent.output_tokens,
        coalesce(spent.token_quality, 'none') as token_quality,
        spent.cost_usd,
        spans.log_path
    from session_spans as spans
    left join counted using (tool, session)
    left join timed using (tool, session)
    left join edited using (tool, session)
    left join spent using (tool, session)
    left join session_repositories using (tool, session)
)

select * from described
