"""The demo: an invented organisation is built, collected, reported on and served, in a folder of its own."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.output import message
from app.running import elapsed, tell_report

if TYPE_CHECKING:
    from collector.settings import Settings

_HOME = "home"
"""Where the organisation's logs lie, below its folder."""


def run_demo(
    settings: "Settings",
    store: Path | None,
    *,
    no_serve: bool,
    no_open: bool,
    port: int | None,
    keep: Path | None,
    as_json: bool,
) -> int:
    """Run the demo; exit code of the server, or 0. Its folder is gone afterwards, unless it is kept."""
    with _place(keep) as folder:
        place = store.expanduser().absolute() if store else folder / "store"
        settings = replace(settings, store=place, logs=True, home=folder / "repositories" / _HOME)
        started = time.monotonic()
        repositories = _organisation(folder / "repositories")
        message(f"built five invented repositories in {elapsed(started)}")
        _report(repositories, settings, as_json=as_json)
        if keep is not None:
            message(f"kept in {folder}: barograph report --store '{settings.store}'")
        if no_serve:
            return 0
        from app.serve import serve

        return serve(settings.store, port=port, open_browser=not no_open)


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="barograph-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _organisation(folder: Path) -> list[Path]:
    """The repositories, built anew unless a kept folder has them."""
    if folder.is_dir() and (there := sorted(path for path in folder.iterdir() if (path / ".git").exists())):
        return there
    from sample_repos.organisation import build_organisation

    message("building five invented repositories: two years, some 3,000 commits")
    return build_organisation(folder)


def _report(repositories: list[Path], settings: "Settings", *, as_json: bool) -> None:
    from app.asking import gather
    from app.collecting import collect
    from app.progress import shown_progress

    with shown_progress() as progress:
        # without the tools' own variables, which would lead to the user's logs
        done = collect(repositories, settings, environment={}, progress=progress)
    tell_report(gather(settings.store, repos=done.repos), as_json=as_json, collected_in=done.seconds)
