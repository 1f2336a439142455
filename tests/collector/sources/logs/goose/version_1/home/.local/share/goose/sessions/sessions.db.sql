create table schema_version (version integer primary key, applied_at timestamp default current_timestamp);
insert into schema_version (version) values (1);
create table sessions (
  id text primary key,
  description text not null default '',
  working_dir text not null,
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp,
  extension_data text default '{}',
  total_tokens integer,
  input_tokens integer,
  output_tokens integer,
  accumulated_total_tokens integer,
  accumulated_input_tokens integer,
  accumulated_output_tokens integer,
  schedule_id text,
  recipe_json text
);
create table messages (
  id integer primary key autoincrement,
  session_id text not null references sessions (id),
  role text not null,
  content_json text not null,
  created_timestamp integer not null,
  timestamp timestamp default current_timestamp,
  tokens integer
);
create index idx_messages_session on messages (session_id);
insert into sessions (id, description, working_dir, created_at, updated_at, total_tokens, input_tokens, output_tokens, accumulated_total_tokens, accumulated_input_tokens, accumulated_output_tokens) values
  ('20251001_1', 'CANARY', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00', 900, 800, 100, 13000, 12000, 1000);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'user', '[{"type":"text","text":"CANARY prompt"}]', 1767607872);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'assistant', '[{"type":"text","text":"CANARY"},{"type":"toolRequest","id":"t1","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"write","path":"/home/u/p/a.py","file_text":"a = 1\nb = CANARY\n"}}}}]', 1767607880);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'user', '[{"type":"toolResponse","id":"t1","toolResult":{"status":"success","value":[{"type":"text","text":"CANARY","annotations":{"audience":["assistant"]}}]}}]', 1767607881);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'assistant', '[{"type":"toolRequest","id":"t2","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"str_replace","path":"/home/u/p/a.py","old_str":"a = 1\nb","new_str":"a = 2\nb"}}}},{"type":"toolRequest","id":"t3","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"insert","path":"/home/u/p/a.py","insert_line":1,"new_str":"mid = 1"}}}}]', 1767607882);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'user', '[{"type":"toolResponse","id":"t2","toolResult":{"status":"success","value":[{"type":"text","text":"CANARY","annotations":{"audience":["assistant"]}}]}},{"type":"toolResponse","id":"t3","toolResult":{"status":"error","error":"no such line"}}]', 1767607883);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'assistant', '[{"type":"toolRequest","id":"t4","toolCall":{"status":"success","value":{"name":"developer__shell","arguments":{"command":"git commit -am CANARY"}}}}]', 1767607884);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'user', '[{"type":"toolResponse","id":"t4","toolResult":{"status":"success","value":[{"type":"text","text":"[main 1a2b3c4] CANARY\n 1 file changed","annotations":{"audience":["assistant"]}}]}}]', 1767607885);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'assistant', '[{"type":"toolRequest","id":"t5","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"write","path":"/home/u/p/no.py","file_text":"no = 1\n"}}}},{"type":"toolRequest","id":"t6","toolCall":{"status":"success","value":{"name":"memory__write","arguments":{"path":"x","content":"CANARY"}}}}]', 1767607886);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'user', '[{"type":"toolResponse","id":"t5","toolResult":{"status":"success","value":[{"type":"text","text":"The user has declined to run this tool. DO NOT attempt to call this tool again.","annotations":{"audience":["assistant"]}}]}},{"type":"toolResponse","id":"t6","toolResult":{"status":"success","value":[{"type":"text","text":"ok","annotations":{"audience":["assistant"]}}]}}]', 1767607887);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20251001_1', 'assistant', '[{"type":"text","text":"CANARY done"}]', 1767607888);
