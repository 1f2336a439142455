-- One row per commit: the type of change that its subject names (`macros/change_type.sql`).
with typed as (
    select repo, sha, change_type(subject) as type
    from commits
)

select * from typed
