-- One row per kind of record that a source skipped.
with kinds as (
    select source, reason, count, example
    from skipped
)

select * from kinds order by source, reason
