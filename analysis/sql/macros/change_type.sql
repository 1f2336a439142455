-- The type of change that a subject names: its conventional prefix, else a careful reading of its words. It is a
-- reading of one line, not of the diff.
create or replace macro subject_prefix(subject) as (
    if(contains(subject, ':'), regexp_extract(lower(subject), '^\s*([a-z]+)\s*(\([^)]*\))?\s*!?:', 1), '')
);

create or replace macro subject_word(subject) as (
    regexp_extract(lower(subject), '^\W*([a-z]+)', 1)
);

-- Every pattern stands behind a comparison of the first word, so that few subjects meet one.
create or replace macro type_of(lowered, prefix, word) as (
    case
        when prefix in ('feat', 'feature', 'features') then 'feature'
        when
            prefix in ('chore', 'build', 'fix', 'deps', 'dep', 'dependencies')
            and (prefix like 'dep%' or regexp_matches(lowered, '^\s*[a-z]+\s*\((dev-)?deps?(-dev)?\)'))
            then 'dependencies'
        when prefix in ('fix', 'fixes', 'bugfix', 'hotfix', 'bug') then 'fix'
        when prefix in ('refactor', 'refact', 'cleanup') then 'refactor'
        when prefix in ('docs', 'doc', 'documentation') then 'docs'
        when prefix in ('test', 'tests') then 'test'
        when prefix in ('build', 'ci') then 'build/ci'
        when prefix in ('style', 'format', 'fmt', 'lint') then 'style'
        when prefix in ('perf', 'performance') then 'performance'
        when prefix in ('revert') or (word = 'revert' and starts_with(lowered, 'revert')) then 'revert'
        when
            prefix in ('release')
            or (
                word in ('chore', 'release', 'bump', 'version', 'prepare')
                and regexp_matches(
                    lowered,
                    '^(chore(\([^)]*\))?:\s*)?(release|bump (the )?version|version bump|prepare (for )?release)\b'
                )
            )
            or (
                (word in ('', 'v', 'version') or lowered[1] between '0' and '9')
                and regexp_matches(lowered, '^(v|version )?\d+\.\d+(\.\d+)?\S*$')
            )
            then 'release'
        when
            word in ('bump', 'update', 'upgrade')
            and regexp_matches(lowered, '^(bump|update|upgrade)\b.*\b(from .+ to |dependenc|deps\b)')
            then 'dependencies'
        when word in ('fix', 'fixes', 'fixed', 'fixing', 'bugfix', 'hotfix') then 'fix'
        when
            word in ('doc', 'docs', 'document')
            or (
                word in ('add', 'update', 'improve', 'fix', 'edit', 'tweak')
                and regexp_matches(
                    lowered, '^(add|update|improve|fix|edit|tweak) (the )?(readme|changelog|docs?|docstrings?)\b'
                )
            )
            then 'docs'
        when
            word in ('test', 'tests')
            or (
                word in ('add', 'update', 'improve', 'extend')
                and regexp_matches(lowered, '^(add|update|improve|extend) (more |unit |the |some )?tests?\b')
            )
            then 'test'
        when word in ('refactor', 'refactors', 'refactored', 'rename', 'simplify', 'cleanup') then 'refactor'
        when word in ('format', 'reformat', 'lint') then 'style'
        when word in ('optimize', 'optimise') then 'performance'
        when word = 'ci' then 'build/ci'
        when word in ('add', 'adds', 'added', 'implement', 'implements', 'introduce', 'support') then 'feature'
        else 'other'
    end
);

create or replace macro change_type(subject) as (
    type_of(lower(subject), subject_prefix(subject), subject_word(subject))
);
