-- One row per edit of a session: what a fork or a resumed session copied belongs to the session that wrote it first.
with owned as (
    select edits.*
    from edits
    inner join session_spans using (tool, session)
    qualify row_number() over (
        partition by edits.tool, edits.id, coalesce(edits."at"::varchar, edits.session)
        order by session_spans.forked_from is not null, session_spans.ended_at, edits.session
    ) = 1
)

select * from owned
