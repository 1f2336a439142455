-- One row per span ('month', 'day') and its first day and author of a repository: all work that is not automation, and
-- what is proven of it by evidence of at least each trust. It is what intervals are drawn from.
with clusters as (
    select
        span,
        day,
        member,
        sum(commits)::bigint as commits,
        sum(added)::bigint as added,
        sum(changed)::bigint as changed,
        sum(merges) as merges,
        proven(commits, class, trust, 'declared') as declared_commits,
        proven(ai_added, class, trust, 'declared') as declared_added,
        proven(ai_changed, class, trust, 'declared') as declared_changed,
        proven(merges, class, trust, 'declared') as declared_merges,
        proven(commits, class, trust, 'recorded') as recorded_commits,
        proven(ai_added, class, trust, 'recorded') as recorded_added,
        proven(ai_changed, class, trust, 'recorded') as recorded_changed,
        proven(merges, class, trust, 'recorded') as recorded_merges,
        proven(commits, class, trust, 'witnessed') as witnessed_commits,
        proven(ai_added, class, trust, 'witnessed') as witnessed_added,
        proven(ai_changed, class, trust, 'witnessed') as witnessed_changed,
        proven(merges, class, trust, 'witnessed') as witnessed_merges
    from work_by_author
    where class <> 'automation'
    group by all
)

-- In order of time: a question about a year skips the others, and one about odd days reads few.
select * from clusters order by span desc, day, member
