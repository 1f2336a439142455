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
  ('ses_t', '0f0f0f', '/home/u/shop/web', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_t1', 'ses_t', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_001', 'msg_t1', 'ses_t', 1770000000000, 1770000000000, '{"type":"subtask","prompt":"CANARY","description":"CANARY","agent":"general","command":"review"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_t2', 'ses_t', 1770000001000, 1770000005000, '{"role":"assistant","time":{"created":1770000001000,"completed":1770000005000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop/web","root":"/home/u/shop"},"cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_002', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c1","tool":"edit","state":{"status":"completed","input":{"filePath":"/home/u/shop/web/a.ts","oldString":"","newString":"export const a = 1\n"},"time":{"start":1770000001000,"end":1770000001200},"output":"CANARY output","title":"CANARY","metadata":{"filediff":{"file":"a.ts","before":"","after":"export const a = 1;\n"}}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_003', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c2","tool":"multiedit","state":{"status":"completed","input":{"filePath":"/home/u/shop/web/b.ts","edits":[{"oldString":"one","newString":"uno"},{"oldString":"two\nkept","newString":"due\nkept"}]},"time":{"start":1770000001100,"end":1770000001300},"output":"CANARY output","title":"CANARY","metadata":{"results":[{"filediff":{"before":"one\nmiddle\ntwo\nkept\n","after":"uno\nmiddle\ntwo\nkept\n"}}]}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_004', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c3","tool":"apply_patch","state":{"status":"completed","input":{"patchText":"*** Begin Patch\n*** Update File: c.ts\n@@\n   {\n-    old()\n+    fresh()\n*** Add File: d.ts\n+only = CANARY\n*** Delete File: e.ts\n*** End Patch"},"time":{"start":1770000001200,"end":1770000001400},"output":"CANARY output","title":"CANARY","metadata":{"files":[{"filePath":"/home/u/shop/web/c.ts","relativePath":"c.ts","type":"update","patch":"@@ -1,2 +1,2 @@\n {\n-  old()\n+  fresh()\n"},{"filePath":"/home/u/shop/web/d.ts","type":"add","before":"","after":"only = CANARY\n"},{"filePath":"/home/u/shop/web/e.ts","type":"delete","before":"x\n","after":""},{"filePath":"/home/u/shop/web/f.ts","type":"move","movePath":"/home/u/shop/web/g.ts","before":"same\n","after":"same\nmore\n"}]}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_005', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c4","tool":"patch","state":{"status":"completed","input":{"patchText":"*** Begin Patch\n*** Add File: h.ts\n+bare = 1\n*** End Patch"},"time":{"start":1770000001300,"end":1770000001500},"output":"CANARY output","title":"CANARY","metadata":{}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_006', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c5","tool":"write","state":{"status":"completed","input":{"filePath":"/home/u/shop/web/w.ts","content":"x\ny\n"},"time":{"start":1770000001400,"end":1770000001600},"output":"CANARY output","title":"CANARY","metadata":{"exists":true}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_007', 'msg_t2', 'ses_t', 1770000001000, 1770000001000, '{"type":"tool","callID":"c6","tool":"bash","state":{"status":"completed","input":{"command":"git commit --amend --no-edit","workdir":"/home/u/shop"},"time":{"start":1770000001500,"end":1770000001700},"output":"[main 2b3c4d5] CANARY\n","title":"CANARY","metadata":{}}}');
