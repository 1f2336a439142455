-- One row per row of `work_by_class`, `work_by_type` and `work_by_author`, told apart by `source`.
with sources as (
    select 'class' as source, null::varchar as type, null::integer as member, * from work_by_class
    union all by name
    select 'type' as source, * from work_by_type
    union all by name
    select 'author' as source, * from work_by_author
)

select * from sources
