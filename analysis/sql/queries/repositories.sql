-- One row per repository: what it is, and its counted commits.
with counted as (
    select repo, sum(commits)::bigint as commits, min(first_day) as first_day, max(last_day) as last_day
    from work_by_class
    where span = 'month' and commits > 0
    group by all
),

known as (
    select
        repositories.repo,
        repositories.path,
        repositories.default_branch,
        repositories.is_shallow,
        repositories.is_partial,
        repositories.collected_at,
        coalesce(counted.commits, 0) as commits,
        counted.first_day,
        counted.last_day
    from repositories
    left join counted using (repo)
)

select * from known order by repo
