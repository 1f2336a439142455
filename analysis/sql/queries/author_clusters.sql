-- One row per repository and author: proven work and all work that is not automation.
with selected as (
    select repo, author, total, if(class = 'ai' and trust >= $trust::trust, ai, 0) as ai
    from weighted_authors
    where
        weight = $weight
        and class <> 'automation'
        and day between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
),

clusters as (
    select repo, author, sum(ai)::double as numerator, sum(total)::double as denominator
    from selected
    group by all
)

select * from clusters where denominator > 0 order by repo, author
