pragma journal_mode = wal;
create table project (id text primary key, worktree text not null, vcs text, time_created integer, time_updated integer);
create table session (id text primary key, project_id text not null, parent_id text, slug text, directory text not null,
  title text not null, version text not null, summary_additions integer, summary_deletions integer,
  summary_files integer, summary_diffs text, revert text, permission text, time_created integer not null,
  time_updated integer not null, time_archived integer);
create table message (id text primary key, session_id text not null, time_created integer not null,
  time_updated integer not null, data text not null);
create table part (id text primary key, message_id text not null, session_id text not null,
  time_created integer not null, time_updated integer not null, data text not null);
create index part_message_idx on part (message_id);
insert into session (id, project_id, directory, title, version, time_created, time_updated) values
  ('ses_m', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_1', 'ses_m', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_001', 'msg_1', 'ses_m', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY"}');
