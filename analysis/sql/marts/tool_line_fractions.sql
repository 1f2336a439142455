-- One row per tool of `ai` commits: the part of an AI commit's added lines that is the tool's (φ), and from how many.
with known_tools as (
    select distinct tool from ai_evidence
),

tools_per_commit as (
    select repo, sha, count(distinct tool) as tool_count
    from ai_evidence
    group by all
),

calibrating_commits as (
    select matched_lines.tool, least(matched_lines.lines, claimable_added) as lines, claimable_added
    from matched_lines
    inner join tools_per_commit using (repo, sha)
    inner join commit_measures using (repo, sha)
    where tools_per_commit.tool_count = 1 and claimable_added > 0 and not is_unmeasured
),

calibrated as (
    select tool, count(*) as commit_count, sum(lines) / sum(claimable_added) as pooled_fraction
    from calibrating_commits
    group by all
),

fractions as (
    select
        known_tools.tool,
        coalesce(calibrated.commit_count, 0) as calibrating_commit_count,
        -- Fewer than 30 commits say too little: then the figure that one published calibration gave.
        if(calibrated.commit_count >= 30, calibrated.pooled_fraction, 0.8) as line_fraction
    from known_tools
    left join calibrated using (tool)
)

select * from fractions
