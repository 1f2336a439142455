-- One row per thing that happened in a session at a known time: its turn, and the seconds that it took (gaps up to ten
-- minutes, metrics.md 3.2; what passes before a prompt is the person's time).
with ordered as (
    select
        tool,
        session,
        id,
        kind,
        "at",
        "at" - lag("at") over told as gap,
        count(*) filter (where kind = 'prompt') over told as turn
    from owned_activities
    where "at" is not null
    window told as (
        partition by tool, session order by "at", kind = 'prompt' desc, id
        rows between unbounded preceding and current row
    )
),

steps as (
    select
        tool,
        session,
        "at",
        kind,
        turn,
        if(kind = 'prompt', 0, coalesce(least(epoch(gap), 600), 0)) as active_seconds
    from ordered
)

select * from steps
