-- One row per piece of evidence of the commits whose SHA begins with $prefix, with the rule it comes from.
with found as (
    select *
    from evidence
    where starts_with(sha, lower($prefix))
),

rules_once as (
    select *
    from rules
    qualify row_number() over (partition by rule order by defined_in) = 1
),

tools_once as (
    select tool, any_value(name) as name
    from tools
    group by all
),

compared as (
    select rule, tool, other_kind, sum(commits)::bigint as commits, sum(agrees)::bigint as agrees
    from rule_agreement
    group by all
),

agreement as (
    select *
    from compared
    qualify row_number() over (partition by rule, tool order by commits desc, other_kind) = 1
),

explained as (
    select
        found.repo,
        found.sha,
        found.tool,
        tools_once.name as tool_name,
        found.model,
        found.rule,
        found.trust::varchar as trust,
        found.level::varchar as level,
        found.scope,
        found.lines,
        found.session,
        found.pointer,
        found.first_seen_at,
        found.trust >= 'declared'::trust
        and case attributions.class
            when 'ai' then found.level between 'completion'::level and 'autonomous'::level
            when 'human' then found.level = 'human'::level
            when 'automation' then found.level = 'automation'::level
            else false
        end as decides,
        rules_once.field,
        rules_once.since,
        rules_once.off_switch,
        rules_once.source,
        rules_once.defined_in,
        agreement.other_kind as compared_with,
        agreement.commits as compared_commits,
        agreement.agrees as agreeing_commits
    from found
    inner join attributions using (repo, sha)
    left join rules_once using (rule)
    left join tools_once on found.tool = tools_once.tool
    left join agreement on found.rule = agreement.rule and found.tool = agreement.tool
)

select * from explained order by repo, sha, decides desc, trust::trust desc, level::level desc, rule, pointer
