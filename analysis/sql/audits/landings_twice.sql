-- A commit lands once.
with repeated as (
    select repo, sha, count(*) as times
    from landings
    group by all
    having count(*) > 1
)

select * from repeated
