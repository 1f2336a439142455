-- The day of a time, in UTC whatever the connection's zone is.
create or replace macro utc_day(moment) as timezone('UTC', moment)::date
