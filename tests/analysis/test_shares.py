"""The arithmetic of shares against known values, and what must hold whatever the volumes are."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import shares
from analysis.answers import WEIGHTS, Weight

VOLUMES = st.floats(0, 1e9, allow_subnormal=False)


def volumes(**parts: float) -> pl.DataFrame:
    zero = dict.fromkeys(["ai", "other_ai", "human", "automation", "unknown", "best_ai", "unestimated", "in_ai"], 0.0)
    row = zero | {"unmeasured": 0} | parts
    row["total"] = sum(row[name] for name in ("ai", "other_ai", "human", "automation", "unknown"))
    return pl.DataFrame([row])


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (1902, 2774, 0.668, 0.703),  # metrics that a published census printed: 66.8 to 70.3 %
        (16, 313, 0.032, 0.081),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_wilson(k: int, n: int, low: float, high: float) -> None:
    assert shares.wilson(k, n) == pytest.approx((low, high), abs=6e-4)


def test_cluster_bootstrap_of_equal_clusters_is_the_normal_interval() -> None:
    numerator = np.tile([0.0, 1.0], 200)
    low, high = shares.cluster_bootstrap(numerator, np.ones(400))
    assert (low, high) == pytest.approx((0.451, 0.549), abs=0.006)


def test_cluster_bootstrap_sees_that_lines_come_in_clusters() -> None:
    numerator = np.array([1000.0] * 5 + [0.0] * 15)
    low, high = shares.cluster_bootstrap(numerator, np.full(20, 1000.0))
    binomial = shares.wilson(5000, 20000)
    assert high - low > 10 * (binomial[1] - binomial[0])


def test_an_interval_is_the_same_each_time() -> None:
    numbers = np.arange(1.0, 31.0)
    assert shares.cluster_bootstrap(numbers, numbers + 5) == shares.cluster_bootstrap(numbers, numbers + 5)
    assert shares.cluster_bootstrap(numbers, numbers + 5) != shares.cluster_bootstrap(numbers, numbers + 5, seed=7)


@pytest.mark.parametrize("size", [1, 8, 240, 2000, 70_000])
def test_draws_are_those_of_one_round_after_another(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "RESAMPLES", 40)
    rng = np.random.default_rng(shares.SEED)
    rounds = [rng.integers(size, size=size, dtype=np.int32) for _ in range(40)]
    expected = np.stack([np.bincount(drawn, minlength=size) for drawn in rounds], axis=1)
    assert np.array_equal(shares._draws.__wrapped__(size, shares.SEED), expected)


def test_only_authors_at_work_count_in_a_repository() -> None:
    work = np.diag(np.arange(1.0, 21.0))
    work[0] = 3.0
    repos, authors = (shares._draws(20, shares.SEED + i).T.astype(float) for i in (0, 1))
    ai = work / np.arange(1.0, 21.0)
    ratios = (repos @ ai * authors).sum(axis=1) / (repos @ work * authors).sum(axis=1)
    assert shares.pigeonhole_bootstrap(ai, work) == pytest.approx(tuple(np.quantile(ratios, [0.025, 0.975])))


@pytest.mark.parametrize("size", [8, 9, 31, 32])
def test_every_bootstrap_of_a_constant_share_is_that_share(size: int) -> None:
    work = np.arange(1.0, size + 1)
    assert shares.cluster_bootstrap(work / 4, work) == pytest.approx((0.25, 0.25))
    assert shares.block_bootstrap(work / 4, work) == pytest.approx((0.25, 0.25))
    table = np.outer(work, work)
    assert shares.pigeonhole_bootstrap(table / 4, table) == pytest.approx((0.25, 0.25))


def test_blocks_keep_what_follows_each_other() -> None:
    waves = np.repeat(np.tile([1.0, 0.0], 10), 4)
    weeks = np.ones_like(waves)
    single = shares.block_bootstrap(waves, weeks, length=1)
    blocks = shares.block_bootstrap(waves, weeks)
    assert single == pytest.approx(shares.cluster_bootstrap(waves, weeks), abs=0.02)
    assert blocks[1] - blocks[0] > 1.3 * (single[1] - single[0])


def test_blocks_of_a_short_series() -> None:
    assert shares.block_bootstrap(np.array([1.0, 0.0]), np.ones(2), length=4) == (0.5, 0.5)


def test_pigeonhole_is_wider_than_authors_where_repositories_differ() -> None:
    work = np.ones((10, 40))
    ai = work * (np.arange(10) < 5)[:, None]
    by_both = shares.pigeonhole_bootstrap(ai, work)
    assert by_both[1] - by_both[0] > 0.5
    assert shares.cluster_bootstrap(ai.sum(axis=0), work.sum(axis=0)) == pytest.approx((0.5, 0.5))


def clusters(shares_of: list[float], repos: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "repo": [f"r{i % repos}" for i in range(len(shares_of))],
            "author": [f"a{i}" for i in range(len(shares_of))],
            "numerator": [share * 100 for share in shares_of],
            "denominator": [100.0] * len(shares_of),
        }
    )


def by_week(shares_of: list[float], start: date = date(2026, 1, 5)) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "week": [start + timedelta(weeks=i) for i in range(len(shares_of))],
            "numerator": [share * 100 for share in shares_of],
            "denominator": [100.0] * len(shares_of),
        },
        schema={"week": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64},
    )


def test_the_wider_of_authors_and_weeks_is_reported() -> None:
    authors, weeks = clusters([1.0, 0.0] * 10), by_week([0.5] * 20)
    found = shares.share_interval(authors, weeks, "changed")
    assert (found.method, found.clusters, found.reason) == ("authors", 20, None)
    found = shares.share_interval(clusters([0.5] * 20), by_week(([1.0] * 5 + [0.0] * 5) * 2), "changed")
    assert (found.method, found.clusters) == ("weeks", 20)


def test_eight_repositories_are_drawn_too() -> None:
    found = shares.share_interval(clusters([1.0, 0.0] * 16, repos=8), by_week([0.5] * 3), "changed")
    assert found.method == "repositories and authors"


def test_weeks_without_work_stay_in_their_blocks() -> None:
    weeks = pl.concat([by_week([1.0] * 6), by_week([0.0] * 6, date(2026, 6, 1))])
    found = shares.share_interval(clusters([0.5] * 2), weeks, "changed")
    assert found.method == "weeks"
    assert found.low is not None and found.high is not None
    assert found.low < 0.2
    assert found.high > 0.8


@pytest.mark.parametrize(
    ("authors", "weeks", "weight", "reason"),
    [
        (clusters([0.5] * 7), by_week([0.5] * 7), "changed", "too few clusters"),
        (clusters([0.0] * 30), by_week([0.0] * 30), "changed", "nothing is proven, so nothing can be drawn again"),
        (clusters([]), by_week([]), "commits", "no work"),
    ],
)
def test_refusals(authors: pl.DataFrame, weeks: pl.DataFrame, weight: Weight, reason: str) -> None:
    found = shares.share_interval(authors, weeks, weight)
    assert (found.reason, found.low, found.high) == (reason, None, None)


def test_few_commits_get_the_score_interval() -> None:
    weeks = by_week([0.5]).with_columns(numerator=pl.lit(0.0), denominator=pl.lit(10.0))
    found = shares.share_interval(clusters([0.5]), weeks, "commits")
    assert (found.method, found.clusters) == ("wilson", 10)
    assert found.high == pytest.approx(0.2775, abs=1e-4)


@given(st.tuples(*[VOLUMES] * 5), st.floats(0, 1), st.sampled_from(WEIGHTS))
def test_bounds_are_ordered(work: tuple[float, ...], estimate: float, weight: Weight) -> None:
    ai, human, automation, unknown, other = work
    frame = volumes(
        ai=ai, human=human, automation=automation, unknown=unknown, other_ai=other, best_ai=ai + unknown * estimate
    )
    row = shares.with_bounds(frame, weight).row(0, named=True)
    if row["total"] - automation <= 0:
        assert (row["low"], row["best"], row["high"], row["coverage"]) == (None, None, None, None)
        return
    assert 0 <= row["low"] <= row["best"] <= row["high"] <= 1
    assert 0 <= row["coverage"] <= 1
    if automation < (row["total"] - automation) * 1e3:
        assert row["high"] - row["low"] == pytest.approx(1 - row["coverage"], abs=1e-9)


def test_no_estimate_where_work_is_unknown() -> None:
    row = shares.with_bounds(volumes(ai=5, unknown=5, best_ai=5, unestimated=5), "changed").row(0, named=True)
    assert (row["low"], row["best"], row["high"]) == (0.5, None, 1.0)


def test_unmeasured_lines_leave_commits_estimated() -> None:
    frame = volumes(ai=5, human=5, best_ai=5, unmeasured=1)
    assert shares.with_bounds(frame, "commits")["best"].item() == 0.5
    assert shares.with_bounds(frame, "added")["best"].item() is None


def test_automation_leaves_the_denominator() -> None:
    row = shares.with_bounds(volumes(ai=1, human=3, automation=96, best_ai=1), "changed").row(0, named=True)
    assert (row["low"], row["high"], row["coverage"]) == (0.25, 0.25, 1.0)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", ["2026-12", "2027-01"]),
        ("week", ["2026-W52", "2026-W53", "2027-W01"]),
        ("day", ["2026-12-27", "2026-12-28", "2026-12-29"]),
    ],
)
def test_periods(by: shares.Period, expected: list[str]) -> None:
    last = {"month": date(2027, 1, 1), "week": date(2027, 1, 4), "day": date(2026, 12, 29)}[by]
    assert shares.periods(date(2026, 12, 27), last, by).to_list() == expected


def test_gaps_are_zero_rows() -> None:
    frame = pl.DataFrame({"period": ["2026-01", "2026-03"], "total": [1.0, 2.0], "name": ["a", "b"]})
    filled = shares.with_gaps_filled(frame, date(2026, 1, 9), date(2026, 3, 1), "month")
    assert filled["period"].to_list() == ["2026-01", "2026-02", "2026-03"]
    assert filled["total"].to_list() == [1.0, 0.0, 2.0]
