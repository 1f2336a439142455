"""Every page is run by Streamlit's own test runner: with work, without any, and without a store."""

import html
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from shop import HOSTILE, NOW, OTHER, REPO, TRAILER, fill, sha
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from analysis import queries
from analysis.answers import Filters
from analysis.build import materialise
from app import charts, filters
from app.filters import Choice
from app.reading import reader
from app.views.figures import percent, points, repository_name
from collector.store.snapshots import publish
from collector.store.writer import Ledger

DASHBOARD = Path(__file__).parents[2] / "app" / "dashboard.py"
PAGES = ("Overview", "Tools", "Commits", "Health")
Drawn = Callable[..., AppTest]
"""`run(store, "Tools", weight="added")` is that page of that store, drawn."""


@pytest.fixture(scope="session")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "store"
    with Ledger.open(folder) as ledger:
        fill(ledger)
        publish(ledger, materialise)
    return folder


@pytest.fixture(scope="session")
def bare_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare") / "store"
    with Ledger.open(folder) as ledger:
        publish(ledger, materialise)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """`run(store, "Tools", weight="added")` is that page of that store, drawn."""

    def draw(store: Path, page: str = "Overview", **params: str | Sequence[str]) -> AppTest:
        monkeypatch.setattr(sys, "argv", [str(DASHBOARD), str(store)])
        test = AppTest.from_file(str(DASHBOARD), default_timeout=30)
        show(test, page)
        for key, value in params.items():
            test.query_params[key.removesuffix("_")] = value
        return test.run()

    return draw


def show(test: AppTest, page: str) -> None:
    """Open another page, as a click in the navigation does: the address is emptied."""
    # AppTest.switch_page knows pages by their files only, and ours are functions.
    test._page_hash = calc_hash(page.lower()) if page != "Overview" else ""
    test.query_params.clear()


def words(test: AppTest) -> str:
    """All that a page says, as one text."""
    assert not test.exception, [error.value for error in test.exception]
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code", "html")
    elements = [element for kind in kinds for element in test.get(kind)]
    return "\n".join(str(getattr(element, "value", None) or element.proto.body) for element in elements)


def address(test: AppTest) -> dict[str, list[str]]:
    """What stands behind the question mark."""
    given = dict(test.query_params).items()
    return {key: [values] if isinstance(values, str) else list(values) for key, values in given}


def charts_of(test: AppTest) -> list[str]:
    return [chart.proto.spec for chart in test.get("vega_lite_chart")]


def test_the_overview_says_how_much_is_proven_and_how_much_is_unknown(run: Drawn, full_store: Path) -> None:
    page = run(full_store)
    answer = reader(full_store).ask(queries.overview, Filters(), "commits")  # type: ignore[union-attr]

    said = words(page)

    assert answer.whole.triple.low == pytest.approx(24 / 36)
    assert f">{percent(answer.recent.triple.low)}<" in said
    assert f">{percent(1 - (answer.recent.triple.coverage or 0))}<" in said
    assert "nothing supports one" in said
    assert ">Claude Code<" in said
    assert "acme/shop, acme/till" in said
    assert len(charts_of(page)) == 2
    assert "so far" in charts_of(page)[0] or "unfinished" in charts_of(page)[0]


@pytest.mark.parametrize("weight", ["commits", "changed", "added", "merges"])
@pytest.mark.parametrize("by", ["month", "week"])
def test_every_weight_and_period_is_drawn(run: Drawn, full_store: Path, weight: str, by: str) -> None:
    page = run(full_store, weight=weight, by=by)

    said = words(page)

    assert ("in commits that AI worked on" in said) == (weight in ("changed", "added"))
    assert len(charts_of(page)) == 2


def test_the_tools_page_says_how_each_tool_is_known(run: Drawn, full_store: Path) -> None:
    page = run(full_store, "Tools")

    table = page.dataframe[0].value

    words(page)
    assert table["tool"].tolist() == ["Claude Code", "codex"]
    assert table["how we know"].tolist() == ["declared 16", "declared 8"]
    assert len(charts_of(page)) == 4


def test_commits_are_found_by_class_words_and_author(run: Drawn, full_store: Path) -> None:
    every = run(full_store, "Commits").dataframe[0].value
    bots = run(full_store, "Commits", class_="automation").dataframe[0].value
    hostile = run(full_store, "Commits", q="alert(1)").dataframe[0].value
    ada = run(full_store, "Commits", author="Ada Marlow <ada@example.org>", class_="ai").dataframe[0].value

    assert len(every) == 40
    assert len(bots) == 4
    assert hostile["subject"].tolist() == [HOSTILE]
    assert set(ada["author"]) == {"Ada Marlow <ada@example.org>"}
    assert set(ada["class"]) == {"ai"}


def test_a_commit_opens_down_to_the_words_and_the_rule(run: Drawn, full_store: Path) -> None:
    page = run(full_store, "Commits", sha=sha(1))

    said = words(page)

    for expected in ("AI took part", TRAILER, "claude-code.toml:12", "includeCoAuthoredBy", "decides the class"):
        assert expected in said
    assert "lock file" in page.dataframe[0].value["left out of line weights"].tolist()


def test_a_subject_is_shown_as_it_is_and_never_as_markup(run: Drawn, full_store: Path) -> None:
    page = run(full_store, "Commits", sha=sha(39))

    said = words(page)

    assert html.escape(HOSTILE) in said
    assert HOSTILE not in said


def test_health_names_what_was_skipped_and_what_is_cut_off(run: Drawn, full_store: Path) -> None:
    page = run(full_store, "Health")

    tables = [table.value for table in page.dataframe]

    words(page)
    assert dict(zip(tables[0]["repository"], tables[0]["limits"], strict=True)) == {
        REPO: "none",
        OTHER: "shallow: its history is cut off",
    }
    assert tables[1][["reason", "count", "example"]].values.tolist() == [["odd date", 2, "commit 0123"]]


@pytest.mark.parametrize("page", PAGES)
def test_a_store_without_commits_says_what_to_type(run: Drawn, bare_store: Path, page: str) -> None:
    said = words(run(bare_store, page))

    if page != "Health":
        assert f"barograph collect --store {bare_store}" in said
    else:
        assert ">never<" in said


@pytest.mark.parametrize("page", PAGES)
def test_no_store_says_what_to_type(run: Drawn, tmp_path: Path, page: str) -> None:
    said = words(run(tmp_path / "none here", page))

    assert f"barograph collect --store '{tmp_path / 'none here'}'" in said
    assert "barograph demo" in said
    assert not (tmp_path / "none here").exists()


def test_a_store_that_is_being_filled_says_so(run: Drawn, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "store"):
        said = words(run(tmp_path / "store"))

    assert "still running" in said


def test_a_broken_snapshot_is_one_clear_line(run: Drawn, tmp_path: Path) -> None:
    folder = tmp_path / "store" / "snapshots"
    folder.mkdir(parents=True)
    (folder / "000001.duckdb").write_bytes(b"not a database" * 1000)
    (folder / "current").write_text("000001.duckdb\n")

    page = run(tmp_path / "store")

    assert "cannot be opened" in words(page)
    assert str(folder) in page.code[0].value


def test_a_new_snapshot_is_shown_at_the_next_rerun(run: Drawn, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with Ledger.open(store) as ledger:
        publish(ledger, materialise)
    page = run(store)
    assert "barograph collect" in words(page)
    with Ledger.open(store) as ledger:
        fill(ledger)
        publish(ledger, materialise)

    page.run()

    assert len(charts_of(page)) == 2


def test_filters_of_the_address_decide_and_what_means_nothing_is_named(run: Drawn, full_store: Path) -> None:
    page = run(full_store, repo=OTHER, weight="gold", since="2026-02-30", trust="declared")

    said = words(page)

    assert "means nothing here: since, weight" in said
    assert "acme/shop" not in said
    assert "declared or better" in said


def test_a_selection_without_work_says_so(run: Drawn, full_store: Path) -> None:
    page = run(full_store, since="2030-01-01")

    assert "No commit of this store is in the selection" in words(page)
    assert charts_of(page) == []


def test_a_choice_stays_when_another_page_is_opened(run: Drawn, full_store: Path) -> None:
    page = run(full_store, tool="codex", weight="added")

    show(page, "Tools")
    page.run()

    assert "Which tools" in words(page)
    assert address(page) == {"tool": ["codex"], "weight": ["added"]}


def test_a_switch_writes_the_address(run: Drawn, full_store: Path) -> None:
    page = run(full_store)

    page.segmented_control(key="choose_weight").set_value("added").run()
    assert address(page) == {"weight": ["added"]}
    page.segmented_control(key="choose_weight").set_value("commits").run()

    assert address(page) == {}


def test_a_choice_survives_its_address() -> None:
    chosen = Choice(
        Filters(repos=(REPO,), since=date(2026, 1, 2), until=date(2026, 3, 4), tools=("codex",), trust="recorded"),
        "added",
        "week",
    )

    assert filters.parse(filters.as_params(chosen)) == (chosen, ())
    assert filters.as_params(Choice()) == {}


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2026-03-31", date(2026, 3, 31), date(2026, 4, 1)),
    ],
)
def test_a_period_is_drawn_as_long_as_it_is(period: str, first: date, after: date) -> None:
    assert charts.span(period) == (first, after)


@pytest.mark.parametrize("weight", ["commits", "changed"])
def test_the_bands_of_a_period_fill_it_exactly(full_store: Path, weight: filters.Weight) -> None:
    store = reader(full_store)
    assert store is not None
    series = store.ask(queries.series_by_tool, Filters(), "month", weight)
    look = charts.Look(Choice(weight=weight), charts.Palette(*["#000000"] * 10), {}, {}, NOW)

    bands = charts.stacked(series, look, is_share=True)

    for (_,), period in bands.sort("bottom").group_by("period"):
        assert period["bottom"][0] == 0
        assert period["top"][-1] == pytest.approx(1)
        assert period["bottom"][1:].to_list() == pytest.approx(period["top"][:-1].to_list())


def frames(work: dict[str, float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Shares and series of one tool, as far as the choice of periods needs them."""
    shares = pl.DataFrame({"period": list(work), "total": list(work.values())})
    return shares, shares.select("period", tool=pl.lit("codex"))


def months(first: int, last: int) -> list[str]:
    return [f"{year}-{month:02}" for year in range(first, last) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("worked", "first", "last"),
    [
        (["2024-01", "2026-05"], "2024-01", "2026-05"),
        (["1969-12", "2024-01", "2026-05"], "2024-01", "2026-05"),
        (["2024-01", "2026-05", "2100-01"], "2024-01", "2026-06"),
        (["2100-01", "2100-03"], "2100-01", "2100-03"),
    ],
)
def test_wrong_dates_do_not_flatten_the_chart(worked: list[str], first: str, last: str) -> None:
    between = [period for period in months(1969, 2101) if worked[0] <= period <= worked[-1]]
    shares, series = frames({period: float(period in worked) for period in between})

    kept, kept_series, left_out = charts.drawable(shares, series, NOW)

    assert (kept["period"][0], kept["period"][-1]) == (first, last)
    assert kept_series.height == kept.height == shares.height - left_out


def test_a_chart_of_a_very_long_history_keeps_its_newest_periods() -> None:
    shares, series = frames(dict.fromkeys(months(1960, 2026), 1.0))

    kept, _, left_out = charts.drawable(shares, series, NOW)

    assert kept["period"].to_list() == shares["period"].to_list()[-charts.MOST_PERIODS :]
    assert left_out == 66 * 12 - charts.MOST_PERIODS


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "–"), (0, "0%"), (1, "100%"), (0.004, "0.4%"), (0.99951, "99.95%"), (0.00001, "0.01%"), (0.694, "69%")],
)
def test_a_share_is_never_rounded_to_nothing_or_all(share: float | None, shown: str) -> None:
    assert percent(share) == shown


def test_small_words() -> None:
    assert points(0.031) == "+3 points"
    assert points(-0.012) == "−1 point"
    assert points(0.001) == "no change"
    assert repository_name("git.example.org/acme/shop") == "acme/shop"
    assert repository_name("shop@0123abc") == "shop"
