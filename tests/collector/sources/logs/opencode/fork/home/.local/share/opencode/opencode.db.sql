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
  ('ses_o', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into session (id, project_id, directory, title, version, time_created, time_updated) values
  ('ses_f', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000100);
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_c1c38a400001AbCdEfGhIjKlMn', 'ses_o', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_001', 'msg_c1c38a400001AbCdEfGhIjKlMn', 'ses_o', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_c1c38a7e8001AbCdEfGhIjKlMn', 'ses_o', 1770000001000, 1770000005000, '{"role":"assistant","time":{"created":1770000001000,"completed":1770000005000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_002', 'msg_c1c38a7e8001AbCdEfGhIjKlMn', 'ses_o', 1770000001000, 1770000001000, '{"type":"tool","callID":"c1","tool":"write","state":{"status":"completed","input":{"filePath":"/home/u/shop/f.py","content":"f = 1\n"},"time":{"start":1770000001000,"end":1770000001200},"output":"CANARY output","title":"CANARY","metadata":{"exists":false}}}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_c1c6f9280001AbCdEfGhIjKlMn', 'ses_f', 1770000000000, 1770003600000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_003', 'msg_c1c6f9280001AbCdEfGhIjKlMn', 'ses_f', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_c1c6f9280002AbCdEfGhIjKlMn', 'ses_f', 1770000001000, 1770003600000, '{"role":"assistant","time":{"created":1770000001000,"completed":1770000005000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_004', 'msg_c1c6f9280002AbCdEfGhIjKlMn', 'ses_f', 1770000001000, 1770000001000, '{"type":"tool","callID":"c1","tool":"write","state":{"status":"completed","input":{"filePath":"/home/u/shop/f.py","content":"f = 1\n"},"time":{"start":1770000001000,"end":1770000001200},"output":"CANARY output","title":"CANARY","metadata":{"exists":false}}}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_c1c6fa608001AbCdEfGhIjKlMn', 'ses_f', 1770003605000, 1770003605000, '{"role":"user","time":{"created":1770003605000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_005', 'msg_c1c6fa608001AbCdEfGhIjKlMn', 'ses_f', 1770003605000, 1770003605000, '{"type":"text","text":"CANARY own"}');
