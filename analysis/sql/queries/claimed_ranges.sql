-- One row per claimed range that a record or a log proves, with when the commit was made; in a file the strongest first.
with proven as (
    select
        claims.repo, claims.sha, strftime(commits.committed_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as committed_at,
        claims.path, claims."start", claims."end", claims.tool, claims.model, claims.session, claims.rule, claims.trust
    from claims
    inner join commits using (repo, sha)
    where claims.trust >= 'recorded'::trust and ($repo is null or claims.repo = $repo)
)

select * from proven order by repo, committed_at, sha, path, trust desc, "start", "end", tool, session, model, rule
