-- One row per run of `collect`, newest first, at most 20.
with newest as (
    select started_at, finished_at, version, rules_digest, repositories, new_commits, skipped
    from runs
    order by started_at desc
    limit 20
)

select * from newest order by started_at desc
