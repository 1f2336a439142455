-- One row per commit of a page, newest first.
with selected as (
    select repo, sha, author_name, author_email, committed_at
    from commits
    where
        committed_at >= $from_time
        and committed_at < $to_time
        and (len($repos::varchar[]) = 0 or list_contains($repos::varchar[], repo))
        and ($search is null or contains(lower(subject), lower($search)) or starts_with(sha, lower($search)))
),

-- Each choice is a join of its own, which is not run where nothing was chosen.
of_class as (
    select *
    from selected
    where $class is null and len($tools::varchar[]) = 0
    union all
    select selected.*
    from selected
    inner join attributions using (repo, sha)
    where
        not ($class is null and len($tools::varchar[]) = 0)
        and (
            $class is null
            or $class = if(class in ('ai', 'human') and trust < $trust::trust, 'unknown', class)
        )
        and (len($tools::varchar[]) = 0 or list_has_any(tools, $tools::varchar[]))
),

of_author as (
    select *
    from of_class
    where $author is null
    union all
    select of_class.*
    from of_class
    left join canonical_authors using (repo, author_name, author_email)
    where
        $author is not null
        and coalesce(canonical_authors.author, author_text(of_class.author_name, of_class.author_email)) = $author
),

page as materialized (
    select repo, sha
    from of_author
    order by committed_at desc, repo, sha
    limit $limit
    offset $offset
),

page_commits as (
    select
        commits.repo,
        commits.sha,
        commits.committed_at,
        commits.author_name,
        commits.author_email,
        commits.subject,
        commits.is_merge,
        commits.on_default_branch
    from commits
    inner join page using (repo, sha)
),

shown as (
    select
        page_commits.repo,
        page_commits.sha,
        page_commits.committed_at,
        coalesce(
            canonical_authors.author, author_text(page_commits.author_name, page_commits.author_email)
        ) as author,
        page_commits.subject,
        change_type(page_commits.subject) as type,
        page_commits.is_merge,
        page_commits.on_default_branch,
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
    from page_commits
    inner join attributions using (repo, sha)
    left join commit_measures using (repo, sha)
    left join canonical_authors using (repo, author_name, author_email)
)

select * from shown order by committed_at desc, repo, sha
