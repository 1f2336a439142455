-- One row per counted commit, and one more per part it has in a merge: the units of all four weights.
with commit_rows as (
    select
        repo,
        sha,
        day,
        author,
        type,
        class,
        trust,
        1 as commits,
        added,
        changed,
        0.0::double as merges,
        if(class = 'ai', added * ai_low, 0) as ai_added,
        if(class = 'ai', changed * ai_low, 0) as ai_changed,
        if(class = 'ai', added * ai_best, 0) as best_added,
        if(class = 'ai', changed * ai_best, 0) as best_changed,
        is_unmeasured::integer as unmeasured
    from landed_patches
),

merge_rows as (
    select repo, sha, day, author, type, class, trust, 0, 0, 0, part, 0, 0, 0, 0, 0
    from merge_parts
),

units as (
    select * from commit_rows
    union all
    select * from merge_rows
)

select * from units
