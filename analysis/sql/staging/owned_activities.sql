-- One row per thing that happened in a session: what a fork or a resumed session copied belongs to the session that wrote it first.
with owned as (
    select activities.*
    from activities
    inner join session_spans using (tool, session)
    qualify row_number() over (
        partition by activities.tool, activities.id, coalesce(activities."at"::varchar, activities.session)
        order by session_spans.forked_from is not null, session_spans.ended_at, activities.session
    ) = 1
)

select * from owned
