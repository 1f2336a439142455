-- The work of a repository is the same by class, type and author, by month and by day; the parts make the whole.
with sums as (
    select
        repo,
        source,
        span,
        sum(commits) as commits,
        sum(added) as added,
        sum(changed) as changed,
        sum(merges) as merges,
        sum(ai_changed) as ai_changed
    from all_work
    group by all
),

expected as (
    select repo, commits, added, changed, merges, ai_changed
    from sums
    where source = 'class' and span = 'day'
),

differing as (
    select sums.repo, sums.source, sums.span, sums.commits, expected.commits as expected_commits
    from sums
    inner join expected using (repo)
    where
        sums.commits <> expected.commits
        or sums.added <> expected.added
        or sums.changed <> expected.changed
        or abs(sums.merges - expected.merges) > 1e-6 * (1 + expected.merges)
        or abs(sums.ai_changed - expected.ai_changed) > 1e-6 * (1 + expected.ai_changed)
)

select * from differing
