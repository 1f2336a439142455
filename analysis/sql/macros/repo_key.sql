-- Chosen repositories, found by a number. DuckDB skips rows by the first eight bytes of a text, and "github.com/..." has
-- them all alike: so rows are sorted by a number that stands for the repository.
create or replace macro key_of(repo) as (
    md5_number_lower(repo)
);

create or replace macro is_chosen(repo, repo_key, repos) as (
    len(repos) = 0
    or (
        repo_key between list_min([key_of(one) for one in repos]) and list_max([key_of(one) for one in repos])
        and list_contains(repos, repo)
    )
);
