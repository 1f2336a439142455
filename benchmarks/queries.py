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
from collector.store.connect import connect

SCHEMA = Path(__file__).parents[1] / "collector" / "store" / "schema.sql"
REPEATS = 7
OVERVIEW_REPEATS = 30
REPO = "example.org/org/repo-3"

OVERVIEWS = {
    "unfiltered": Filters(),
    "one repository": Filters(repos=(REPO,)),
    "the last year": Filters(since=date(2025, 11, 1)),
    "one repository, the last year": Filters(repos=(REPO,), since=date(2025, 11, 1)),
    "one tool": Filters(tools=("tool-2",)),
    "largest repository": Filters(repos=("example.org/org/repo-0",)),
    "year 2023": Filters(since=date(2023, 1, 1), until=date(2023, 12, 31)),
    "one repository, year 2023": Filters(repos=(REPO,), since=date(2023, 1, 1), until=date(2023, 12, 31)),
    "trust of recorded": Filters(trust="recorded"),
}
"""What the first page is asked; the first five are those that must take less than 50 ms."""

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
    repo, sha, 'src/part-' || j || '/file-' || hash(i, j) % 1000 || '.py', null,
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
                invent(con, arguments.commits)
            with connect(path) as con, timed("materialise, with audits"):
                build.materialise(con)
        print(f"{'file':<44}{path.stat().st_size / 1e9:>10.2f} GB")
        print(f"{'peak memory':<44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:>10.2f} GB")
        # As readers open it: what they may hold of the file in memory is bounded.
        with connect(path, read_only=True) as con:
            measure(con)


def invent(con: duckdb.DuckDBPyConnection, commits: int) -> None:
    """Fill an empty store with so many commits; a filled one stays as it is."""
    con.execute("set preserve_insertion_order = false")
    known = con.execute("select count(*) from duckdb_tables() where table_name = 'commits'").fetchall()
    if known != [(0,)]:
        return
    con.execute(SCHEMA.read_text("utf-8"))
    con.execute(TOOLS)
    for name, sql in (("commits", COMMITS), ("files", FILES), ("evidence", EVIDENCE)):
        with timed(f"invent {name}"):
            con.execute(sql.replace("$n", str(commits)))
    con.execute("drop table seeds")
    con.execute("checkpoint")


def measure(con: duckdb.DuckDBPyConnection) -> None:
    """Print how long each question takes: the first time, then the median and the 95th percentile, and processor time.

    The process is warm, but each overview asks for a selection that it has not been asked for before.
    """
    queries.overview(con, Filters(repos=("example.org/org/repo-9",), since=date(2022, 2, 2)))
    print(f"{'milliseconds':<44}{'first':>8}{'median':>8}{'p95':>8}{'processor':>11}")
    for name, question in questions(con):
        first, _ = clocked(question)
        repeats = OVERVIEW_REPEATS if name.startswith("overview") else REPEATS
        walls, cpus = zip(*(clocked(question) for _ in range(repeats)), strict=True)
        p95 = statistics.quantiles(walls, n=20, method="inclusive")[-1]
        shown = (first, statistics.median(walls), p95, statistics.median(cpus))
        print(
            f"{name:<44}"
            + "".join(f"{1000 * one:>{width}.1f}" for one, width in zip(shown, (8, 8, 8, 11), strict=True)),
            flush=True,
        )


def clocked(question: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and on all processors together."""
    wall, cpu = time.perf_counter(), time.process_time()
    question()
    return time.perf_counter() - wall, time.process_time() - cpu


def questions(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Callable[[], object]]]:
    """What the overview asks, and beside it what other pages do."""
    year = Filters(since=date(2025, 11, 1))
    for name, filters in OVERVIEWS.items():
        yield f"overview, {name}", lambda filters=filters: queries.overview(con, filters)
    for weight in WEIGHTS:
        yield f"shares by month, {weight}", lambda weight=weight: queries.shares(con, by="month", weight=weight)
    yield "shares by month, last year", lambda: queries.shares(con, year)
    yield "shares by day, last year", lambda: queries.shares(con, year, by="day")
    yield "shares by month, one repository", lambda: queries.shares(con, Filters(repos=(REPO,)))
    yield "band of tools by month", lambda: queries.series_by_tool(con)
    yield "breakdown by tool", lambda: queries.breakdown(con, by="tool")
    yield "breakdown by repository", lambda: queries.breakdown(con, by="repo")
    yield "breakdown by type", lambda: queries.breakdown(con, by="type")
    yield "breakdown by author", lambda: queries.breakdown(con, by="author")
    yield "repositories", lambda: queries.repositories(con)
    yield "tools", lambda: queries.tools(con)
    yield "instruments", lambda: queries.instruments(con)
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
