-- One row per commit of a page, newest first.
with selected as (
    select commits.repo, commits.sha, commits.committed_at
    from commits
    where
        make_timestamp(epoch_us(commits.committed_at))::date between $since::date and $until::date
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], commits.repo))
        and (
            $search is null
            or contains(lower(commits.subject), lower($search))
            or starts_with(commits.sha, lower($search))
        )
),

judged as (
    select selected.*
    from selected
    inner join attributions using (repo, sha)
    where
        ($class is null or attributions.class = $class)
        and ($trust is null or attributions.trust >= $trust::trust)
        and (len($tools::varchar[]) = 0 or list_has_any(attributions.tools, $tools::varchar[]))
),

by_author as (
    select judged.*
    from judged
    semi join (select repo, sha from authored_commits where author = $author) using (repo, sha)
    where $author is not null
    union all
    select *
    from judged
    where $author is null
),

page as (
    select *
    from by_author
    order by committed_at desc, repo, sha
    limit $limit
    offset $offset
),

shown as (
    select
        page.repo,
        page.sha,
        page.committed_at,
        authored_commits.author,
        authored_commits.subject,
        commit_types.type,
        authored_commits.is_merge,
        authored_commits.on_default_branch,
        if(commit_measures.sha is null, 0, commit_measures.lines_added) as lines_added,
        if(commit_measures.sha is null, 0, commit_measures.lines_deleted) as lines_deleted,
        attributions.class,
        array_to_string(attributions.tools, ';') as tools,
        attributions.level::varchar as level,
        attributions.trust::varchar as trust,
        attributions.ai_low,
        attributions.ai_best,
        attributions.ai_high,
        array_to_string(attributions.rules, ';') as rules
    from page
    inner join authored_commits using (repo, sha)
    inner join commit_types using (repo, sha)
    inner join attributions using (repo, sha)
    left join commit_measures using (repo, sha)
)

select * from shown order by committed_at desc, repo, sha
