create table schema_version (version integer primary key, applied_at timestamp default current_timestamp);
insert into schema_version (version) values (9);
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
  cache_read_tokens integer,
  cache_write_tokens integer,
  accumulated_total_tokens integer,
  accumulated_input_tokens integer,
  accumulated_output_tokens integer,
  accumulated_cache_read_tokens integer,
  accumulated_cache_write_tokens integer,
  accumulated_cost real,
  schedule_id text,
  recipe_json text,
  provider_name text,
  model_config_json text,
  goose_mode text not null default 'auto',
  parent_session_id text
);
create table messages (
  id integer primary key autoincrement,
  message_id text,
  session_id text not null references sessions (id),
  role text not null,
  content_json text not null,
  created_timestamp integer not null,
  timestamp timestamp default current_timestamp,
  tokens integer,
  metadata_json text
);
create index idx_messages_session on messages (session_id);
insert into sessions (id, goose_mode, provider_name, model_config_json, total_tokens, input_tokens, output_tokens, accumulated_total_tokens, accumulated_input_tokens, accumulated_output_tokens, accumulated_cache_read_tokens, accumulated_cache_write_tokens, accumulated_cost, working_dir, created_at, updated_at) values
  ('20260701_1', 'smart_approve', 'anthropic', '{"model_name":"claude-sonnet-4-5","context_limit":null}', 5, 4, 1, 1100, 1000, 100, 700, 200, 0.25, '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00');
insert into sessions (id, session_type, parent_session_id, working_dir, created_at, updated_at) values
  ('20260701_2', 'sub_agent', '20260701_1', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00');
insert into messages (session_id, role, content_json, created_timestamp, message_id) values
  ('20260701_1', 'user', '[{"type":"text","text":"CANARY"}]', 1767607872000, 'msg_1');
insert into messages (session_id, role, content_json, created_timestamp, message_id) values
  ('20260701_1', 'assistant', '[{"type":"thinking","thinking":"CANARY","signature":""},{"type":"toolRequest","id":"n1","toolCall":{"status":"success","value":{"name":"write","arguments":{"path":"n.py","content":"n = 1\n"}}}},{"type":"toolRequest","id":"n2","toolCall":{"status":"success","value":{"name":"edit","arguments":{"path":"n.py","before":"n = 1\n","after":"n = 1\nm = 2\n"}}}},{"type":"toolRequest","id":"n3","toolCall":{"status":"success","value":{"name":"developer__shell","arguments":{"command":"git commit -m x"}}}}]', 1767607873000, 'msg_2');
insert into messages (session_id, role, content_json, created_timestamp, message_id) values
  ('20260701_1', 'user', '[{"type":"toolResponse","id":"n1","toolResult":{"status":"success","value":{"content":[{"type":"text","text":"Created n.py (1 lines)"}],"isError":false}}},{"type":"toolResponse","id":"n2","toolResult":{"status":"success","value":{"content":[{"type":"text","text":"No match found"}],"isError":true}}},{"type":"toolResponse","id":"n3","toolResult":{"status":"success","value":{"content":[{"type":"text","text":"[main abcdef0] x"}],"isError":false}}}]', 1767607874000, 'msg_3');
