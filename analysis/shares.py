"""The arithmetic of shares: bounds from volumes, whole series of periods, and intervals that respect clusters.

Pure functions over frames and arrays. The definitions are those of `docs/method.md`; intervals there under
"How sure a share is". All shares and bounds are fractions, 0 to 1.
"""

import math
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analysis.answers import FORMATS, Interval, Period, Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.uint16]

RESAMPLES = 2000
SEED = 20_260_101
"""One fixed seed: the same store always gives the same interval."""
FEWEST_CLUSTERS = 8
FEWEST_AUTHORS = 20
FEWEST_REPOSITORIES = 8
BLOCK_WEEKS = 4
Z95 = 1.959963984540054

_STEPS: dict[Period, str] = {"month": "1mo", "week": "1w", "day": "1d"}
_CELLS = 500_000  # turned into floats at once: 4 MB
_DRAWN = 60_000  # drawn at once


def period_start(day: date, by: Period) -> date:
    """The first day of the month, ISO week or day that `day` lies in."""
    if by == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if by == "week" else day


def periods(first: date, last: date, by: Period) -> pl.Series:
    """Every period from that of `first` to that of `last`, as text in order: shape (n,)."""
    days = pl.date_range(period_start(first, by), last, _STEPS[by], eager=True)
    return days.dt.strftime(FORMATS[by]).alias("period")


def with_gaps_filled(frame: pl.DataFrame, first: date, last: date, by: Period) -> pl.DataFrame:
    """The frame with one row per `period` from first to last, in order; a period without work has zeros."""
    whole = periods(first, last, by).to_frame()
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    joined = whole.join(frame, on="period", how="left", maintain_order="left")
    return joined.with_columns(pl.col(numbers).fill_null(0))


def with_bounds(frame: pl.DataFrame, weight: Weight) -> pl.DataFrame:
    """Adds low, best, high, coverage and in_ai_commits to rows of volumes.

    Reads total, ai, other_ai, human, automation, unknown, best_ai, unestimated, in_ai (units of the weight) and
    unmeasured (commits). All shares divide by `total - automation` and are null where that is 0. `best` is null too
    where some work carries no estimate: never is the unknown taken for human.
    """
    base = pl.col("total") - pl.col("automation")
    some = base > 0
    lines = weight in ("added", "changed")
    is_estimated = (pl.col("unestimated") <= 0) & ((pl.col("unmeasured") == 0) | (not lines))
    low = pl.min_horizontal(pl.col("ai") / base, 1.0)
    # 1 minus what is proven otherwise, so that it is exactly 1 where nothing is.
    high = pl.max_horizontal(1 - (pl.col("human") + pl.col("other_ai")) / base, low)
    best = pl.min_horizontal(pl.max_horizontal(pl.col("best_ai") / base, low), high)
    coverage = (1 - pl.col("unknown") / base).clip(0, 1)
    return frame.with_columns(
        low=pl.when(some).then(low),
        best=pl.when(some & is_estimated).then(best),
        high=pl.when(some).then(high),
        coverage=pl.when(some).then(coverage),
        in_ai_commits=pl.when(some).then(pl.min_horizontal(pl.col("in_ai") / base, 1.0)),
    )


def wilson(k: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The score interval of k successes in n trials (Wilson 1927)."""
    p, z2 = k / n, z * z
    centre = p + z2 / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def cluster_bootstrap(numerator: "Floats", denominator: "Floats", seed: int = SEED) -> tuple[float, float]:
    """The 95 % percentile interval of Σ numerator / Σ denominator when whole clusters are drawn again.

    Both arrays have shape (clusters,), in units of the weight.
    """
    draws = _draws(len(numerator), seed)
    work = np.stack([numerator, denominator])
    sums = np.zeros((2, RESAMPLES))
    for part in _parts(len(numerator)):
        sums += work[:, part] @ draws[part].astype(np.float64)
    return _percentiles(_ratio(sums[0], sums[1]))


def block_bootstrap(
    numerator: "Floats", denominator: "Floats", length: int = BLOCK_WEEKS, seed: int = SEED
) -> tuple[float, float]:
    """The 95 % percentile interval when overlapping blocks of consecutive weeks are drawn (Künsch 1989).

    Both arrays have shape (weeks,), without gaps. Enough blocks are drawn to fill the series, the last one cut.
    """
    rng = np.random.default_rng(seed)
    weeks = len(numerator)
    length = min(length, weeks)
    count = math.ceil(weeks / length)
    last = weeks - (count - 1) * length
    starts = rng.integers(weeks - length + 1, size=(RESAMPLES, count))

    def drawn(values: "Floats") -> "Floats":
        summed = np.concatenate([[0.0], np.cumsum(values)])
        whole = (summed[length:] - summed[:-length])[starts[:, :-1]]
        cut = summed[starts[:, -1] + last] - summed[starts[:, -1]]
        return np.asarray(whole.sum(axis=1) + cut, dtype=np.float64)

    return _percentiles(_ratio(drawn(numerator), drawn(denominator)))


def pigeonhole_bootstrap(numerator: "Floats", denominator: "Floats", seed: int = SEED) -> tuple[float, float]:
    """The 95 % percentile interval when repositories and authors are drawn independently (Owen 2007).

    Both arrays have shape (repositories, authors); a cell counts as often as its row times its column is drawn.
    """
    rows, columns = numerator.shape
    repos, authors = _draws(rows, seed), _draws(columns, seed + 1)
    sums = np.zeros((2, RESAMPLES))
    for row in range(rows):
        # Few authors work in a repository: the others need no product.
        here = np.flatnonzero(denominator[row])
        work = np.stack([numerator[row, here], denominator[row, here]])
        sums += repos[row] * (work @ authors[here].astype(np.float64))
    return _percentiles(_ratio(sums[0], sums[1]))


def share_interval(authors: pl.DataFrame, weeks: pl.DataFrame, weight: Weight) -> Interval:
    """The 95 % interval of the proven share: the wider of author and week clusters, or why there is none.

    `authors` has repo, author (what tells them apart and keeps their order), numerator, denominator (one row for each
    two), `weeks` has week (a Monday), numerator, denominator; both count all work that is not automation, in units of
    the weight.
    """
    n, k = float(weeks["denominator"].sum()), float(weeks["numerator"].sum())
    if n <= 0:
        return Interval(reason="no work")
    if weight == "commits" and (n < 30 or k in (0.0, n)):
        low, high = wilson(k, n)
        return Interval(low=low, high=high, method="wilson", clusters=round(n))
    if k <= 0:
        return Interval(reason="nothing is proven, so nothing can be drawn again")
    found = [interval for interval in (_by_author(authors), _by_week(weeks)) if interval is not None]
    if not found:
        return Interval(reason="too few clusters")
    return max(found, key=_width)


def _by_author(authors: pl.DataFrame) -> Interval | None:
    count = authors["author"].n_unique()
    if count < FEWEST_CLUSTERS:
        return None
    if authors["repo"].n_unique() >= FEWEST_REPOSITORIES:
        low, high = pigeonhole_bootstrap(*_tables(authors))
        return Interval(low=low, high=high, method="repositories and authors", clusters=count)
    summed = authors.group_by("author").agg(pl.col("numerator", "denominator").sum()).sort("author")
    low, high = cluster_bootstrap(summed["numerator"].to_numpy(), summed["denominator"].to_numpy())
    return Interval(low=low, high=high, method="authors", clusters=count)


def _by_week(weeks: pl.DataFrame) -> Interval | None:
    count = weeks.filter(pl.col("denominator") > 0).height
    if count < FEWEST_CLUSTERS:
        return None
    whole = (
        weeks.sort("week").upsample("week", every="1w").with_columns(pl.col("numerator", "denominator").fill_null(0))
    )
    low, high = block_bootstrap(whole["numerator"].to_numpy(), whole["denominator"].to_numpy())
    return Interval(low=low, high=high, method="weeks", clusters=count)


def _tables(authors: pl.DataFrame) -> tuple["Floats", "Floats"]:
    repos, rows = np.unique(authors["repo"].to_numpy(), return_inverse=True)
    names, columns = np.unique(authors["author"].to_numpy(), return_inverse=True)
    shape = (len(repos), len(names))
    numerator, denominator = np.zeros(shape), np.zeros(shape)
    np.add.at(numerator, (rows, columns), authors["numerator"].to_numpy())
    np.add.at(denominator, (rows, columns), authors["denominator"].to_numpy())
    return numerator, denominator


@lru_cache(maxsize=8)
def _draws(size: int, seed: int) -> "Counts":
    """How often each of `size` clusters is drawn, in RESAMPLES rounds of `size` draws: shape (size, RESAMPLES).

    Kept, since the windows and weights of one store ask for the same few.
    """
    rng = np.random.default_rng(seed)
    counts = np.empty((size, RESAMPLES), dtype=np.uint16)
    # Several rounds at once, and no more than a processor's cache holds; they are those of one round after another.
    rounds = max(1, _DRAWN // size)
    for first in range(0, RESAMPLES, rounds):
        drawn = rng.integers(size, size=(min(rounds, RESAMPLES - first), size), dtype=np.int32)
        drawn += size * np.arange(len(drawn), dtype=np.int32)[:, np.newaxis]
        found = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
        counts[:, first : first + len(drawn)] = found.T
    counts.flags.writeable = False
    return counts


def _parts(size: int) -> list[slice]:
    """The clusters in parts whose draws are small as floats."""
    step = max(1, _CELLS // RESAMPLES)
    return [slice(first, first + step) for first in range(0, size, step)]


def _ratio(numerator: "Floats", denominator: "Floats") -> "Floats":
    drawn = denominator > 0
    return numerator[drawn] / denominator[drawn]


def _percentiles(ratios: "Floats") -> tuple[float, float]:
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)


def _width(interval: Interval) -> float:
    return (interval.high or 0.0) - (interval.low or 0.0)
