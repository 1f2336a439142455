-- One row per commit: the type of change that its subject names (`macros/change_type.sql`).
with read_subjects as (
    select
        repo,
        sha,
        lower(subject) as lowered,
        subject_prefix(subject) as prefix,
        subject_word(subject) as word
    from commits
),

typed as (
    select repo, sha, type_of(lowered, prefix, word) as type
    from read_subjects
)

select * from typed
