-- One row per commit whose SHA begins with $prefix: itself and its verdict.
with found as (
    select * exclude (parents, committer_name, committer_email, message_markers, patch_id)
    from commits
    where starts_with(sha, lower($prefix))
),

explained as (
    select
        found.* exclude (author_name, author_email),
        coalesce(canonical_authors.author, author_text(found.author_name, found.author_email)) as author,
        repositories.path as repo_path,
        landings.landed_by,
        found.on_default_branch
        and not found.is_merge
        and repeated_patches.sha is null as is_counted,
        repeated_patches.first_sha as same_patch_as,
        change_type(found.subject) as type,
        attributions.class,
        attributions.tools,
        attributions.models,
        attributions.level::varchar as level,
        attributions.trust::varchar as trust,
        attributions.ai_low,
        attributions.ai_best,
        attributions.ai_high,
        attributions.rules
    from found
    inner join attributions using (repo, sha)
    left join repositories using (repo)
    left join landings using (repo, sha)
    left join canonical_authors using (repo, author_name, author_email)
    left join repeated_patches using (repo, sha)
)

select * from explained order by repo, sha
