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
  ('s1', null, 'CANARY', 0, 0, 0.0, 1770000000, 1770000000);
insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
  ('m1', 's1', 'user', '[{"type":"text","data":{"text":"CANARY"}}]', null, 1770000000, 1770000000);
