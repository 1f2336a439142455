-- Each merged request is one unit of the weight merges.
with expected as (
    select repo, count(*) as merges, sum(ai + human + automation + unknown) as parts
    from merged_requests
    group by all
),

counted as (
    select repo, sum(merges) as merges
    from work_by_class
    where span = 'day' and merges > 0
    group by all
),

differing as (
    select repo, expected.merges as expected_merges, counted.merges as counted_merges
    from expected
    full join counted using (repo)
    where
        coalesce(abs(expected.merges - counted.merges) > 1e-6 * (1 + expected.merges), true)
        or abs(expected.merges - expected.parts) > 1e-6 * (1 + expected.merges)
)

select * from differing
