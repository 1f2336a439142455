create table schema_version (version integer primary key, applied_at timestamp default current_timestamp);
insert into schema_version (version) values (5);
create table sessions (
  id text primary key,
  name text not null default '',
  description text not null default '',
  session_type text not null default 'user',
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
  tokens integer,
  metadata_json text
);
create index idx_messages_session on messages (session_id);
insert into sessions (id, working_dir, created_at, updated_at, name, input_tokens, output_tokens) values
  ('20260105_1', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00', 'CANARY', 50, 5);
insert into sessions (id, working_dir, created_at, updated_at, session_type, schedule_id) values
  ('20260105_2', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00', 'scheduled', 'nightly');
insert into sessions (id, working_dir, created_at, updated_at, session_type) values
  ('20260105_3', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00', 'sub_agent');
insert into sessions (id, working_dir, created_at, updated_at, session_type) values
  ('20260105_4', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00', 'hidden');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"text","text":"CANARY"}]', 1767607872, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"toolRequest","id":"u1","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"write","path":"b.py","file_text":"b = 1\n"}}}}]', 1767607873, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"toolResponse","id":"u1","toolResult":{"status":"success","value":[{"type":"text","text":"ok","annotations":{"audience":["assistant"]}}]}}]', 1767607874, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"toolRequest","id":"u2","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"str_replace","path":"b.py","diff":"--- a/b.py\n+++ b/b.py\n@@ -1 +1,2 @@\n b = 1\n+c = CANARY\n"}}}}]', 1767607875, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"toolResponse","id":"u2","toolResult":{"status":"success","value":[{"type":"text","text":"ok","annotations":{"audience":["assistant"]}}]}}]', 1767607876, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"toolRequest","id":"u3","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"undo_edit","path":"b.py"}}}}]', 1767607877, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"toolResponse","id":"u3","toolResult":{"status":"success","value":[{"type":"text","text":"ok","annotations":{"audience":["assistant"]}}]}}]', 1767607878, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"text","text":"CANARY summary of what was said"}]', 1767607879, '{"userVisible":false,"agentVisible":true}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"text","text":"CANARY go on"}]', 1767607879, '{"userVisible":false,"agentVisible":true}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"toolRequest","id":"u4","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"write","path":"lost.py","file_text":"lost = 1\n"}}}}]', 1767607880, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'user', '[{"type":"text","text":"CANARY and now?"}]', 1767607881, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp, metadata_json) values
  ('20260105_1', 'assistant', '[{"type":"toolRequest","id":"u5","toolCall":{"status":"success","value":{"name":"developer__text_editor","arguments":{"command":"write","path":"runs.py","file_text":"runs = 1\n"}}}},{"type":"toolRequest","id":"u6","toolCall":{"status":"error","error":"CANARY"}}]', 1767607882, '{"userVisible":true,"agentVisible":false}');
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_1', 'assistant', '{CANARY', 1767607883);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_2', 'user', '[{"type":"text","text":"CANARY by nobody"}]', 1767607872);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_2', 'assistant', '[{"type":"text","text":"CANARY"}]', 1767607873);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_3', 'user', '[{"type":"text","text":"CANARY by nobody"}]', 1767607872);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_3', 'assistant', '[{"type":"text","text":"CANARY"}]', 1767607873);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_4', 'user', '[{"type":"text","text":"CANARY by nobody"}]', 1767607872);
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_4', 'assistant', '[{"type":"text","text":"CANARY"}]', 1767607873);
