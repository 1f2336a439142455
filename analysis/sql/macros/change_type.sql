-- The type of change that a subject names: its conventional prefix, else a careful reading of its words. It is a
-- reading of one line, not of the diff.
create or replace macro subject_prefix(subject) as (
    regexp_extract(lower(subject), '^\s*([a-z]+)\s*(\([^)]*\))?\s*!?:', 1)
);

create or replace macro subject_word(subject) as (
    regexp_extract(lower(subject), '^\W*([a-z]+)', 1)
);

create or replace macro change_type(subject) as (
    case
        when subject_prefix(subject) in ('feat', 'feature', 'features') then 'feature'
        when
            subject_prefix(subject) in ('chore', 'build', 'fix', 'deps', 'dep', 'dependencies')
            and (subject_prefix(subject) like 'dep%' or regexp_matches(lower(subject), '^\s*[a-z]+\s*\((dev-)?deps?(-dev)?\)'))
            then 'dependencies'
        when subject_prefix(subject) in ('fix', 'fixes', 'bugfix', 'hotfix', 'bug') then 'fix'
        when subject_prefix(subject) in ('refactor', 'refact', 'cleanup') then 'refactor'
        when subject_prefix(subject) in ('docs', 'doc', 'documentation') then 'docs'
        when subject_prefix(subject) in ('test', 'tests') then 'test'
        when subject_prefix(subject) in ('build', 'ci') then 'build/ci'
        when subject_prefix(subject) in ('style', 'format', 'fmt', 'lint') then 'style'
        when subject_prefix(subject) in ('perf', 'performance') then 'performance'
        when subject_prefix(subject) in ('revert') or regexp_matches(lower(subject), '^revert\b') then 'revert'
        when
            subject_prefix(subject) in ('release')
            or regexp_matches(
                lower(subject),
                '^(chore(\([^)]*\))?:\s*)?(release|bump (the )?version|version bump|prepare (for )?release)\b'
            )
            or regexp_matches(lower(subject), '^(v|version )?\d+\.\d+(\.\d+)?\S*$')
            then 'release'
        when regexp_matches(lower(subject), '^(bump|update|upgrade)\b.*\b(from .+ to |dependenc|deps\b)') then 'dependencies'
        when subject_word(subject) in ('fix', 'fixes', 'fixed', 'fixing', 'bugfix', 'hotfix') then 'fix'
        when
            subject_word(subject) in ('doc', 'docs', 'document')
            or regexp_matches(lower(subject), '^(add|update|improve|fix|edit|tweak) (the )?(readme|changelog|docs?|docstrings?)\b')
            then 'docs'
        when
            subject_word(subject) in ('test', 'tests')
            or regexp_matches(lower(subject), '^(add|update|improve|extend) (more |unit |the |some )?tests?\b')
            then 'test'
        when subject_word(subject) in ('refactor', 'refactors', 'refactored', 'rename', 'simplify', 'cleanup') then 'refactor'
        when subject_word(subject) in ('format', 'reformat', 'lint') then 'style'
        when subject_word(subject) in ('optimize', 'optimise') then 'performance'
        when subject_word(subject) = 'ci' then 'build/ci'
        when subject_word(subject) in ('add', 'adds', 'added', 'implement', 'implements', 'introduce', 'support') then 'feature'
        else 'other'
    end
);
