"""What a store of 10 million commits costs: building it for readers, and each question of the overview, warm.

    uv run python benchmarks/queries.py [COMMITS] [--keep FILE [--only-ask]]

The store is invented: 50 repositories, 2,000 authors, ten years up to October 2026, skewed as real ones are, with a
quarter of the later commits marked and a tenth of those claimed line by line. Nothing of it comes from a real person.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb

from analysis import build, queries
from analysis.answers import WEIGHTS, Filters

SCHEMA = Path(__file__).parents[1] / "collector" / "store" / "schema.sql"
REPEATS = 7

TOOLS = """
insert into tools
select 'tool-' || i, 'Tool ' || i, 'https://example.org', '#336699' from range(8) t(i);
insert into repositories
select 'example.org/org/repo-' || i, '/srv/repo-' || i, 'refs/heads/main', 'sha1', false, false, false,
    timestamptz '2026-11-01 00:00:00+00'
from range(50) t(i);
"""

# hash() spreads each property independently of the others; pow() makes few authors and repositories do most work.
COMMITS = """
create temp table seeds as
select
    i,
    md5(i::varchar) || right(md5('x' || i), 8) as sha,
    floor(2000 * pow((hash(i, 2) % 1000000) / 1e6, 2))::integer as author,
    'example.org/org/repo-' || floor(50 * pow((hash(author, hash(i, 1) % 3) % 1000000) / 1e6, 2))::integer as repo,
    timestamptz '2016-11-01 00:00:00+00' + to_seconds((315000000 * pow(i / $n, 0.7))::bigint) as moment,
    i / $n as age,
    (hash(i, 3) % 1000000) / 1e6 as chance,
    i % 12 = 11 as is_merge
from range($n) t(i);

insert into commits
select
    repo, sha, [], 'Author ' || author, 'a' || author || '@example.org', 'Author ' || author,
    'a' || author || '@example.org', moment, moment,
    case
        when is_merge then 'Merge pull request #' || i || ' from org/branch-' || i
        else (['feat: ', 'fix: ', 'Add ', 'Fix ', 'docs: ', 'test: ', 'refactor: ', 'Update ', 'chore: ', 'ci: '])
            [(1 + hash(i, 4) % 10)::bigint] || 'the thing number ' || i || if(hash(i, 5) % 4 = 0, ' (#' || i || ')', '')
    end,
    [], is_merge, hash(i, 6) % 20 > 0,
    if(hash(i, 7) % 50 = 0, 'p' || hash(i, 8) % greatest(1, $n // 100)::ubigint, null)
from seeds;

insert into landings
select commits.repo, commits.sha, commits.sha from commits where on_default_branch;

insert into identities
select distinct repo, author_name, author_email, author_name, author_email from commits;
"""

FILES = """
insert into file_changes
select
    repo, sha, 'src/file-' || hash(i, j) % 5000 || '.py', null,
    1 + (40 * pow((hash(i, j, 1) % 1000) / 1e3, 3))::integer, (20 * pow((hash(i, j, 2) % 1000) / 1e3, 3))::integer,
    if(hash(i, j, 3) % 40 = 0, 'lock file', null)
from seeds, range(5) f(j)
where not is_merge and j <= hash(i, 9) % 4 + (hash(i, 10) % 10 = 0)::integer;
"""

EVIDENCE = """
insert into evidence
select
    repo, sha, 'tool-' || floor(8 * pow((hash(i, 11) % 1000) / 1e3, 2))::integer, 'model-' || hash(i, 12) % 5,
    'tool/co-author',
    (['hinted', 'declared', 'declared', 'declared', 'recorded', 'witnessed'])[(1 + hash(i, 13) % 6)::bigint]::trust,
    (['assisted', 'agent', 'agent', 'autonomous'])[(1 + hash(i, 14) % 4)::bigint]::level,
    'commit', null, null, 'trailer', timestamptz '2026-11-01 00:00:00+00'
from seeds
where age > 0.5 and chance < age - 0.4 and not is_merge;

insert into evidence
select repo, sha, null, null, '_automation/bot', 'declared', 'automation', 'commit', null, null, 'author',
    timestamptz '2026-11-01 00:00:00+00'
from seeds
where chance > 0.95;

insert into claims
select file_changes.repo, file_changes.sha, file_changes.path, 1, greatest(1, lines_added - 2), evidence.tool,
    evidence.model, null, 'tool/notes', 'recorded'
from file_changes
inner join evidence using (repo, sha)
where evidence.trust >= 'declared'::trust and evidence.tool is not null and hash(sha) % 10 = 0;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commits", nargs="?", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path, help="keep the store in this file, and use it if it is there")
    parser.add_argument("--only-ask", action="store_true", help="ask the kept store as it is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.keep or Path(folder) / "store.duckdb"
        if not arguments.only_ask:
            with duckdb.connect(path) as con:
                build_store(con, arguments.commits)
        print(f"{'file':<44}{path.stat().st_size / 1e9:>10.2f} GB")
        print(f"{'peak memory':<44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:>10.2f} GB")
        with duckdb.connect(path, read_only=True) as con:
            measure(con)


def build_store(con: duckdb.DuckDBPyConnection, commits: int) -> None:
    """Fill an empty store with so many commits and make it ready for readers; a filled one is only made ready."""
    con.execute("set preserve_insertion_order = false")
    known = con.execute("select count(*) from duckdb_tables() where table_name = 'commits'").fetchall()
    if known == [(0,)]:
        con.execute(SCHEMA.read_text("utf-8"))
        con.execute(TOOLS)
        for name, sql in (("commits", COMMITS), ("files", FILES), ("evidence", EVIDENCE)):
            with timed(f"invent {name}"):
                con.execute(sql.replace("$n", str(commits)))
        con.execute("drop table seeds")
    with timed("materialise, with audits"):
        build.materialise(con)
    con.execute("checkpoint")


def measure(con: duckdb.DuckDBPyConnection) -> None:
    """Print the median times of each question on the wall and on the processor, after one cold run."""
    for name, question in questions(con):
        question()
        runs = [clocked(question) for _ in range(REPEATS)]
        wall, cpu = (statistics.median(times) * 1000 for times in zip(*runs, strict=True))
        print(f"{name:<44}{wall:>10.1f} ms  {cpu:>8.1f} ms of processor", flush=True)


def clocked(question: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and on all processors together."""
    wall, cpu = time.perf_counter(), time.process_time()
    question()
    return time.perf_counter() - wall, time.process_time() - cpu


def questions(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Callable[[], object]]]:
    """What the overview asks, and beside it what other pages do."""
    year = Filters(since=date(2025, 11, 1))
    for weight in WEIGHTS:
        yield f"shares by month, {weight}", lambda weight=weight: queries.shares(con, by="month", weight=weight)
    yield "shares by month, last year", lambda: queries.shares(con, year)
    yield "shares by day, last year", lambda: queries.shares(con, year, by="day")
    yield "shares by month, one repository", lambda: queries.shares(con, Filters(repos=("example.org/org/repo-3",)))
    yield "band of tools by month", lambda: queries.series_by_tool(con)
    yield "breakdown by tool", lambda: queries.breakdown(con, by="tool")
    yield "breakdown by repository", lambda: queries.breakdown(con, by="repo")
    yield "breakdown by type", lambda: queries.breakdown(con, by="type")
    yield "breakdown by author", lambda: queries.breakdown(con, by="author")
    yield "repositories", lambda: queries.repositories(con)
    yield "tools", lambda: queries.tools(con)
    yield "instruments", lambda: queries.instruments(con)
    yield "overview, all of it, with intervals", lambda: queries.overview(con)
    yield "overview, last year, with intervals", lambda: queries.overview(con, year)
    yield "commits, first page", lambda: queries.commits_page(con)
    yield "commits, first page, ai", lambda: queries.commits_page(con, class_="ai")
    yield "explain", lambda: queries.explain(con, "c4ca4238a0b9")
    yield "health", lambda: queries.health(con)


class timed:  # noqa: N801 - reads as a word: with timed("…")
    """Prints how long its block took, on the wall and on the processor."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        print(f"{self.name:<44}{wall:>10.2f} s   {cpu:>8.2f} s of processor", flush=True)


if __name__ == "__main__":
    sys.exit(main())
