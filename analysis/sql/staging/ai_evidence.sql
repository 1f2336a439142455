-- One row per piece of evidence that makes a commit's class `ai`: declared or better, and more than its message.
with deciding as (
    select repo, sha, coalesce(tool, 'unspecified') as tool, model, rule, trust, level, lines, session
    from evidence
    where
        trust >= 'declared'::trust
        and level between 'completion'::level and 'autonomous'::level
)

select * from deciding
