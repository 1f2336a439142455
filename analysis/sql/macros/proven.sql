-- How much of the summed work is AI's by evidence of at least this trust.
create or replace macro proven(measure, class, trust, least) as (
    coalesce(sum(measure) filter (class = 'ai' and trust >= least::trust), 0)::double
);
