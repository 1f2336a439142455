-- The rows of a pre-aggregate that lie in a selection of time: its whole months as months, the days around them as days.
create or replace macro within(source, since, head_until, months_since, months_until, tail_since, until) as table (
    select * from query_table(source)
    where span = 'month' and day between months_since and months_until
    union all
    select * from query_table(source)
    where span = 'day' and day between since and head_until
    union all
    select * from query_table(source)
    where span = 'day' and day between tail_since and until
);
