-- Every commit has a verdict, and every verdict a commit.
with differing as (
    select repo, sha, commits.sha is null as is_without_commit
    from (select repo, sha from commits) as commits
    full join (select repo, sha, class from attributions) as verdicts using (repo, sha)
    where commits.sha is null or verdicts.class is null
)

select * from differing
