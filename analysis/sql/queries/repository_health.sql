-- One row per repository: its flags, and how many of its commits are known, counted and unmeasured.
with known as (
    select repo, count(*) as commits
    from commits
    group by all
),

counted as (
    select repo, sum(commits)::bigint as counted_commits
    from work_by_class
    where span = 'month'
    group by all
),

unmeasured as (
    select repo, count(*) filter (is_unmeasured) as unmeasured_commits
    from commit_measures
    group by all
),

checked as (
    select
        repositories.repo,
        repositories.path,
        repositories.default_branch,
        repositories.is_bare,
        repositories.is_shallow,
        repositories.is_partial,
        repositories.collected_at,
        coalesce(known.commits, 0) as commits,
        coalesce(counted.counted_commits, 0) as counted_commits,
        coalesce(unmeasured.unmeasured_commits, 0) as unmeasured_commits
    from repositories
    left join known using (repo)
    left join counted using (repo)
    left join unmeasured using (repo)
)

select * from checked order by repo
