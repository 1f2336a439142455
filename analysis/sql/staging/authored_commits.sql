-- One row per commit: its author and times, with `.mailmap` applied, in UTC without a zone.
with authored as (
    select
        commits.repo,
        commits.sha,
        commits.subject,
        commits.is_merge,
        commits.on_default_branch,
        commits.patch_id,
        -- make_timestamp(epoch_us(…)) is UTC whatever zone the connection has, and needs no extension.
        make_timestamp(epoch_us(commits.authored_at)) as authored_utc,
        make_timestamp(epoch_us(commits.committed_at)) as committed_utc,
        coalesce(canonical_authors.author, author_text(commits.author_name, commits.author_email)) as author
    from commits
    left join canonical_authors using (repo, author_name, author_email)
)

select * from authored
