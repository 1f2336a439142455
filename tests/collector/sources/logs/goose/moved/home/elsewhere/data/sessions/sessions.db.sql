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
insert into sessions (id, working_dir, created_at, updated_at) values
  ('20260105_9', '/home/u/p', '2026-01-05 10:11:12', '2026-01-05 10:20:00');
insert into messages (session_id, role, content_json, created_timestamp) values
  ('20260105_9', 'user', '[{"type":"text","text":"CANARY"}]', 1767607872);
