-- One row per commit: the contract table `commits`.
with exported as (
    select
        authored_commits.repo,
        authored_commits.sha,
        strftime(authored_commits.authored_utc, '%Y-%m-%dT%H:%M:%SZ') as authored_at,
        strftime(authored_commits.committed_utc, '%Y-%m-%dT%H:%M:%SZ') as committed_at,
        authored_commits.author,
        authored_commits.is_merge,
        authored_commits.on_default_branch,
        if(commit_measures.sha is null, 0, commit_measures.lines_added) as lines_added,
        if(commit_measures.sha is null, 0, commit_measures.lines_deleted) as lines_deleted,
        attributions.class,
        array_to_string(attributions.tools, ';') as tools,
        array_to_string(attributions.models, ';') as models,
        attributions.level::varchar as level,
        attributions.trust::varchar as trust,
        attributions.ai_low,
        attributions.ai_best,
        attributions.ai_high,
        array_to_string(attributions.rules, ';') as rules
    from authored_commits
    inner join attributions using (repo, sha)
    left join commit_measures using (repo, sha)
    where $repo is null or authored_commits.repo = $repo
)

select * from exported order by repo, committed_at, sha
