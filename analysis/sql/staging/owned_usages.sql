-- One row per request to a model: what a fork or a resumed session copied belongs to the session that wrote it first.
with owned as (
    select usages.*
    from usages
    inner join session_spans using (tool, session)
    qualify row_number() over (
        partition by usages.tool, usages.id, coalesce(usages."at"::varchar, usages.session)
        order by session_spans.forked_from is not null, session_spans.ended_at, usages.session
    ) = 1
)

select * from owned
