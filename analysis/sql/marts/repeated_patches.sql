-- One row per commit on the default branch whose patch had landed there before: a cherry-pick, a backport.
with candidates as (
    select authored_commits.*, coalesce(landings.landed_by, authored_commits.sha) as landed_by
    from authored_commits
    left join landings using (repo, sha)
    where patch_id is not null and on_default_branch and not is_merge
),

landed as (
    select
        candidates.repo,
        candidates.sha,
        candidates.patch_id,
        candidates.committed_utc,
        coalesce(landing_commits.committed_utc, candidates.committed_utc) as landed_utc
    from candidates
    left join authored_commits as landing_commits
        on candidates.repo = landing_commits.repo and candidates.landed_by = landing_commits.sha
),

ranked as (
    select
        repo,
        sha,
        patch_id,
        first_value(sha) over patch_landings as first_sha,
        row_number() over patch_landings as landing
    from landed
    window patch_landings as (partition by repo, patch_id order by landed_utc, committed_utc, sha)
),

repeated as (
    select repo, sha, first_sha
    from ranked
    where landing > 1
)

select * from repeated
