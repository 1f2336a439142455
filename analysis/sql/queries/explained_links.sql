-- One row per session linked to the commits whose SHA begins with $prefix.
with tools_once as (
    select tool, any_value(name) as tool_name
    from tools
    group by all
),

explained as (
    select
        links.repo,
        links.sha,
        links.tool,
        tools_once.tool_name,
        links.session,
        links.method,
        links.lines_matched,
        links.lines_added,
        links.pointer,
        sessions.started_at
    from links
    left join sessions using (tool, session)
    left join tools_once using (tool)
    where starts_with(links.sha, lower($prefix))
)

select * from explained order by repo, sha, lines_matched desc, tool, session
