-- One row per counted commit that came with a merged pull request: which part of the merge's changed lines is its own.
with merges as (
    select repo, sha as landed_by
    from commits
    where on_default_branch and (is_merge or regexp_matches(subject, '\([#!]\d+\)\s*$'))
),

merged_commits as (
    select
        landed_patches.*,
        sum(changed) over (partition by repo, landed_by) as merge_changed,
        count(*) over (partition by repo, landed_by) as merge_commits
    from landed_patches
    semi join merges using (repo, landed_by)
),

parts as (
    select
        repo,
        sha,
        landed_by,
        landed_on as day,
        author,
        type,
        class,
        trust,
        if(merge_changed > 0, changed / merge_changed, 1 / merge_commits)::double as part
    from merged_commits
)

select * from parts
