-- One row per session and commit that it had a hand in: the contract table `links`.
with exported as (
    select repo, sha, tool, session, method, lines_matched, lines_added
    from links
    where $repo is null or repo = $repo
)

select * from exported order by repo, sha, tool, session
