-- No sum holds more AI work than work, and none is negative.
with wrong as (
    select source, span, day, repo, class, added, ai_added, changed, ai_changed
    from all_work
    where
        -- Sums of fractions carry rounding.
        ai_added > added + 1e-6
        or ai_changed > changed + 1e-6
        or least(commits, added, changed, merges, ai_added, ai_changed) < 0
        or (class <> 'ai' and ai_added + ai_changed > 0)
)

select * from wrong
