-- One row per rule and other kind of evidence, or with $detailed per month and version too: how often they agree.
with chosen as (
    select
        tool,
        rule,
        kind,
        other_kind,
        if($detailed, month, null) as month,
        if($detailed, version, null) as version,
        commits,
        agrees,
        differs
    from rule_agreement
),

summed as (
    select
        tool,
        rule,
        kind,
        other_kind,
        month,
        version,
        sum(commits)::bigint as commits,
        sum(agrees)::bigint as agrees,
        sum(differs)::bigint as differs
    from chosen
    group by all
)

select * from summed order by tool, rule, other_kind, month, version
