-- One row per span ('month', 'day') and its first day, class and trust: the work of all repositories together.
with pooled as (
    select *, '' as repo, key_of('') as repo_key
    from work_sums('work_by_class', ['span', 'day', 'class', 'trust'])
)

select * from pooled order by span desc, day
