-- One row per session that worked in a known repository: the one in which it made most edits, else where it started.
with worked as (
    select tool, session, directory, count(*) as edits from owned_edits group by all
    union all
    select tool, session, directory, 0.5 from session_spans
),

placed as (
    select worked.tool, worked.session, places.repo, sum(worked.edits) as edits
    from worked
    inner join places using (directory)
    group by all
),

main_repositories as (
    select tool, session, arg_max(repo, (edits, repo)) as repo
    from placed
    group by all
)

select * from main_repositories
