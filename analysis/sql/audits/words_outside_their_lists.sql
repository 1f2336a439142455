-- Classes, scopes and who may be without a tool are closed lists (trust and level are enums of the schema).
with wrong as (
    select repo, sha, class as word, 'class' as kind
    from attributions
    where class not in ('ai', 'human', 'automation', 'unknown')
    union all
    select repo, sha, scope, 'scope'
    from evidence
    where scope not in ('commit', 'lines', 'message')
    union all
    select repo, sha, rule, 'rule of an AI level without a tool'
    from evidence
    where tool is null and level not in ('human'::level, 'automation'::level)
)

select * from wrong
