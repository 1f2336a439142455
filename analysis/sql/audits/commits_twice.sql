-- A repository has a commit once.
with repeated as (
    select repo, sha, count(*) as times
    from commits
    group by all
    having count(*) > 1
)

select * from repeated
