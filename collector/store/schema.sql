-- The ledger: facts only. What follows from them are views (analysis/sql), so a verdict can't go stale.
-- A column never holds a prompt, a reply or source text (docs/decisions/0005-privacy-by-shape.md).
-- No primary keys: DuckDB's index would cost more than it proves; loads skip what is there, audits prove the grain.

create type trust as enum ('hinted', 'declared', 'recorded', 'witnessed');
create type level as enum (
    'message', 'completion', 'suggestion', 'assisted', 'agent', 'autonomous', 'human', 'automation'
);

-- One row: the version of this schema.
create table store_version (version integer not null);

-- One row per repository.
create table repositories (
    repo varchar not null,             -- stable id: host/owner/name, else folder@root commit
    path varchar not null,             -- where it was last collected
    default_branch varchar,            -- its ref, null while no commit exists
    object_format varchar not null,    -- sha1 or sha256
    is_bare boolean not null,
    is_shallow boolean not null,
    is_partial boolean not null,
    collected_at timestamptz not null
);

-- One row per ref that was read, at its last complete pass.
create table tips (repo varchar not null, ref varchar not null, sha varchar not null);

-- One row per commit of a repository.
create table commits (
    repo varchar not null,
    sha varchar not null,
    parents varchar[] not null,
    author_name varchar not null,
    author_email varchar not null,
    committer_name varchar not null,
    committer_email varchar not null,
    authored_at timestamptz not null,
    committed_at timestamptz not null,
    subject varchar not null,
    message_markers varchar[] not null,
    is_merge boolean not null,
    on_default_branch boolean not null,
    patch_id varchar
);

-- One row per file in a commit. Lines are null where a blob was missing.
create table file_changes (
    repo varchar not null,
    sha varchar not null,
    path varchar not null,
    old_path varchar,
    lines_added integer,
    lines_deleted integer,
    noise varchar
);

-- One row per commit on the default branch: the first-parent commit that brought it there (itself, if direct).
create table landings (
    repo varchar not null,
    sha varchar not null,
    landed_by varchar not null
);

-- One row per raw identity of a repository, as its .mailmap maps it today.
create table identities (
    repo varchar not null,
    name varchar not null,
    email varchar not null,
    canonical_name varchar not null,
    canonical_email varchar not null
);

-- One row per range of a commit's new lines that a record says a tool wrote.
create table claims (
    repo varchar not null,
    sha varchar not null,
    path varchar not null,
    "start" integer not null,
    "end" integer not null,
    tool varchar not null,
    model varchar,
    session varchar,
    rule varchar not null,
    trust trust not null
);

-- One row per reason to believe that a tool took part in a commit, or that none did.
create table evidence (
    repo varchar not null,
    sha varchar not null,
    tool varchar,
    model varchar,
    rule varchar not null,
    trust trust not null,
    level level not null,
    scope varchar not null,
    lines integer,
    session varchar,
    pointer varchar not null,
    first_seen_at timestamptz not null
);

-- One row per tool of the rule set in force.
create table tools (
    tool varchar not null,
    name varchar not null,
    homepage varchar not null,
    color varchar not null
);

-- One row per marker of the rule set in force.
create table rules (
    rule varchar not null,
    tool varchar,
    field varchar not null,
    trust trust not null,
    level level not null,
    since varchar,
    off_switch varchar,
    source varchar not null,
    defined_in varchar not null        -- file:line
);

-- One row per change of an instrument: a default that a tool switched on or off.
create table instruments (
    tool varchar not null,
    changed_on date not null,
    rule varchar,
    what varchar not null,
    source varchar not null
);

-- One row per kind of record that a source skipped, as of its last pass.
create table skipped (
    source varchar not null,           -- a repository id or a log's name
    reason varchar not null,
    count bigint not null,
    example varchar not null
);

-- One row per run of `collect`.
create table runs (
    started_at timestamptz not null,
    finished_at timestamptz not null,
    version varchar not null,
    rules_digest varchar not null,
    repositories integer not null,
    new_commits bigint not null,
    skipped bigint not null
);

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
