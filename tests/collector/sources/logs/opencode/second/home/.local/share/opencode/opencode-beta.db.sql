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
  ('ses_2', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into session (id, project_id, directory, title, version, time_created, time_updated) values
  ('ses_old', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_1', 'ses_2', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_001', 'msg_1', 'ses_2', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_2', 'ses_2', 1770000001000, 1770000005000, '{"role":"assistant","time":{"created":1770000001000,"completed":1770000005000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_002', 'msg_2', 'ses_2', 1770000001000, 1770000001000, '{"type":"tool","callID":"c1","tool":"write","state":{"status":"completed","input":{"filePath":"/home/u/shop/a.py","content":"a = 1\n"},"time":{"start":1770000001000,"end":1770000001200},"output":"CANARY output","title":"CANARY","metadata":{"exists":false}}}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_9', 'ses_old', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_003', 'msg_9', 'ses_old', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY written by 1.x after 2.x"}');
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
insert into session_v2 (id, project_id, slug, directory, title, version, cost, tokens_input, model, time_created, time_updated, agent) values
  ('ses_2', '0f0f0f', 'x', '/home/u/shop', 'CANARY', '2.0.10', 0.5, 999, '{"providerID":"anthropic","id":"claude-opus-4-5"}', 1770000000000, 1770000090000, 'build');
insert into session_v2 (id, project_id, slug, directory, title, version, cost, tokens_input, model, time_created, time_updated, parent_id, agent) values
  ('ses_3', '0f0f0f', 'x', '/home/u/shop', 'CANARY', '2.0.10', 0.5, 999, '{"providerID":"anthropic","id":"claude-opus-4-5"}', 1770000000000, 1770000090000, 'ses_2', 'general');
insert into session_v2 (id, project_id, slug, directory, title, version, cost, tokens_input, model, time_created, time_updated, fork_session_id, agent) values
  ('ses_4', '0f0f0f', 'x', '/home/u/shop', 'CANARY', '2.0.10', 0.5, 999, '{"providerID":"anthropic","id":"claude-opus-4-5"}', 1770000000000, 1770000090000, 'ses_2', 'build');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_1', 'ses_2', 'user', 1, 1770000000000, 1770000000050, '{"time":{"created":1770000000000},"text":"CANARY"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_2', 'ses_2', 'assistant', 2, 1770000001000, 1770000001050, '{"time":{"created":1770000001000},"agent":"build","model":{"id":"claude-opus-4-5","providerID":"anthropic"},"content":[{"type":"tool","id":"c1","name":"write","state":{"status":"completed","input":{"path":"/home/u/shop/a.py","content":"a = 1\n"},"content":[{"type":"text","text":"CANARY"}],"structured":{"existed":false}},"time":{"created":1770000001000,"ran":1770000001000,"completed":1770000001100}}],"finish":"tool-calls","cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}}}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_3', 'ses_2', 'synthetic', 3, 1770000002000, 1770000002050, '{"time":{"created":1770000002000},"sessionID":"ses_2","text":"CANARY"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_4', 'ses_2', 'system', 4, 1770000002100, 1770000002150, '{"time":{"created":1770000002100},"text":"CANARY"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_5', 'ses_2', 'shell', 5, 1770000002200, 1770000002250, '{"time":{"created":1770000002200},"callID":"x","command":"CANARY","output":"CANARY"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_6', 'ses_2', 'user', 6, 1770000003000, 1770000003050, '{"time":{"created":1770000003000},"text":"CANARY more"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_7', 'ses_2', 'assistant', 7, 1770000003050, 1770000003100, '{"time":{"created":1770000003050},"agent":"build","model":{"id":"claude-opus-4-5","providerID":"anthropic"},"content":[{"type":"reasoning","id":"r","text":"CANARY"},{"type":"text","id":"t","text":"CANARY"},{"type":"tool","id":"e1","name":"edit","state":{"status":"completed","input":{"path":"src/b.py","oldString":"    x = 1","newString":"    x=2"},"content":[{"type":"text","text":"CANARY"}],"metadata":{"files":[{"file":"src/b.py","patch":"Index: src/b.py\n===================================================================\n--- src/b.py\n+++ src/b.py\n@@ -1,2 +1,2 @@\n def f():\n-    x = 1\n+    x = 2\n","additions":1,"deletions":1,"status":"modified"}]},"structured":{}},"time":{"created":1770000003100,"ran":1770000003100,"completed":1770000003200}},{"type":"tool","id":"e2","name":"patch","state":{"status":"completed","input":{"patchText":"*** Begin Patch\n*** Add File: n.py\n+n = 1\n*** End Patch"},"content":[{"type":"text","text":"CANARY"}],"structured":{"files":[{"file":"n.py","patch":"--- n.py\n+++ n.py\n@@ -0,0 +1,1 @@\n+n = 1\n","status":"added"}]}},"time":{"created":1770000003200,"ran":1770000003200,"completed":1770000003300}},{"type":"tool","id":"s1","name":"shell","state":{"status":"completed","input":{"command":"git commit -am CANARY","workdir":"/home/u/shop/sub"},"content":[{"type":"text","text":"[main 7777777] CANARY"}],"structured":{"exit":0,"truncated":false}},"time":{"created":1770000003300,"ran":1770000003300,"completed":1770000003400}},{"type":"tool","id":"e3","name":"edit","state":{"status":"error","input":{"path":"c.py","oldString":"a","newString":"b"},"content":[{"type":"text","text":"CANARY"}],"error":{"type":"unknown","message":"Could not find oldString in c.py."}},"time":{"created":1770000003400,"ran":1770000003400,"completed":1770000003500}},{"type":"tool","id":"e4","name":"write","state":{"status":"running","input":{"path":"d.py","content":"d = 1\n"},"content":[{"type":"text","text":"CANARY"}]},"time":{"created":1770000003500,"ran":1770000003500,"completed":1770000003600}}],"finish":"tool-calls","cost":0.25,"tokens":{"input":7,"output":3,"reasoning":1,"cache":{"read":70,"write":30}}}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_8', 'ses_2', 'assistant', 8, 1770000004000, 1770000004050, '{"time":{"created":1770000004000},"agent":"plan","model":{"id":"claude-opus-4-5","providerID":"anthropic"},"content":[],"finish":"tool-calls","cost":0.25,"tokens":{"input":7,"output":3,"reasoning":1,"cache":{"read":70,"write":30}},"error":{"type":"aborted","message":"CANARY"}}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_a', 'ses_3', 'user', 9, 1770000004100, 1770000004150, '{"time":{"created":1770000004100},"text":"CANARY by the agent"}');
insert into session_message (id, session_id, type, seq, time_created, time_updated, data) values
  ('msg_b', 'ses_2', 'idle', 10, 1770000004200, 1770000004250, '{"time":{"created":1770000004200},"outcome":"interrupted"}');
