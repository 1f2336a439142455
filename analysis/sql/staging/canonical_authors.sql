-- One row per raw identity of a repository: the author that `.mailmap` makes of it.
with canonical as (
    select
        repo,
        name as author_name,
        email as author_email,
        author_text(any_value(canonical_name), any_value(canonical_email)) as author
    from identities
    group by all
)

select * from canonical
