-- A commit has one verdict.
with repeated as (
    select repo, sha, count(*) as times
    from attributions
    group by all
    having count(*) > 1
)

select * from repeated
