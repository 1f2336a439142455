-- One row per repository: when it was last collected.
with collected as (
    select repo, collected_at
    from repositories
)

select * from collected order by repo
