-- One row per commit: the type of change that its subject names; a careful reading of one line, not of the diff.
with subjects as (
    select
        repo,
        sha,
        lower(subject) as subject,
        regexp_extract(lower(subject), '^\s*([a-z]+)\s*(\([^)]*\))?\s*!?:', 1) as prefix,
        regexp_extract(lower(subject), '^\W*([a-z]+)', 1) as first_word
    from commits
),

typed as (
    select
        repo,
        sha,
        case
            when prefix in ('feat', 'feature', 'features') then 'feature'
            when
                prefix in ('chore', 'build', 'fix', 'deps', 'dep', 'dependencies')
                and (prefix like 'dep%' or regexp_matches(subject, '^\s*[a-z]+\s*\((dev-)?deps?(-dev)?\)'))
                then 'dependencies'
            when prefix in ('fix', 'fixes', 'bugfix', 'hotfix', 'bug') then 'fix'
            when prefix in ('refactor', 'refact', 'cleanup') then 'refactor'
            when prefix in ('docs', 'doc', 'documentation') then 'docs'
            when prefix in ('test', 'tests') then 'test'
            when prefix in ('build', 'ci') then 'build/ci'
            when prefix in ('style', 'format', 'fmt', 'lint') then 'style'
            when prefix in ('perf', 'performance') then 'performance'
            when prefix in ('revert') or regexp_matches(subject, '^revert\b') then 'revert'
            when
                prefix in ('release')
                or regexp_matches(
                    subject,
                    '^(chore(\([^)]*\))?:\s*)?(release|bump (the )?version|version bump|prepare (for )?release)\b'
                )
                or regexp_matches(subject, '^(v|version )?\d+\.\d+(\.\d+)?\S*$')
                then 'release'
            when regexp_matches(subject, '^(bump|update|upgrade)\b.*\b(from .+ to |dependenc|deps\b)') then 'dependencies'
            when first_word in ('fix', 'fixes', 'fixed', 'fixing', 'bugfix', 'hotfix') then 'fix'
            when
                first_word in ('doc', 'docs', 'document')
                or regexp_matches(subject, '^(add|update|improve|fix|edit|tweak) (the )?(readme|changelog|docs?|docstrings?)\b')
                then 'docs'
            when
                first_word in ('test', 'tests')
                or regexp_matches(subject, '^(add|update|improve|extend) (more |unit |the |some )?tests?\b')
                then 'test'
            when first_word in ('refactor', 'refactors', 'refactored', 'rename', 'simplify', 'cleanup') then 'refactor'
            when first_word in ('format', 'reformat', 'lint') then 'style'
            when first_word in ('optimize', 'optimise') then 'performance'
            when first_word = 'ci' then 'build/ci'
            when first_word in ('add', 'adds', 'added', 'implement', 'implements', 'introduce', 'support') then 'feature'
            else 'other'
        end as type
    from subjects
)

select * from typed
