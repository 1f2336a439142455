"""What the app gets: figures that agree with each other and with the facts, whatever is chosen."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import polars.testing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import build, intervals, keeping, queries
from analysis.answers import DIMENSIONS, PERIODS, WEIGHTS, Dimension, Filters, Period, Weight
from analysis.shares import share_interval

SCHEMA = Path(__file__).parents[2] / "collector" / "store" / "schema.sql"
PARTS = ["ai", "other_ai", "human", "automation", "unknown"]
START = datetime(2025, 11, 20, 22, tzinfo=UTC)


def facts(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Some 240 commits of two repositories over seven months, with every kind of evidence."""
    chance = random.Random(seed)
    told: dict[str, list[dict[str, Any]]] = {
        "commits": [], "landings": [], "file_changes": [], "evidence": [], "claims": [], "repositories": [],
        "tools": [{"tool": "codex", "name": "Codex"}, {"tool": "cursor", "name": "Cursor"}],
        "rules": [{"off_switch": "attribution = false"}],
        "instruments": [{"changed_on": "2026-02-01"}, {"changed_on": "2030-01-01"}],
        "runs": [{"started_at": "2026-07-01T00:00:00Z", "finished_at": "2026-07-01T00:01:00Z", "version": "0.1.0",
                  "rules_digest": "d", "repositories": 2, "new_commits": 240, "skipped": 1}],
        "skipped": [{"source": "shop", "reason": "odd", "count": 1, "example": "line 3"}],
    }  # fmt: skip
    for repo in ("shop", "site"):
        told["repositories"].append({"repo": repo, "path": f"/src/{repo}", "collected_at": "2026-07-01T00:00:00Z"})
        for i in range(120):
            tell_commit(told, chance, repo, f"{repo[1]}{i:04x}", START + timedelta(hours=chance.randrange(5000)))
    return told


def tell_commit(
    told: dict[str, list[dict[str, Any]]], chance: random.Random, repo: str, sha: str, at: datetime
) -> None:
    key = {"repo": repo, "sha": sha}
    author = f"author {chance.randrange(12)}"
    landed = chance.random() < 0.9
    told["commits"].append(key | {
        "committed_at": at.isoformat(), "author_name": author, "author_email": f"{author[-1]}@example.org",
        "subject": chance.choice(["feat: it", "fix: it (#3)", "Improve it"]), "on_default_branch": landed,
        "is_merge": chance.random() < 0.1, "patch_id": chance.choice(["null"] * 9 + ["p1"]),
    })  # fmt: skip
    if landed:
        told["landings"].append(key)
    for path in ("a.py", "uv.lock", "b.py")[: chance.randrange(4)]:
        lines = "null" if chance.random() < 0.03 else chance.randrange(60)
        noise = "lock file" if path == "uv.lock" else "null"
        told["file_changes"].append(key | {"path": path, "lines_added": lines, "lines_deleted": lines, "noise": noise})
    for tool in chance.choice([[], [], ["codex"], ["cursor"], ["codex", "cursor"], ["null"]]):
        level = chance.choice(["automation", "human"]) if tool == "null" else chance.choice(["agent", "message"])
        trust = chance.choice(["hinted", "declared", "recorded"])
        told["evidence"].append(key | {"tool": tool, "level": level, "trust": trust, "model": "m1"})
        if tool != "null" and chance.random() < 0.4:
            told["claims"].append(key | {"tool": tool, "end": chance.randrange(1, 40), "trust": trust})


def store(told: dict[str, list[dict[str, Any]]], insert: Any) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set timezone = 'America/New_York'")
    con.execute(SCHEMA.read_text("utf-8"))
    for table, rows in told.items():
        insert(con, table, rows)
    build.materialise(con)
    return con


@pytest.fixture(scope="module")
def con(insert: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    with store(facts(1), insert) as connection:
        yield connection


def choices() -> st.SearchStrategy[Filters]:
    days = st.none() | st.dates(date(2025, 10, 1), date(2026, 8, 1))
    return st.builds(
        Filters,
        repos=st.sampled_from([(), ("shop",), ("shop", "site"), ("nowhere",)]),
        since=days,
        until=days,
        tools=st.sampled_from([(), ("codex",), ("codex", "cursor"), ("nothing",)]),
        trust=st.sampled_from([None, "declared", "recorded", "witnessed"]),
    )


quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_facts_pass_every_audit(con: duckdb.DuckDBPyConnection) -> None:
    assert [result for result in queries.health(con).audits if result.rows] == []


@quick
@given(filters=choices(), by=st.sampled_from(PERIODS), weight=st.sampled_from(WEIGHTS))
def test_identities_of_shares(con: duckdb.DuckDBPyConnection, filters: Filters, by: Period, weight: Weight) -> None:
    frame = queries.shares(con, filters, by, weight)
    assert frame["period"].is_sorted() and frame["period"].is_unique().all()
    for row in frame.iter_rows(named=True):
        assert row["total"] == pytest.approx(sum(row[part] for part in PARTS), abs=1e-6)
        if row["total"] - row["automation"] > 0:
            assert 0 <= row["low"] <= row["high"] <= 1
            assert row["best"] is None or row["low"] <= row["best"] <= row["high"]
            assert row["high"] - row["low"] == pytest.approx(1 - row["coverage"], abs=1e-9)
        else:
            assert row["low"] is row["high"] is row["coverage"] is None


@quick
@given(filters=choices(), weight=st.sampled_from(WEIGHTS))
def test_every_way_of_cutting_gives_the_same_whole(
    con: duckdb.DuckDBPyConnection, filters: Filters, weight: Weight
) -> None:
    whole = queries.overview(con, filters, weight).whole.volume
    for by in PERIODS:
        frame = queries.shares(con, filters, by, weight)
        for part in ["total", *PARTS]:
            assert frame[part].sum() == pytest.approx(getattr(whole, part), abs=1e-6)
        assert frame["unmeasured"].sum() == whole.unmeasured
    for dimension in ("repo", "type", "author"):
        assert queries.breakdown(con, filters, dimension, weight)["total"].sum() == pytest.approx(whole.total, abs=1e-6)


@quick
@given(filters=choices(), by=st.sampled_from(PERIODS), weight=st.sampled_from(WEIGHTS))
def test_the_band_stacks_to_the_whole(
    con: duckdb.DuckDBPyConnection, filters: Filters, by: Period, weight: Weight
) -> None:
    band = queries.series_by_tool(con, filters, by, weight)
    shares = queries.shares(con, filters, by, weight)
    base = dict(zip(shares["period"], shares["total"] - shares["automation"], strict=True))
    summed = band.group_by("period").agg(pl.col("value", "share", "in_commits", "in_share").sum())
    assert set(summed["period"]) == base.keys()
    assert band.height == len(base) * band["tool"].n_unique()
    for row in summed.iter_rows(named=True):
        assert row["value"] == pytest.approx(base[row["period"]], abs=1e-6)
        assert row["in_commits"] == pytest.approx(base[row["period"]], abs=1e-6)
        assert row["share"] == pytest.approx(1.0 if base[row["period"]] > 0 else 0.0)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_tools_make_the_proven_work(con: duckdb.DuckDBPyConnection, weight: Weight) -> None:
    volume = queries.overview(con, weight=weight).whole.volume
    for by in ("tool", "model"):
        rows = queries.breakdown(con, by=by, weight=weight)
        assert rows["key"].to_list()[-3:] == ["unknown", "human", "automation"]
        assert rows.filter(pl.col("class") == "ai")["value"].sum() == pytest.approx(volume.ai)
        assert rows["value"].sum() == pytest.approx(volume.total)
        assert rows["in_commits"].sum() == pytest.approx(volume.total)


@quick
@given(since=st.dates(date(2025, 11, 1), date(2026, 7, 1)), days=st.integers(0, 200))
def test_months_and_edges_are_the_days(con: duckdb.DuckDBPyConnection, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    found = queries.overview(con, Filters(since=since, until=until), "commits").whole
    expected = con.execute(
        "select count(*), min(day), max(day) from landed_patches where day between ? and ?", [since, until]
    ).fetchall()[0]
    assert (found.volume.total, found.since, found.until) == expected


@pytest.mark.parametrize("seed", [2, 3])
def test_the_order_of_loading_changes_nothing(insert: Any, seed: int) -> None:
    told = facts(seed)
    mixed = {table: random.Random(seed).sample(rows, len(rows)) for table, rows in told.items()}
    with store(told, insert) as first, store(mixed, insert) as second:
        for table in queries.TABLES:
            one, other = queries.export(first, table), queries.export(second, table)
            pl.testing.assert_frame_equal(one, other, check_exact=False, rel_tol=1e-9)


def test_more_trust_never_proves_more(con: duckdb.DuckDBPyConnection) -> None:
    for weight in WEIGHTS:
        proven = [
            queries.overview(con, Filters(trust=trust), weight).whole.volume
            for trust in (None, "hinted", "declared", "recorded", "witnessed")
        ]
        assert [v.ai for v in proven] == sorted((v.ai for v in proven), reverse=True)
        assert proven[-1].ai == 0 < proven[0].ai
        assert len({v.total for v in proven}) == 1


def test_work_of_other_tools_is_named_as_such(con: duckdb.DuckDBPyConnection) -> None:
    whole = queries.overview(con, weight="commits").whole.volume
    one = queries.overview(con, Filters(tools=("codex",)), "commits").whole
    assert one.volume.ai + one.volume.other_ai == pytest.approx(whole.ai)
    assert 0 < one.volume.ai < whole.ai
    assert one.volume.unknown == pytest.approx(whole.unknown)
    assert one.interval.reason == "not computed for a choice of tools"


def test_overview(con: duckdb.DuckDBPyConnection) -> None:
    found = queries.overview(con)
    assert found.repositories == ("shop", "site")
    assert found.collected_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert found.whole.since is not None and found.whole.until is not None
    assert found.recent.until == found.whole.until
    assert found.recent.since is not None and found.before.until == found.recent.since - timedelta(days=1)
    assert found.whole.interval.reason is None and found.whole.interval.clusters >= 8
    assert {tool.name for tool in found.tools} == {"Codex", "Cursor"}
    for tool in found.tools:
        assert sum(count for _, count in tool.known_by) == tool.commits
    assert found.commits == found.whole.volume.total or found.weight != "commits"
    assert found.whole.volume.unmeasured > 0 and found.whole.triple.best is None


@pytest.mark.parametrize("filters", [Filters(), Filters(since=date(2026, 1, 10)), Filters(trust="declared")])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_kept_intervals_are_those_that_are_drawn(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, filters: Filters, weight: Weight
) -> None:
    assert intervals.kept(con, filters, weight) == {}
    drawn = queries.overview(con, filters, weight)
    monkeypatch.setattr(keeping, "LARGE", 0)
    keeping.keep(con)
    assert intervals.kept(con, filters, weight)
    assert queries.overview(con, filters, weight) == drawn
    monkeypatch.undo()
    keeping.keep(con)


def test_what_is_kept_is_not_drawn_again(con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("drawn again")

    monkeypatch.setattr(keeping, "LARGE", 0)
    keeping.keep(con)
    monkeypatch.setattr(intervals, "share_interval", never)
    for filters in (Filters(), Filters(trust="declared")):
        queries.overview(con, filters)
    for filters in (Filters(repos=("site",)), Filters(trust="recorded"), Filters(tools=("codex",))):
        assert intervals.kept(con, filters, "changed") == {}
    monkeypatch.undo()
    keeping.keep(con)


CLUSTERS = """
select {key}, sum(if(class = 'ai' and trust >= '{trust}'::trust, {proven}, 0))::double as numerator,
    sum({work})::double as denominator
from counted_work
where class <> 'automation' and day between '{since}' and '{until}'
    and (len({repos}) = 0 or list_contains({repos}, repo))
group by all
order by all
"""


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(repos=("site",)),
        Filters(repos=("shop", "site"), trust="recorded"),
        Filters(since=date(2025, 12, 11), until=date(2026, 5, 20)),
        Filters(repos=("shop",), since=date(2026, 1, 1)),
    ],
)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_window_is_drawn_from_its_own_clusters(
    con: duckdb.DuckDBPyConnection, filters: Filters, weight: Weight
) -> None:
    found = queries.overview(con, filters, weight)
    for window in (found.whole, found.recent, found.before):
        told = {
            "trust": filters.trust or "hinted",
            "work": weight,
            "proven": f"ai_{weight}" if weight in ("added", "changed") else weight,
            "repos": f"{list(filters.repos)}::varchar[]",
            "since": filters.since or "0001-01-01" if window is found.whole else window.since,
            "until": filters.until or "9999-12-31" if window is found.whole else window.until,
        }
        authors = con.sql(CLUSTERS.format(key="repo, author", **told)).pl().filter(pl.col("denominator") > 0)
        weeks = con.sql(CLUSTERS.format(key="date_trunc('week', day)::date as week", **told)).pl()
        expected = share_interval(authors, weeks, weight)
        assert (window.interval.method, window.interval.clusters) == (expected.method, expected.clusters)
        assert window.interval.reason == expected.reason
        for side in ("low", "high"):
            assert getattr(window.interval, side) == (
                None if expected.reason else pytest.approx(getattr(expected, side), rel=1e-12)
            )


def test_commits_of_the_future_do_not_move_the_last_months(con: duckdb.DuckDBPyConnection, insert: Any) -> None:
    told = facts(4)
    told["commits"].append({"sha": "f1", "committed_at": "2100-01-01T00:00:00Z"})
    told["landings"].append({"sha": "f1"})
    with store(told, insert) as future:
        found = queries.overview(future)
        assert found.whole.until == date(2100, 1, 1)
        assert found.recent.until == date(2026, 7, 1)


def test_an_empty_store_answers(insert: Any) -> None:
    with store({}, insert) as empty:
        found = queries.overview(empty)
        assert (found.commits, found.tools, found.whole.interval.reason) == (0, (), "no work")
        for by in PERIODS:
            assert queries.shares(empty, by=by).is_empty()
            assert queries.series_by_tool(empty, by=by).is_empty()
        for dimension in DIMENSIONS:
            assert (
                queries.breakdown(empty, by=dimension)[
                    "total" if dimension in ("author", "repo", "type") else "value"
                ].sum()
                == 0
            )
        assert queries.commits_page(empty).is_empty() and queries.explain(empty, "c") == []
        assert all(queries.export(empty, table).is_empty() for table in queries.TABLES)
        assert queries.health(empty).runs == ()


def test_gaps_in_a_series_are_zero_rows(insert: Any) -> None:
    commits = [{"sha": f"c{month}", "committed_at": f"2026-0{month}-10T00:00:00Z"} for month in (1, 4)]
    with store({"commits": commits, "landings": [{"sha": row["sha"]} for row in commits]}, insert) as con:
        frame = queries.shares(con, by="month", weight="commits")
        assert frame["total"].to_list() == [1, 0, 0, 1]
        assert frame["low"].to_list() == [0.0, None, None, 0.0]


def test_commits_page(con: duckdb.DuckDBPyConnection) -> None:
    everything = queries.commits_page(con, limit=1000)
    assert everything.height == 240
    assert everything["committed_at"].is_sorted(descending=True)
    pages = pl.concat([queries.commits_page(con, limit=100, offset=offset) for offset in (0, 100, 200)])
    assert pages.equals(everything)
    for class_ in ("ai", "human", "automation", "unknown"):
        rows = queries.commits_page(con, class_=class_, limit=1000)
        assert rows.height > 0 and rows.equals(everything.filter(pl.col("class") == class_))
    author = everything["author"][0]
    assert queries.commits_page(con, author=author, limit=1000).equals(everything.filter(pl.col("author") == author))
    assert queries.commits_page(con, search="IMPROVE", limit=1000).equals(
        everything.filter(pl.col("subject") == "Improve it")
    )
    assert queries.commits_page(con, search="h0001")["sha"].to_list() == ["h0001"]
    of_tool = queries.commits_page(con, Filters(tools=("cursor",)), limit=1000)
    assert of_tool.equals(everything.filter(pl.col("tools").str.contains("cursor")))
    strict = queries.commits_page(con, Filters(trust="recorded"), class_="unknown", limit=1000)
    weak = pl.col("class").is_in(["ai", "human"]) & (pl.col("trust") == "declared")
    assert strict.equals(everything.filter((pl.col("class") == "unknown") | weak))


def test_explain(con: duckdb.DuckDBPyConnection) -> None:
    sha = con.execute("select sha from attributions where class = 'ai' and len(tools) = 2 order by sha").fetchall()[0]
    (found,) = queries.explain(con, sha[0].upper())
    assert found.sha == sha[0] and found.verdict.tools == ("codex", "cursor")
    assert found.repo_path == f"/src/{found.repo}"
    decided = [piece for piece in found.evidence if piece.decides]
    assert {piece.tool for piece in decided} == {"codex", "cursor"}
    assert {piece.defined_in for piece in decided} == {"codex.toml:12"}
    assert {piece.off_switch for piece in decided} == {"attribution = false"}
    assert len(queries.explain(con, "h")) == 120 and queries.explain(con, "nothing") == []


def test_explain_names_the_patch_that_landed_before(con: duckdb.DuckDBPyConnection) -> None:
    repeated = con.execute("select sha, first_sha from repeated_patches order by sha").fetchall()
    assert repeated
    (found,) = queries.explain(con, repeated[0][0])
    assert (found.is_counted, found.same_patch_as) == (False, repeated[0][1])


def test_instruments_of_the_selection(con: duckdb.DuckDBPyConnection) -> None:
    assert queries.instruments(con, Filters(until=date(2026, 12, 31)))["changed_on"].to_list() == [date(2026, 2, 1)]
    assert queries.instruments(con, Filters(tools=("cursor",))).is_empty()


def test_health(con: duckdb.DuckDBPyConnection) -> None:
    found = queries.health(con)
    assert [run.version for run in found.runs] == ["0.1.0"]
    assert [(kind.reason, kind.count) for kind in found.skipped] == [("odd", 1)]
    assert [repository.commits for repository in found.repositories] == [120, 120]
    assert sum(repository.counted_commits for repository in found.repositories) == queries.overview(con).commits
    assert {audit.name for audit in found.audits} == build.audit_models().keys()


def test_tools_and_repositories(con: duckdb.DuckDBPyConnection) -> None:
    tools = queries.tools(con)
    assert set(tools["tool"]) == {"codex", "cursor"} and tools["commits"].min() > 0  # type: ignore[operator]
    assert queries.repositories(con)["commits"].sum() == queries.overview(con).commits


def test_build_leaves_stored_tables_alone(con: duckdb.DuckDBPyConnection) -> None:
    build.build(con)
    kinds = dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())
    assert {kinds[name] for name in build.STORED} == {"BASE TABLE"}
    assert {kinds[name] for name in build.models().keys() - set(build.STORED)} == {"VIEW"}


def test_views_say_what_the_tables_say(con: duckdb.DuckDBPyConnection, insert: Any) -> None:
    with duckdb.connect() as ledger:
        [(zone,)] = con.execute("select current_setting('timezone')").fetchall()
        ledger.execute(f"set timezone = '{zone}'")
        ledger.execute(SCHEMA.read_text("utf-8"))
        for table, rows in facts(1).items():
            insert(ledger, table, rows)
        build.build(ledger)
        for model in build.STORED:
            query = f"select * from {model} order by all"
            one, other = ledger.sql(query).pl(), con.sql(query).pl()
            pl.testing.assert_frame_equal(one, other, check_exact=False, rel_tol=1e-9)


def test_materialise_twice_is_materialise_once(insert: Any) -> None:
    with store(facts(5), insert) as con:
        before = queries.export(con, "shares")
        build.materialise(con)
        pl.testing.assert_frame_equal(queries.export(con, "shares"), before, check_exact=False, rel_tol=1e-9)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_breakdown_has_no_key_twice(con: duckdb.DuckDBPyConnection, dimension: Dimension) -> None:
    rows = queries.breakdown(con, by=dimension)
    assert (
        not rows.select("key", "tool").is_duplicated().any()
        if "tool" in rows.columns
        else rows["key"].is_unique().all()
    )
