# List the recipes.
default:
    @just --list --unsorted

# Install everything that development needs, exactly as locked.
setup:
    uv sync --locked

# Build the invented organisation, collect it, report on it and serve its dashboard.
demo *options:
    uv run barograph demo {{options}}

# Run the tests.
test *options:
    uv run pytest {{options}}

# Check form, types, imports and that generated pages are current.
check:
    uv run ruff format --check
    uv run ruff check
    uv run mypy
    uv run lint-imports
    uv run python -m app.tools_table
    uv run python -m app.reference

# Mend what can be mended by a program.
fix:
    uv run ruff check --fix
    uv run ruff format
    uv run python -m app.tools_table --write
    uv run python -m app.reference --write

# Run one file of benchmarks/ by its name, as `just bench queries 1000000`.
bench name="queries" *options:
    uv run python benchmarks/{{name}}.py {{options}}

# Print precision and recall per tool against the stories' truth.
accuracy:
    uv run python -m sample_repos.accuracy
