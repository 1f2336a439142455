-- One row per window of all repositories whose interval is kept in this weight.
with known as (
    select since, until, low, high, method, clusters, reason
    from intervals
    where weight = $weight
)

select * from known order by since, until
