-- One row per tool of the rule set: how to name and draw it.
with named as (
    select tool, name, color
    from tools
)

select * from named order by tool
