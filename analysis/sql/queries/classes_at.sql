-- One row per commit named in $shas in one repository: what it is, by whom, and when.
with found as (
    select
        commits.sha,
        commits.committed_at,
        commits.subject,
        author_text(commits.author_name, commits.author_email) as author,
        attributions.class,
        attributions.tools,
        attributions.trust::varchar as trust
    from commits
    inner join attributions using (repo, sha)
    where commits.repo = $repo and list_contains($shas::varchar[], commits.sha)
)

select * from found order by sha
