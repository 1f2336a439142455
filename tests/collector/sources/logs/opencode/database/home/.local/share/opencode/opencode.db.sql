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
  ('ses_a', '0f0f0f', '/home/u/shop', 'CANARY title', '1.2.10', 1770000000000, 1770000000000);
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_a1', 'ses_a', 1770000000000, 1770000000000, '{"role":"user","time":{"created":1770000000000},"agent":"build","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_001', 'msg_a1', 'ses_a', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY prompt"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_002', 'msg_a1', 'ses_a', 1770000000000, 1770000000000, '{"type":"text","text":"CANARY file listing","synthetic":true}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_003', 'msg_a1', 'ses_a', 1770000000000, 1770000000000, '{"type":"file","mime":"text/plain","url":"file:///home/u/shop/a.py"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_a2', 'ses_a', 1770000001000, 1770000005000, '{"role":"assistant","time":{"created":1770000001000,"completed":1770000005000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_004', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"step-start"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_005', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"text","text":"CANARY reply"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_006', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"tool","callID":"call_1","tool":"edit","state":{"status":"completed","input":{"filePath":"/home/u/shop/a.py","oldString":"        return 1\n","newString":"        total = self.sum( )\n        return total\n"},"time":{"start":1770000001000,"end":1770000001200},"output":"Edit applied successfully.","title":"CANARY","metadata":{"diff":"x","filediff":{"file":"/home/u/shop/a.py","patch":"Index: /home/u/shop/a.py\n===================================================================\n--- /home/u/shop/a.py\n+++ /home/u/shop/a.py\n@@ -1,4 +1,5 @@\n class Cart:\n     def total(self):\n-        return 1\n+        total = self.sum()\n+        return total\n","additions":2,"deletions":1},"diagnostics":{}}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_007', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"tool","callID":"call_2","tool":"edit","state":{"status":"completed","input":{"filePath":"/home/u/shop/b.py","oldString":"        x = 1\n","newString":"        x = 2\n        if CANARY:\n            pass\n"},"time":{"start":1770000001500,"end":1770000001700},"output":"CANARY output","title":"CANARY","metadata":{"filediff":{"file":"/home/u/shop/b.py","patch":"--- b.py\n+++ b.py\n@@ -7,2 +7,4 @@\n y = 0\n-x = 1\n+x = 2\n+if CANARY:\n+    pass\n","additions":3,"deletions":1}}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_008', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"tool","callID":"call_3","tool":"write","state":{"status":"completed","input":{"filePath":"/home/u/shop/new.py","content":"import os\nprint(os.name)\n"},"time":{"start":1770000002000,"end":1770000002200},"output":"CANARY output","title":"CANARY","metadata":{"diagnostics":{},"filepath":"/home/u/shop/new.py","exists":false}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_009', 'msg_a2', 'ses_a', 1770000001000, 1770000001000, '{"type":"step-finish","reason":"tool-calls","cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}}}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_a3', 'ses_a', 1770000005000, 1770000009000, '{"role":"assistant","time":{"created":1770000005000,"completed":1770000009000},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"build","agent":"build","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}},"finish":"tool-calls"}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_010', 'msg_a3', 'ses_a', 1770000005000, 1770000005000, '{"type":"tool","callID":"call_1","tool":"bash","state":{"status":"completed","input":{"command":"git commit -qam ''CANARY'' && git log -1","description":"CANARY"},"time":{"start":1770000005100,"end":1770000005300},"output":"[main 1a2b3c4] CANARY\n 1 file changed\n","title":"CANARY","metadata":{"output":"CANARY","exit":0}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_011', 'msg_a3', 'ses_a', 1770000005000, 1770000005000, '{"type":"tool","callID":"call_2","tool":"edit","state":{"status":"error","input":{"filePath":"/home/u/shop/a.py","oldString":"gone\n","newString":"never = 1\n"},"time":{"start":1770000005200,"end":1770000005400},"error":"oldString not found in content"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_012', 'msg_a3', 'ses_a', 1770000005000, 1770000005000, '{"type":"tool","callID":"call_3","tool":"write","state":{"status":"error","input":{"filePath":"/home/u/shop/secret.py","content":"refused = True\n"},"time":{"start":1770000005300,"end":1770000005500},"error":"The user rejected permission to use this specific tool call."}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_013', 'msg_a3', 'ses_a', 1770000005000, 1770000005000, '{"type":"tool","callID":"call_4","tool":"read","state":{"status":"completed","input":{"filePath":"/home/u/shop/a.py"},"time":{"start":1770000005400,"end":1770000005600},"output":"<file>CANARY</file>","title":"CANARY","metadata":{}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_014', 'msg_a3', 'ses_a', 1770000005000, 1770000005000, '{"type":"step-finish","reason":"tool-calls","cost":0.012,"tokens":{"input":10,"output":20,"reasoning":5,"cache":{"read":900,"write":50}}}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_a4', 'ses_a', 1770000009000, 1770000009000, '{"role":"user","time":{"created":1770000009000},"agent":"plan","model":{"providerID":"anthropic","modelID":"claude-sonnet-4-5"}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_015', 'msg_a4', 'ses_a', 1770000009000, 1770000009000, '{"type":"text","text":"CANARY second prompt"}');
insert into message (id, session_id, time_created, time_updated, data) values
  ('msg_a5', 'ses_a', 1770000009500, 1770000013500, '{"role":"assistant","time":{"created":1770000009500,"completed":1770000013500},"parentID":"msg_u1","modelID":"claude-sonnet-4-5","providerID":"anthropic","mode":"plan","agent":"plan","path":{"cwd":"/home/u/shop","root":"/home/u/shop"},"cost":0,"tokens":{"input":0,"output":0,"reasoning":0,"cache":{"read":0,"write":0}},"finish":"tool-calls","error":{"name":"MessageAbortedError","data":{"message":"CANARY"}}}');
insert into part (id, message_id, session_id, time_created, time_updated, data) values
  ('prt_016', 'msg_a5', 'ses_a', 1770000009500, 1770000009500, '{"type":"text","text":"CANARY half"}');
