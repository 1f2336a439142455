-- One row per counted commit: non-merge, on the default branch, each patch once at its first landing in a repository.
with landed as (
    select
        authored_commits.*,
        coalesce(landings.landed_by, authored_commits.sha) as landed_by,
        coalesce(landing_commits.committed_utc, authored_commits.committed_utc) as landed_utc
    from authored_commits
    left join landings using (repo, sha)
    left join authored_commits as landing_commits
        on landings.repo = landing_commits.repo and landings.landed_by = landing_commits.sha
    where authored_commits.on_default_branch and not authored_commits.is_merge
),

first_landings as (
    select *
    from landed
    anti join repeated_patches using (repo, sha)
),

weighed as (
    select
        first_landings.repo,
        first_landings.sha,
        first_landings.committed_utc::date as day,
        first_landings.author,
        commit_types.type,
        attributions.class,
        attributions.trust,
        coalesce(commit_measures.counted_added, 0) as added,
        coalesce(commit_measures.counted_added + commit_measures.counted_deleted, 0) as changed,
        attributions.ai_low,
        attributions.ai_best,
        coalesce(commit_measures.is_unmeasured, false) as is_unmeasured,
        first_landings.landed_by,
        first_landings.landed_utc::date as landed_on
    from first_landings
    inner join attributions using (repo, sha)
    inner join commit_types using (repo, sha)
    left join commit_measures using (repo, sha)
)

select * from weighed
