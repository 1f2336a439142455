create table thread (id text primary key, body text);
insert into thread values ('t1', 'CANARY');
