-- A commit changes a path once.
with repeated as (
    select repo, sha, path, count(*) as times
    from file_changes
    group by all
    having count(*) > 1
)

select * from repeated
