-- One row per repository and author: proven work and all work that is not automation.
with ranged as (
    select * from work_by_author
    where span = 'month' and day between $months_since::date and $months_until::date
    union all
    select * from work_by_author
    where span = 'day' and day between $since::date and $head_until::date
    union all
    select * from work_by_author
    where span = 'day' and day between $tail_since::date and $until::date
),

weighed as (
    select
        member,
        sum(
            if(
                class = 'ai' and trust >= $trust::trust,
                case $weight
                    when 'commits' then commits
                    when 'added' then ai_added
                    when 'changed' then ai_changed
                    when 'merges' then merges
                end,
                0
            )
        )::double as numerator,
        sum(
            case $weight
                when 'commits' then commits when 'added' then added when 'changed' then changed when 'merges' then merges
            end
        )::double as denominator
    from ranged
    where
        class <> 'automation'
        and (
            len($repos::varchar[]) = 0
            or (repo between $least_repo and $last_repo and list_contains($repos::varchar[], repo))
        )
    group by all
),

clusters as (
    select repo_authors.repo, repo_authors.author, weighed.numerator, weighed.denominator
    from weighed
    inner join repo_authors using (member)
    where weighed.denominator > 0
)

select * from clusters order by repo, author
