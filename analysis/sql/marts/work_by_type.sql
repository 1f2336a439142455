-- One row per span ('month', 'day') and its first day, repository, type of change, class and trust: the work of all weights.
with units as (
    select *, day as first_day, day as last_day
    from counted_work
),

days as materialized (
    select * from work_sums('units', ['day', 'repo', 'type', 'class', 'trust'])
),

days_of_months as (
    select * replace (date_trunc('month', day)::date as day)
    from days
),

months as (
    select * from work_sums('days_of_months', ['day', 'repo', 'type', 'class', 'trust'])
),

spans as (
    select 'month' as span, * from months
    union all
    select 'day' as span, * from days
)

-- In order of time, so that a question about a year skips the others.
select * from spans order by span desc, day, repo
