-- One row per span ('month', 'day') and its first day, tool, trust and what the tool is known by: its work in all
-- repositories, by all its models.
with pooled as (
    select *, '' as repo, key_of('') as repo_key, '' as model
    from tool_sums('work_by_tool', ['span', 'day', 'tool', 'trust', 'known_by'])
)

select * from pooled order by span desc, day
