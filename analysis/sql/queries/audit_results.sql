-- One row per audit of the last build, those that found something first.
with results as (
    select name, about, "rows", example
    from audit_results
)

select * from results order by "rows" > 0 desc, name
