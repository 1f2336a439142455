create table session_v2 (id text primary key, project_id text not null, workspace_id text, parent_id text,
  fork_session_id text, fork_boundary text, slug text not null, directory text not null, path text, title text,
  version text not null, share_url text, metadata text, cost real default 0 not null,
  tokens_input integer default 0 not null, tokens_output integer default 0 not null,
  tokens_reasoning integer default 0 not null, tokens_cache_read integer default 0 not null,
  tokens_cache_write integer default 0 not null, revert text, permission text, agent text, model text,
  time_created integer not null, time_updated integer not null, time_archived integer, time_idle integer,
  idle_outcome text);
create table session_message (id text primary key, session_id text not null, type text not null, seq integer not null,
  time_created integer not null, time_updated integer not null, data text not null);
insert into session_v2 (id, project_id, slug, directory, title, version, time_created, time_updated) values
  ('ses_n', 'p', 'x', '/home/u/n', 'CANARY', '2.1.0', 1770000000000, 1770000000000);
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_1', 'ses_n', 'user', 1, 1770000000000, 1770000000000, '{"text":"CANARY","time":{"created":1770000000000}}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_2', 'ses_n', 'assistant', 2, 1770000000000, 1770000000000, '{CANARY');
