-- One row per commit whose class some evidence decides: that class, and what speaks for it.
with ranked_evidence as (
    select
        *,
        case
            when trust < 'declared'::trust then null
            when level between 'completion'::level and 'autonomous'::level then 1
            when level = 'human'::level then 2
            when level = 'automation'::level then 3
        end as class_rank
    from evidence
),

evidence_classes as (
    select
        repo,
        sha,
        class_rank,
        list_sort(list_distinct(list(tool) filter (tool is not null and class_rank = 1))) as tools,
        list_sort(list_distinct(list(model) filter (model is not null and class_rank = 1))) as models,
        max(level) as level,
        max(trust) as trust,
        list_sort(list_distinct(list(rule))) as rules
    from ranked_evidence
    where class_rank is not null
    group by all
),

deciding_classes as (
    select *
    from evidence_classes
    qualify row_number() over (partition by repo, sha order by class_rank) = 1
)

select * from deciding_classes
