-- What agents' logs say: sessions, their tokens and edits, and the commits that they had a hand in.

-- One row per session and log: what the log says of the session as a whole.
create table session_logs (
    tool varchar not null,
    session varchar not null,          -- the tool's own id
    parent_session varchar,            -- of a sub-agent: who started it
    forked_from varchar,               -- whose records this log begins with
    started_at timestamptz,
    ended_at timestamptz,
    directory varchar,                 -- the working directory at the start, maybe of another machine
    remote varchar,
    head varchar,
    mode varchar,                      -- permission mode, in the tool's words
    log_path varchar not null,
    log_version varchar
);

-- One row per thing that happened in a session. A record that a fork copied has a row for each of both sessions.
create table activities (
    tool varchar not null,
    session varchar not null,
    id varchar not null,
    "at" timestamptz,
    kind varchar not null,             -- prompt, reply, tool_call, interrupt, denial
    mode varchar
);

-- One row per request to a model and session. The four counts of tokens do not overlap.
create table usages (
    tool varchar not null,
    session varchar not null,
    id varchar not null,
    "at" timestamptz,
    model varchar,
    input bigint not null,
    cache_write bigint not null,
    cache_write_1h bigint not null,    -- part of cache_write
    cache_read bigint not null,
    output bigint not null,
    quality varchar not null,          -- exact, lower_bound, session_total
    cost_usd double                    -- what the log itself says
);

-- One row per change that a session made, or tried to make, to one file. The hashes stay out of snapshots.
create table edits (
    tool varchar not null,
    session varchar not null,
    id varchar not null,
    "at" timestamptz not null,
    path varchar not null,             -- as the log names it
    directory varchar,
    operation varchar not null,        -- add, update, delete, move, touch
    outcome varchar not null,          -- done, failed, rejected, undone
    model varchar,
    level level not null,
    moved_from varchar,
    exact bigint[] not null,           -- 0 stands between lines that are not neighbours
    trimmed bigint[] not null,
    squeezed bigint[] not null,
    place varchar not null             -- where in the log
);

-- One row per `git commit` that a session ran.
create table commit_calls (
    tool varchar not null,
    session varchar not null,
    id varchar not null,
    "at" timestamptz not null,
    directory varchar,
    sha varchar,                       -- as git printed it, shortened
    kind varchar not null,             -- committed, amended, cherry-picked
    place varchar not null
);

-- One row per log: how far it was read.
create table watermarks (
    path varchar not null,
    tool varchar not null,
    size bigint not null,
    modified_ns bigint not null,
    "offset" bigint not null,
    line bigint not null,
    head varchar not null,
    state varchar not null,
    skipped varchar not null
);

-- One row per folder in which sessions worked: the repository that it belongs to.
create table places (
    directory varchar not null,
    repo varchar not null,
    root varchar not null,             -- the top of the work tree, in the words of the log
    method varchar not null            -- folder, remote, sha, paths
);

-- One row per session and commit that it had a hand in.
create table links (
    repo varchar not null,
    sha varchar not null,
    tool varchar not null,
    session varchar not null,
    method varchar not null,           -- sha, patch, lines, time
    lines_matched integer not null,
    lines_added integer not null,
    pointer varchar not null
);

-- One row per model and day from which a price is in force, in US dollars per million tokens.
create table prices (
    model varchar not null,            -- a pattern of `glob`
    since date not null,
    input double not null,
    output double not null,
    cache_write double not null,
    cache_write_1h double not null,
    cache_read double not null,
    source varchar not null
);
