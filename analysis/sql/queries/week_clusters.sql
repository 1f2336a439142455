-- One row per ISO week with work: proven work and all work that is not automation.
with selected as (
    select date_trunc('week', day)::date as week, total, if(class = 'ai' and trust >= $trust::trust, ai, 0) as ai
    from weighted_classes
    where
        weight = $weight
        and class <> 'automation'
        and day between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
),

clusters as (
    select week, sum(ai)::double as numerator, sum(total)::double as denominator
    from selected
    group by all
)

select * from clusters order by week
