-- One row per author of a repository's counted work, with a number that stands for both in `work_by_author`.
with authors as (
    select distinct repo, author
    from counted_work
),

numbered as (
    select row_number() over (order by repo, author)::integer as member, repo, author
    from authors
)

select * from numbered order by member
