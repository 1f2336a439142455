-- Shares count each non-merge commit of the default branch, less repeated patches: the facts say how many that is.
with expected as (
    select repo, count(*) as commits
    from commits
    anti join repeated_patches using (repo, sha)
    where on_default_branch and not is_merge
    group by all
),

counted as (
    select repo, sum(commits) as commits
    from work_by_class
    where span = 'day' and commits > 0
    group by all
),

differing as (
    select repo, expected.commits as expected_commits, counted.commits as counted_commits
    from expected
    full join counted using (repo)
    where expected.commits is distinct from counted.commits
)

select * from differing
