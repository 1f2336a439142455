create table sessions (id text primary key, parent_session_id text, title text not null,
  message_count integer not null default 0, prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0, cost real not null default 0.0, updated_at integer not null,
  created_at integer not null);
create table files (id text primary key, session_id text not null, path text not null, content text not null,
  version integer not null default 0, created_at integer not null, updated_at integer not null,
  unique (path, session_id, version));
create table messages (id text primary key, session_id text not null, role text not null,
  parts text not null default '[]', model text, created_at integer not null, updated_at integer not null,
  finished_at integer);
create index idx_messages_session_id on messages (session_id);
insert into sessions (id, parent_session_id, title, prompt_tokens, completion_tokens, cost, updated_at, created_at) values
  ('s1', null, 'CANARY', 0, 0, 0.0, 1770000000000, 1770000000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m1', 's1', 'user', '[{"type":"text","data":{"text":"CANARY"}}]', null, 1770000000000, 1770000000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('a0', 's1', 'assistant', '[{"type":"tool_call","data":{"id":"w1","name":"write","input":"{\"file_path\": \"x.py\", \"content\": \"a = 1\\n\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-sonnet-4-5', 1770000000000, 1770000000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('r0', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"w1","name":"write","content":"CANARY","metadata":"","is_error":false}}]', null, 1770000001000, 1770000001000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('a1', 's1', 'assistant', '[{"type":"tool_call","data":{"id":"w2","name":"write","input":"{\"file_path\": \"x.py\", \"content\": \"b = 1\\n\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-sonnet-4-5', 1770000010000, 1770000010000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('r1', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"w2","name":"write","content":"CANARY","metadata":"","is_error":false}}]', null, 1770000011000, 1770000011000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('a2', 's1', 'assistant', '[{"type":"tool_call","data":{"id":"w3","name":"write","input":"{\"file_path\": \"x.py\", \"content\": \"a = 1\\n\"}","finished":true}},{"type":"finish","data":{"reason":"tool_use","time":1770000000}}]', 'claude-sonnet-4-5', 1770000020000, 1770000020000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('r2', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"w3","name":"write","content":"CANARY","metadata":"","is_error":false}}]', null, 1770000021000, 1770000021000);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f1', 's1', 'x.py', '', 0, 1770000000000, 1770000000000);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f2', 's1', 'x.py', 'a = 1
', 1, 1770000000000, 1770000000000);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f3', 's1', 'x.py', 'b = 1
', 2, 1770000000000, 1770000000000);
insert into files (id, session_id, path, content, version, created_at, updated_at) values
  ('f4', 's1', 'x.py', 'a = 1
', 3, 1770000000000, 1770000000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('a9', 's1', 'assistant', '[{"type":"tool_call","data":{"id":"w9","name":"write","input":"{\"file_path\": \"y.py\", \"content\": \"y = 1\\n\"}","finished":true}},{"type":"tool_call","data":{"id":"w8","name":"edit","input":"{\"file_path\": \"z.py\", \"old_string\": \"\", \"new_string\": \"z = CANARY\\n\"}","finished":true}},{"type":"tool_call","data":{"id":"w7","name":"bash","input":"{\"command\": \"\"}","finished":true}}]', 'claude-sonnet-4-5', 1770000050000, 1770000050000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('r9', 's1', 'tool', '[{"type":"tool_result","data":{"tool_call_id":"w9","name":"write","content":"CANARY","metadata":"","is_error":false}},{"type":"tool_result","data":{"tool_call_id":"w8","name":"edit","content":"File created","metadata":"{\"additions\": 1, \"removals\": 0, \"new_content\": \"z = CANARY\\n\"}","is_error":false}}]', null, 1770000051000, 1770000051000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('bad', 's1', 'assistant', '{CANARY', null, 1770000060000, 1770000060000);
