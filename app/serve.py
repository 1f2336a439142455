"""Serves the dashboard to this machine: 127.0.0.1 only, no usage statistics, no request that leaves.

It runs in this process, so that nothing is left behind however the process ends.
"""

import contextlib
import importlib
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path

from app import theme
from collector.errors import SettingsError, StoreError

ADDRESS = "127.0.0.1"
HOSTS = (ADDRESS, "localhost")
"""What a browser may call us. A page elsewhere that points its own name at 127.0.0.1 is refused."""
FIRST_PORT = 8501
PORTS_TRIED = 100
DASHBOARD = Path(__file__).with_name("dashboard.py")


def serve(store: Path, *, port: int | None = None, open_browser: bool = True) -> int:
    """Serve the dashboard of a store until Ctrl-C or SIGTERM, then return 0; its address is printed once it answers.

    Without a port it is 8501 or the next free one; a port that is asked for and taken raises SettingsError.
    """
    chosen = _free_port(port)
    with _stoppable(), _private_arguments(store):
        _prewarm(store)
        _announce_later(chosen, open_browser)
        _run(chosen)
    return 0


def _run(port: int) -> None:
    # Here and not above, since both take longer than the rest of the command line together.
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from streamlit.web.server.starlette import App

    only_us = Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)
    App(DASHBOARD, middleware=[only_us]).run(config=_options(port))


def _options(port: int) -> dict[str, object]:
    return {
        "server.address": ADDRESS,
        "server.port": port,
        "server.allowedHosts": list(HOSTS),
        "server.headless": True,  # we open the browser ourselves, once there is something to see
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.enableStaticServing": False,
        "server.baseUrlPath": "",
        "browser.gatherUsageStats": False,
        "browser.serverAddress": ADDRESS,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "full",
        "client.showErrorLinks": False,
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
    } | theme.options()


def _free_port(port: int | None) -> int:
    candidates = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for candidate in candidates:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name != "nt":  # there it would let us share a port that is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, candidate))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    taken = f"port {port}" if port is not None else f"every port from {FIRST_PORT} to {candidates[-1]}"
    raise SettingsError(f"{taken} on {ADDRESS} is taken or not allowed: choose another one with --port")


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Make SIGTERM end the block as Ctrl-C does, and both end it quietly."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _private_arguments(store: Path) -> Iterator[None]:
    """Hand the store to the script as its argument, from a folder whose `.streamlit/config.toml` can't be a stranger's.

    Streamlit reads such a file where it is started, which may well be a repository that only wants to be looked at.
    """
    arguments, folder = sys.argv, Path.cwd()
    sys.argv = [str(DASHBOARD), str(store.absolute())]
    os.chdir(DASHBOARD.parent)
    try:
        yield
    finally:
        sys.argv = arguments
        os.chdir(folder)


def _announce_later(port: int, open_browser: bool) -> None:
    threading.Thread(target=_announce, args=(port, open_browser), daemon=True).start()


def _announce(port: int, open_browser: bool) -> None:
    url = f"http://{ADDRESS}:{port}"
    while not _answers(f"{url}/_stcore/health"):
        time.sleep(0.05)
    print(f"dashboard: {url} (Ctrl-C ends it)", flush=True)
    if open_browser:
        webbrowser.open(url)


def _prewarm(store: Path) -> None:
    """Load all that a page needs, and ask what the first one does, before anybody can ask for it.

    Not beside the server: two threads that import pandas at once may find it half made.
    """
    for late in ("pandas", "pyarrow", "app.dashboard"):
        importlib.import_module(late)
    from analysis import queries
    from analysis.answers import Filters
    from app.filters import DEFAULT_WEIGHT
    from app.reading import reader

    with contextlib.suppress(StoreError):  # the page itself says what is wrong with the store
        if newest := reader(store):
            newest.ask(queries.overview, Filters(), DEFAULT_WEIGHT)


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
