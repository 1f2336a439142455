-- One row per span ('month', 'day') and its first day, repository, author, class and trust: the work of all weights.
with units as (
    select *, day as first_day, day as last_day
    from counted_work
    inner join repo_authors using (repo, author)
),

days as materialized (
    select * from work_sums('units', ['day', 'repo', 'member', 'class', 'trust'])
),

days_of_months as (
    select * replace (date_trunc('month', day)::date as day)
    from days
),

months as (
    select * from work_sums('days_of_months', ['day', 'repo', 'member', 'class', 'trust'])
),

spans as (
    select 'month' as span, * from months
    union all
    select 'day' as span, * from days
)

-- In order of time: a question about a year skips the others, and one about odd days reads few.
select * from spans order by span desc, day, member
