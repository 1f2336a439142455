-- One row per session: who started it, whose records its log begins with, where it worked, and from when to when.
with times as (
    select tool, session, "at" from activities
    union all
    select tool, session, "at" from usages
    union all
    select tool, session, "at" from edits
    union all
    select tool, session, "at" from commit_calls
),

met as (
    select tool, session, min("at") as first_at, max("at") as last_at
    from times
    group by all
),

told as (
    select
        tool,
        session,
        any_value(parent_session) as parent_session,
        any_value(forked_from) as forked_from,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        arg_min(directory, started_at) as first_directory,
        any_value(directory) as any_directory,
        any_value(mode) as mode,
        min(log_path) as log_path
    from session_logs
    group by all
),

spans as (
    select
        told.tool,
        told.session,
        told.parent_session,
        told.forked_from,
        coalesce(told.first_directory, told.any_directory) as directory,
        told.mode,
        told.log_path,
        least(told.started_at, met.first_at) as started_at,
        greatest(told.ended_at, met.last_at) as ended_at
    from told
    left join met using (tool, session)
)

select * from spans
