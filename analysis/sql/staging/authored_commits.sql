-- One row per commit: its author and times, with `.mailmap` applied, in UTC without a zone.
with raw_commits as (
    select
        repo,
        sha,
        author_name,
        author_email,
        subject,
        is_merge,
        on_default_branch,
        patch_id,
        -- make_timestamp(epoch_us(…)) is UTC whatever zone the connection has, and needs no extension.
        make_timestamp(epoch_us(authored_at)) as authored_utc,
        make_timestamp(epoch_us(committed_at)) as committed_utc
    from commits
),

canonical as (
    select repo, name, email, any_value(canonical_name) as canonical_name, any_value(canonical_email) as canonical_email
    from identities
    group by all
),

authors as (
    select
        raw_commits.* exclude (author_name, author_email),
        coalesce(canonical.canonical_name, raw_commits.author_name) as shown_name,
        coalesce(canonical.canonical_email, raw_commits.author_email) as shown_email
    from raw_commits
    left join canonical
        on raw_commits.repo = canonical.repo
        and raw_commits.author_name = canonical.name
        and raw_commits.author_email = canonical.email
),

named as (
    select
        * exclude (shown_name, shown_email),
        if(shown_email = '', shown_name, shown_name || ' <' || shown_email || '>') as author
    from authors
)

select * from named
