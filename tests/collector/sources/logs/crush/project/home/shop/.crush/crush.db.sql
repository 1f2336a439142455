create table sessions (id text primary key, parent_session_id text, title text not null,
  message_count integer not null default 0, prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0, cost real not null default 0.0, updated_at integer not null,
  created_at integer not null, summary_message_id text, todos text);
create table files (id text primary key, session_id text not null, path text not null, content text not null,
  version integer not null default 0, created_at integer not null, updated_at integer not null,
  unique (path, session_id, version));
create table messages (id text primary key, session_id text not null, role text not null,
  parts text not null default '[]', model text, created_at integer not null, updated_at integer not null,
  finished_at integer, provider text, is_summary_message integer default 0 not null);
create index idx_messages_session_id on messages (session_id);
insert into sessions (id, parent_session_id, title, prompt_tokens, completion_tokens, cost, updated_at, created_at) values
  ('s1', null, 'CANARY', 5000, 300, 0.75, 1770000000, 1770000000);
insert into sessions (id, parent_session_id, title, prompt_tokens, completion_tokens, cost, updated_at, created_at) values
  ('m2$$c9', 's1', 'CANARY', 100, 10, 0.25, 1770000000, 1770000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m1', 's1', 'user', '[{"type":"text","data":{"text":"CANARY prompt"}},{"type":"binary","data":{"Path":"x"}}]', null, 1770000000, 1770000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m2', 's1', 'assistant', '[{"type":"reasoning","data":{"thinking":"CANARY"}},{"type":"text","data":{"text":"CANARY"}},{"type":"tool_call","data":{"id":"c1","name":"edit","input":"{\"file_path\": \"/home/u/shop/a.py\", \"old_string\": \"x = 1\", \"new_string\": \"x = 2\"}","finished":true}},{"type":"tool_call","data":{"id":"c2","name":"multiedit","input":"{\"file_path\": \"/home/u/shop/b.py\", \"edits\": [{\"old_string\": \"one\", \"new_string\": \"uno\"}, {\"old_string\": \"not there\", \"new_string\": \"never\"}]}","finished":true}},{"type":"tool_call","data":{"id":"c3","name":"write","input":"{\"file_path\": \"/home/u/shop/w.py\", \"content\": \"kept = 1\\nfresh = 2\\n\"}","finished":true}},{"type":"tool_call","data":{"id":"c4","name":"bash","input":"{\"command\": \"git commit -qam CANARY; git log -1\", \"working_dir\": \"/home/u/shop/sub\"}","finished":true}},{"type":"tool_call","data":{"id":"c9","name":"agent","input":"{\"prompt\": \"CANARY\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-sonnet-4-5', 1770000010, 1770000010);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m3', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"c1","name":"edit","content":"<result>CANARY</result>","metadata":"{\"additions\": 1, \"removals\": 1, \"old_content\": \"def f():\\n    x = 1\\n\", \"new_content\": \"def f():\\n    x = 2\\n\"}","is_error":false}},{"type":"tool_result","data":{"tool_call_id":"c2","name":"multiedit","content":"CANARY","metadata":"{\"additions\": 1, \"removals\": 1, \"old_content\": \"one\\ntwo\\n\", \"new_content\": \"uno\\ntwo\\n\", \"edits_applied\": 1, \"edits_failed\": [{\"index\": 2, \"error\": \"CANARY\"}]}","is_error":false}},{"type":"tool_result","data":{"tool_call_id":"c3","name":"write","content":"CANARY","metadata":"{\"diff\": \"CANARY\", \"additions\": 1, \"removals\": 0}","is_error":false}},{"type":"tool_result","data":{"tool_call_id":"c4","name":"bash","content":"[main 1a2b3c4] CANARY\n\n<cwd>/home/u/shop/sub</cwd>","metadata":"{\"start_time\": 1, \"end_time\": 2, \"output\": \"CANARY\"}","is_error":false}},{"type":"tool_result","data":{"tool_call_id":"c9","name":"agent","content":"CANARY","metadata":"","is_error":false}}]', null, 1770000020, 1770000020);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f1', 's1', '/home/u/shop/w.py', 'kept = 1
', 0, 1770000000, 1770000000);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f2', 's1', '/home/u/shop/w.py', 'kept = 1
fresh = 2
', 1, 1770000000, 1770000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m4', 's1', 'assistant', '[{"type":"tool_call","data":{"id":"c1","name":"write","input":"{\"file_path\": \"/home/u/shop/no.py\", \"content\": \"no = 1\\n\"}","finished":true}},{"type":"tool_call","data":{"id":"c2","name":"edit","input":"{\"file_path\": \"/home/u/shop/a.py\", \"old_string\": \"gone\", \"new_string\": \"bad = 1\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-sonnet-4-5', 1770000030, 1770000030);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m5', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"c1","name":"write","content":"User denied permission","metadata":"","is_error":true}},{"type":"tool_result","data":{"tool_call_id":"c2","name":"edit","content":"old_string not found in file","metadata":"","is_error":true}}]', null, 1770000031, 1770000031);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m6', 's1', 'user', '[{"type":"text","data":{"text":"CANARY again"}}]', null, 1770000040, 1770000040);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m7', 's1', 'assistant', '[{"type":"text","data":{"text":"CANARY"}},{"type":"finish","data":{"reason":"canceled","time":1770000000}}]', 'claude-sonnet-4-5', 1770000041, 1770000041);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m8', 's1', 'user', '[{"type":"text","data":{"text":"The previous session was interrupted because it got too long, the initial user request was: `CANARY`"}}]', null, 1770000050, 1770000050);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m9', 's1', 'user', '[{"type":"shell_command","data":{"command":"CANARY","output":"CANARY","exit_code":0}}]', null, 1770000051, 1770000051);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('ma', 'm2$$c9', 'user', '[{"type":"text","data":{"text":"CANARY by the agent"}}]', null, 1770000011, 1770000011);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('mb', 'm2$$c9', 'assistant', '[{"type":"tool_call","data":{"id":"c1","name":"write","input":"{\"file_path\": \"sub.py\", \"content\": \"sub = 1\\n\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-haiku-4-5', 1770000012, 1770000012);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('mc', 'm2$$c9', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"c1","name":"write","content":"CANARY","metadata":"{\"diff\": \"--- a/sub.py\\n+++ b/sub.py\\n@@ -0,0 +1,1 @@\\n+sub = 1\\n\", \"additions\": 1, \"removals\": 0}","is_error":false}}]', null, 1770000013, 1770000013);
