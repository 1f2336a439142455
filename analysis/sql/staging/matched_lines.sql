-- One row per commit and tool with line evidence: how many of the commit's claimable lines are that tool's.
with claims_of_ai as (
    select claims.repo, claims.sha, claims.path, claims."start", claims."end", claims.tool
    from claims
    semi join ai_evidence using (repo, sha, tool)
    where claims.trust >= 'declared'::trust
),

claimed_in_counted_files as (
    select claims_of_ai.*, file_changes.lines_added
    from claims_of_ai
    inner join file_changes using (repo, sha, path)
    inner join commit_measures using (repo, sha)
    where file_changes.noise is null or commit_measures.counted_added = 0
),

-- A line counts once: each range gives only what lies beyond the ranges before it.
disjoint_ranges as (
    select
        repo,
        sha,
        path,
        tool,
        lines_added,
        greatest(
            0,
            "end" - greatest(
                "start" - 1,
                coalesce(
                    max("end") over (
                        partition by repo, sha, path
                        order by "start", "end", tool
                        rows between unbounded preceding and 1 preceding
                    ),
                    "start" - 1
                )
            )
        ) as lines
    from claimed_in_counted_files
),

lines_by_file as (
    select repo, sha, path, tool, coalesce(lines_added, 0) as lines_added, sum(lines) as lines
    from disjoint_ranges
    group by all
),

-- No file gives more lines than git says it added.
possible_lines as (
    select
        repo,
        sha,
        tool,
        lines * least(1.0, lines_added / nullif(sum(lines) over (partition by repo, sha, path), 0)) as lines
    from lines_by_file
),

from_claims as (
    select repo, sha, tool, coalesce(sum(lines), 0)::double as lines
    from possible_lines
    group by all
),

-- Sessions of one rule add up; two rules of one tool see the same lines.
by_rule as (
    select repo, sha, tool, rule, sum(lines) as lines
    from ai_evidence
    where lines is not null
    group by all
),

from_evidence as (
    select repo, sha, tool, max(lines)::double as lines
    from by_rule
    anti join from_claims using (repo, sha, tool)
    group by all
),

matched as (
    select * from from_claims
    union all
    select * from from_evidence
)

select * from matched
