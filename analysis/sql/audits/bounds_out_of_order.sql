-- 0 <= ai_low <= ai_best <= ai_high <= 1, and each class has the bounds that it means.
with wrong as (
    select repo, sha, class, ai_low, ai_best, ai_high
    from attributions
    where
        not (ai_low between 0 and 1 and ai_high between 0 and 1)
        or ai_low > ai_high
        or (ai_best is not null and not (ai_best between ai_low and ai_high))
        or (class in ('human', 'automation') and ai_high > 0)
        or (class in ('ai', 'unknown') and ai_high < 1)
        or (class = 'unknown' and (ai_low > 0 or ai_best is not null))
)

select * from wrong
