-- One row per commit on the default branch, session and model: how many of its lines are known to be that session's.
with ranged as (
    select
        claims.repo,
        claims.sha,
        claims.tool,
        claims.session,
        claims.model,
        claims.path,
        claims."end" - greatest(claims."start" - 1, coalesce(max(claims."end") over before, 0)) as lines
    from claims
    inner join commits using (repo, sha)
    where claims.session is not null and commits.on_default_branch and claims.trust >= 'recorded'::trust
    window before as (
        partition by claims.repo, claims.sha, claims.path
        order by claims."start", claims."end", claims.tool, claims.session
        rows between unbounded preceding and 1 preceding
    )
),

landed as (
    select ranged.repo, ranged.sha, ranged.tool, ranged.session, ranged.model, sum(greatest(0, ranged.lines))::bigint as lines
    from ranged
    group by all
)

select * from landed
