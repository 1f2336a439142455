-- One row per rule, month, version of the tool and other kind of evidence: in how many commits that it speaks of, where
-- the other kind can be heard (it speaks of that tool in the same repository and month) or names another, both agree.
-- Entire and git-ai only keep records of other tools' work: as tools they neither agree nor differ.
with spoken as (
    select distinct
        evidence.repo,
        evidence.sha,
        evidence.tool,
        evidence.rule,
        case
            when split_part(evidence.rule, '/', 2) in ('session-lines', 'session-file', 'session-commit') then 'log'
            when rules.field = 'notes' or split_part(evidence.rule, '/', 1) in ('git-ai', 'entire', 'agent-trace')
                then 'note'
            else 'marker'
        end as kind,
        strftime(timezone('UTC', commits.committed_at), '%Y-%m') as month
    from evidence
    inner join commits using (repo, sha)
    left join rules on evidence.rule = rules.rule and evidence.tool = rules.tool
    where
        evidence.tool not in ('entire', 'git-ai')
        and evidence.level not in ('message'::level, 'human'::level, 'automation'::level)
),

kinds as (
    select distinct repo, month, kind from spoken
),

heard as (
    select distinct repo, month, kind, tool from spoken
),

tools_by_kind as (
    select repo, sha, kind, list(distinct tool) as tools
    from spoken
    group by all
),

versions as (
    select links.repo, links.sha, links.tool, max(session_logs.log_version) as version
    from links
    inner join session_logs using (tool, session)
    group by all
),

compared as (
    select
        spoken.tool,
        spoken.rule,
        spoken.kind,
        kinds.kind as other_kind,
        heard.kind is not null as could_agree,
        spoken.month,
        versions.version,
        tools_by_kind.tools is not null and list_contains(tools_by_kind.tools, spoken.tool) as agrees,
        tools_by_kind.tools is not null and not list_contains(tools_by_kind.tools, spoken.tool) as differs
    from spoken
    inner join kinds on spoken.repo = kinds.repo and spoken.month = kinds.month and spoken.kind <> kinds.kind
    left join heard
        on spoken.repo = heard.repo
        and spoken.month = heard.month
        and kinds.kind = heard.kind
        and spoken.tool = heard.tool
    left join tools_by_kind
        on spoken.repo = tools_by_kind.repo and spoken.sha = tools_by_kind.sha and kinds.kind = tools_by_kind.kind
    left join versions
        on spoken.repo = versions.repo and spoken.sha = versions.sha and spoken.tool = versions.tool
),

agreement as (
    select
        tool,
        rule,
        kind,
        other_kind,
        month,
        version,
        count(*) as commits,
        count(*) filter (where agrees) as agrees,
        count(*) filter (where differs) as differs
    from compared
    where could_agree or differs
    group by all
)

select * from agreement
