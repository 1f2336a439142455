-- One row per author of a repository's counted work, with a number that stands for both in `work_by_author`, and one
-- for each of the two.
with authors as (
    select distinct repo, author
    from counted_work
),

numbered as (
    select
        row_number() over (order by repo, author)::integer as member,
        repo,
        author,
        dense_rank() over (order by repo)::integer as repo_number,
        dense_rank() over (order by author)::integer as author_number
    from authors
)

select * from numbered order by member
