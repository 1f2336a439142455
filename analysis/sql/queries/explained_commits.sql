-- One row per commit whose SHA begins with $prefix: itself and its verdict.
with found as (
    select repo, sha, authored_at, committed_at
    from commits
    where starts_with(sha, lower($prefix))
),

explained as (
    select
        found.*,
        repositories.path as repo_path,
        authored_commits.subject,
        authored_commits.author,
        authored_commits.is_merge,
        authored_commits.on_default_branch,
        landings.landed_by,
        authored_commits.on_default_branch
        and not authored_commits.is_merge
        and repeated_patches.sha is null as is_counted,
        repeated_patches.first_sha as same_patch_as,
        commit_types.type,
        attributions.class,
        attributions.tools,
        attributions.models,
        attributions.level::varchar as level,
        attributions.trust::varchar as trust,
        attributions.ai_low,
        attributions.ai_best,
        attributions.ai_high,
        attributions.rules
    from found
    inner join authored_commits using (repo, sha)
    inner join commit_types using (repo, sha)
    inner join attributions using (repo, sha)
    left join repositories using (repo)
    left join landings using (repo, sha)
    left join repeated_patches using (repo, sha)
)

select * from explained order by repo, sha
