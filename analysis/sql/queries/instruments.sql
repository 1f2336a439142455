-- One row per change of an instrument between $since and $until.
with changes as (
    select
        instruments.changed_on,
        instruments.tool,
        coalesce(tools.name, instruments.tool) as name,
        instruments.rule,
        instruments.what,
        instruments.source
    from instruments
    left join tools using (tool)
    where
        instruments.changed_on between $since::date and $until::date
        and (len($tools::varchar[]) = 0 or list_contains($tools::varchar[], instruments.tool))
)

select * from changes order by changed_on, tool, what
