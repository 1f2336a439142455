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
