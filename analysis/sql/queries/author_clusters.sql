-- One row per window ($windows, told apart by `asked`), repository and author, both as numbers in their order: proven
-- work and all work that is not automation.
with chosen as (
    select member, repo_number, author_number
    from repo_authors
    where len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo)
),

ranged as ($windows),

clusters as (
    select
        ranged.asked,
        chosen.repo_number as repo,
        chosen.author_number as author,
        sum(
            case
                when $trust = 'witnessed'
                    then in_weight($weight, witnessed_commits, witnessed_added, witnessed_changed, witnessed_merges)
                when $trust = 'recorded'
                    then in_weight($weight, recorded_commits, recorded_added, recorded_changed, recorded_merges)
                -- No verdict rests on less than what is declared.
                else in_weight($weight, declared_commits, declared_added, declared_changed, declared_merges)
            end
        )::double as numerator,
        sum(in_weight($weight, commits, added, changed, merges))::double as denominator
    from ranged
    inner join chosen using (member)
    group by all
)

select * from clusters where denominator > 0
