-- One row per span ('month', 'day') and its first day, repository, class and trust: the work of all weights.
with units as (
    select *, day as first_day, day as last_day
    from counted_work
),

days as materialized (
    select * from work_sums('units', ['day', 'repo', 'class', 'trust'])
),

days_of_months as (
    select * replace (date_trunc('month', day)::date as day)
    from days
),

months as (
    select * from work_sums('days_of_months', ['day', 'repo', 'class', 'trust'])
),

spans as (
    select 'month' as span, *, key_of(repo) as repo_key from months
    union all
    select 'day' as span, *, key_of(repo) as repo_key from days
)

-- By repository, so that a question about one skips the others; one about all reads the pooled work.
select * from spans order by span desc, repo_key, day
