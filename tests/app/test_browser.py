"""The dashboard in a real Chromium: drawn without an error, at two widths, and without a request that leaves."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from shop import HOSTILE, TRAILER, fill, sha

from analysis import queries
from analysis.answers import Filters
from analysis.build import materialise
from app.reading import reader
from app.serve import FIRST_PORT, serve
from collector.errors import SettingsError
from collector.store.snapshots import publish
from collector.store.writer import Ledger

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000
SERVE = """
import sys
from pathlib import Path
from app.serve import serve
sys.exit(serve(Path(sys.argv[1]), open_browser=False))
"""
# Opened at a page's own address, Streamlit first looks for its server below that page, and then where it is.
PROBED = re.compile(r"/(tools|sessions|commits|health)/_stcore/(health|host-config)$")


@contextmanager
def served(store: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The dashboard of a store as its own process: where it is, and the process."""
    command = [sys.executable, "-c", SERVE, str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("dashboard: http://127.0.0.1:"), first + process.stdout.read()
            yield first.split()[1], process
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seen") / "store"
    with Ledger.open(folder) as ledger:
        fill(ledger)
        publish(ledger, materialise)
    return folder


@pytest.fixture(scope="module")
def full(full_store: Path) -> Iterator[str]:
    with served(full_store) as (url, _):
        yield url


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("nothing") / "store") as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium here: CI must look at the dashboard (apt-get install chromium)")
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        opened.close()


class Watched:
    """A page, and whatever went wrong in it or left the machine."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.outside: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self._complained(said.text, said.location["url"]))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self._went(request.url))
        page.on("websocket", lambda opened: self._went(opened.url))

    def _complained(self, text: str, url: str) -> None:
        if not PROBED.search(urlsplit(url).path):
            self.wrong.append(f"{text} {url}")

    def _went(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def open(self, url: str) -> Page:
        self.page.goto(url)
        self.page.wait_for_selector("h1, h2.bg-heading")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing on the page is old or running."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=PATIENCE
        )
        expect(self.page.locator('[data-stale="true"]')).to_have_count(0, timeout=PATIENCE)

    def assert_well(self) -> None:
        assert self.wrong == []
        assert self.outside == []
        assert self.page.get_by_test_id("stException").count() == 0


@pytest.fixture
def watched(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield Watched(context.new_page())
    context.close()


LOOKS = [(1280, "light"), (390, "dark")]
BANDS = "g.bands_marks path"


@pytest.mark.parametrize("watched", LOOKS, indirect=True)
@pytest.mark.parametrize(
    ("page", "charts", "least_marks"),
    [("", 2, 30), ("?weight=changed&by=week", 2, 60), ("tools", 4, 12), ("commits", 0, 0), ("health", 0, 0)],
)
def test_every_page_is_drawn(watched: Watched, full: str, page: str, charts: int, least_marks: int) -> None:
    seen = watched.open(f"{full}/{page}")

    expect(seen.locator("svg.marks")).to_have_count(charts)
    if charts:
        expect(seen.locator(BANDS).first).to_be_visible()
    assert seen.locator(BANDS).count() >= least_marks
    assert seen.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    watched.assert_well()


def test_the_overview_follows_the_theme_of_the_browser(browser: Browser, full: str) -> None:
    papers = {}
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
            page = Watched(context.new_page()).open(full)
            papers[scheme] = (
                page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"),
                page.locator("g.proven_marks path").first.get_attribute("stroke"),
            )

    assert papers == {
        "light": ("rgb(252, 251, 247)", "#1C1B19"),
        "dark": ("rgb(22, 23, 26)", "#ECE9E2"),
    }


def test_a_click_on_a_band_leads_to_its_commits_and_a_row_to_its_evidence(watched: Watched, full: str) -> None:
    page = watched.open(full)

    page.locator("g.bands_marks path[aria-label^='Claude Code, April 2026']").first.click()
    page.wait_for_url("**/commits?**")
    watched.settle()

    assert parse_qs(urlsplit(page.url).query) == {
        "since": ["2026-04-01"], "until": ["2026-04-30"], "tool": ["claude-code"],
    }  # fmt: skip
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    table.click(position={"x": 16, "y": 52})
    page.wait_for_url("**sha=**")
    expect(page.get_by_text(TRAILER)).to_be_visible()
    expect(page.get_by_text("defined in claude-code.toml:12")).to_be_visible()
    page.get_by_role("button", name="All commits").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    watched.assert_well()


def test_what_a_history_says_is_text_and_asks_for_nothing(watched: Watched, full: str) -> None:
    page = watched.open(f"{full}/commits?sha={sha(39)}")

    expect(page.locator("h2.bg-heading")).to_have_text(HOSTILE)
    watched.assert_well()


def test_a_download_is_exactly_what_the_chart_draws(watched: Watched, full: str, full_store: Path) -> None:
    page = watched.open(f"{full}/?weight=added&by=week")
    store = reader(full_store)
    assert store is not None

    with page.expect_download() as begun:
        page.get_by_role("button", name="Download CSV: volume").click()

    assert begun.value.suggested_filename == "barograph-volume.csv"
    expected = store.ask(queries.shares, Filters(), "week", "added").write_csv()
    assert begun.value.path().read_text("utf-8") == expected


def test_a_choice_of_filters_is_a_link_and_goes_along_to_other_pages(watched: Watched, full: str) -> None:
    page = watched.open(full)

    page.get_by_role("radio", name="Added lines").or_(page.get_by_text("Added lines", exact=True)).first.click()
    page.wait_for_url("**weight=added**")
    page.get_by_role("link", name="Tools").first.click()
    page.wait_for_url("**/tools?**weight=added**")
    watched.settle()

    expect(page.get_by_role("heading", name="Which tools")).to_be_visible()
    watched.assert_well()


@pytest.mark.parametrize("page", ["", "tools", "commits", "health"])
def test_without_a_store_every_page_says_what_to_type(watched: Watched, nothing: str, page: str) -> None:
    seen = watched.open(f"{nothing}/{page}")

    expect(seen.get_by_text("barograph collect --store")).to_be_visible()
    watched.assert_well()


def test_the_page_opens_by_itself_when_the_first_collection_is_published(watched: Watched, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with served(store) as (url, _):
        page = watched.open(url)
        expect(page.get_by_text("Nothing has been collected yet")).to_be_visible()
        with Ledger.open(store) as ledger:
            fill(ledger)
            publish(ledger, materialise)

        expect(page.locator("svg.marks").first).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/stream"])
def test_another_name_for_this_machine_is_refused(full: str, path: str) -> None:
    asked = urllib.request.Request(full + path, headers={"Host": "rebound.example.com"})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=10)

    assert refused.value.code == 400
    refused.value.close()


@pytest.mark.skipif(os.name == "nt", reason="signals are not sent so there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    with served(tmp_path / "store") as (url, process):
        process.send_signal(number)
        ended = process.wait(timeout=20)
        assert process.stdout is not None
        said = process.stdout.read()

    assert ended == 0
    assert "Traceback" not in said
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) != 0


def test_a_port_that_is_taken_is_passed_over_or_refused(tmp_path: Path) -> None:
    with served(tmp_path / "one") as (first, _), served(tmp_path / "two") as (second, _):
        ports = [urlsplit(url).port or 0 for url in (first, second)]

        with pytest.raises(SettingsError, match="--port"):
            serve(tmp_path / "three", port=ports[0], open_browser=False)

    assert FIRST_PORT <= ports[0] < ports[1]
