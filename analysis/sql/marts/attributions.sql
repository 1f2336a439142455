-- One row per commit: its class, what made it so, and which fraction of its added lines is AI's (low, best, high).
with line_totals as (
    select repo, sha, sum(lines) as lines
    from matched_lines
    group by all
),

expected_fractions as (
    select repo, sha, avg(line_fraction) as line_fraction
    from (select distinct repo, sha, tool from ai_evidence)
    inner join tool_line_fractions using (tool)
    group by all
),

-- Only of the commits in question: few, where all would have to be held at once.
measures as (
    select
        repo,
        sha,
        claimable_added,
        is_unmeasured,
        claimable_added + coalesce(lines_deleted, counted_deleted) > 0 as has_lines
    from commit_measures
    semi join deciding_evidence using (repo, sha)
),

verdicts as (
    select
        deciding_evidence.*,
        line_totals.lines,
        expected_fractions.line_fraction,
        measures.claimable_added as added,
        coalesce(measures.is_unmeasured, false) as is_unmeasured,
        coalesce(measures.has_lines, false) as has_lines
    from deciding_evidence
    left join line_totals using (repo, sha)
    left join expected_fractions using (repo, sha)
    left join measures using (repo, sha)
),

bounded as (
    select
        *,
        case
            when class_rank > 1 or is_unmeasured or coalesce(added, 0) = 0 then 0
            when lines is not null then least(1, lines / added)
            else 1 / added
        end as proven
    from verdicts
),

judged as (
    select
        commits.repo,
        commits.sha,
        case bounded.class_rank
            when 1 then 'ai' when 2 then 'human' when 3 then 'automation' else 'unknown'
        end as class,
        coalesce(bounded.tools, []) as tools,
        coalesce(bounded.models, []) as models,
        bounded.level,
        bounded.trust,
        coalesce(bounded.proven, 0)::double as ai_low,
        case
            when bounded.class_rank > 1 then 0
            when bounded.class_rank is null or bounded.is_unmeasured then null
            -- Of no lines at all there is no part to estimate: a merge that takes its parents' work as it is.
            when not bounded.has_lines then null
            when bounded.lines is not null and bounded.added > 0 then bounded.proven
            else greatest(bounded.proven, bounded.line_fraction)
        end::double as ai_best,
        if(bounded.class_rank > 1, 0, 1)::double as ai_high,
        coalesce(bounded.rules, []) as rules
    from commits
    left join bounded using (repo, sha)
)

select * from judged
