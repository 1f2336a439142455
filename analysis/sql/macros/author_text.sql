-- How an author is written everywhere: `Name <email>`, or the name alone.
create or replace macro author_text(name, email) as (
    if(email = '', name, name || ' <' || email || '>')
);
