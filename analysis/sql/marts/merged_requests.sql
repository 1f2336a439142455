-- One row per merged pull request (a first-parent merge, or a squash named "(#n)"): how much of it is in AI commits.
with summed as (
    select
        repo,
        landed_by,
        day,
        count(*) as commit_count,
        coalesce(sum(part) filter (class = 'ai'), 0) as ai,
        coalesce(sum(part) filter (class = 'human'), 0) as human,
        coalesce(sum(part) filter (class = 'automation'), 0) as automation,
        coalesce(sum(part) filter (class = 'unknown'), 0) as unknown,
        bool_and(class = 'ai') as is_all_ai,
        bool_or(class = 'ai') as has_ai
    from merge_parts
    group by all
),

kinds as (
    select
        repo,
        landed_by,
        day,
        commit_count,
        ai,
        human,
        automation,
        unknown,
        case when is_all_ai then 'all_ai' when has_ai then 'mixed' else 'none_proven' end as proven_kind,
        ai > 0.5 as is_mostly_ai
    from summed
)

select * from kinds
