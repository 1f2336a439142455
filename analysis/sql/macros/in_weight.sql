-- One unit of work in the asked weight.
create or replace macro in_weight(weight, in_commits, in_added, in_changed, in_merges) as (
    case weight
        when 'commits' then in_commits when 'added' then in_added when 'changed' then in_changed when 'merges' then in_merges
    end
);
