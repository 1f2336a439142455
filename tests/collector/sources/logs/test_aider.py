"""What the fixtures can't say of Aider: times, which depend on the machine's zone, and cuts of a file of text."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from collector.records import Activity, Edit, Usage, Watermark
from collector.sources.logs import aider, harvest
from collector.sources.logs.aider_blocks import blocks
from collector.sources.logs.home import Home
from tests.collector.sources.logs.test_readers import KEY, Store, read_all

HERE = Path(__file__).parent
CHAT = """
# aider chat started at 2026-01-05 10:11:12

#### first

a.py
```
<<<<<<< SEARCH
a = 1
=======
a = 2
>>>>>>> REPLACE
```

> Tokens: 2.1k sent, 310 received. Cost: $0.01 message, $0.01 session.
> Applied edit to a.py

#### second

Fine.

> Tokens: 1k sent, 20 received. Cost: $0.01 message, $0.02 session.
"""


@pytest.fixture(autouse=True)
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


def of(home: Path, environment: dict[str, str] | None = None) -> Store:
    store: Store = {}
    read_all(Home(home, environment or {}), {}, store)
    return store


def times(store: Store) -> dict[str, str]:
    """Return the local time of each thing that was typed or edited."""
    found = (one for one in store.values() if isinstance(one, Activity | Edit) and one.at)
    return {one.id.partition("@")[2].partition(":")[2]: f"{one.at.astimezone():%H:%M:%S}" for one in found if one.at}


def test_times_are_local(tmp_path: Path) -> None:
    (tmp_path / ".aider.chat.history.md").write_text(CHAT)
    (edit,) = (one for one in of(tmp_path).values() if isinstance(one, Edit))
    assert edit.at == datetime(2026, 1, 5, 1, 11, 12, tzinfo=UTC)


def test_times_come_from_the_files_beside(tmp_path: Path) -> None:
    (tmp_path / ".aider.chat.history.md").write_text(CHAT)
    typed = "\n# 2026-01-04 09:00:00.1\n+first\n\n# 2026-01-05 10:15:00.5\n+first\n\n# 2026-01-05 10:30:00.9\n+second\n"
    (tmp_path / ".aider.input.history").write_text(typed)
    assert times(of(tmp_path)) == {
        "prompt:1": "10:15:00", "reply:1": "10:15:00", "edit:2:1": "10:15:00", "prompt:2": "10:30:00",
        "reply:2": "10:30:00",
    }  # fmt: skip
    (tmp_path / ".aider.llm.history").write_text("TO LLM 2026-01-05T10:15:01\nx\nLLM RESPONSE 2026-01-05T10:15:40\ny\n")
    found = times(of(tmp_path))
    assert (found["prompt:1"], found["edit:2:1"], found["prompt:2"]) == ("10:15:00", "10:15:40", "10:30:00")


def test_the_analytics_log_counts_where_it_covers_a_run(tmp_path: Path) -> None:
    (tmp_path / ".aider.chat.history.md").write_text(CHAT)
    start = int(datetime(2026, 1, 5, 1, 11, 12, tzinfo=UTC).timestamp())
    sent = (
        (start + 2, "launched", ""),
        (start + 30, "message_send", '"prompt_tokens": 2134, "completion_tokens": 311'),
        (start + 90, "message_send", '"prompt_tokens": 987, "completion_tokens": 21'),
    )
    lines = [f'{{"event": "{name}", "properties": {{{more}}}, "time": {at}}}\n' for at, name, more in sent]
    (tmp_path / "events.jsonl").write_text("".join(lines))
    usages = [one for one in of(tmp_path).values() if isinstance(one, Usage)]
    assert [(one.input, one.output, one.quality) for one in usages] == [
        (2100, 310, "lower_bound"), (1000, 20, "lower_bound"),
    ]  # fmt: skip
    store = of(tmp_path, {"AIDER_ANALYTICS_LOG": str(tmp_path / "events.jsonl")})
    counted = [one for one in store.values() if isinstance(one, Usage)]
    assert [(one.input, one.output, one.quality) for one in counted] == [(2134, 311, "exact"), (987, 21, "exact")]
    assert [one.id for one in counted] == [one.id for one in usages]
    assert len({one.session for one in store.values()}) == 1


@pytest.mark.parametrize("case", ["blocks", "formats"])
def test_cut_anywhere_and_read_on_is_the_same(case: str, tmp_path: Path) -> None:
    copytree(HERE / "aider" / case / "home", tmp_path / "home")
    path = tmp_path / "home/shop/.aider.chat.history.md"
    home = Home(tmp_path / "home", {}, (tmp_path / "home/shop",))
    content = path.read_bytes()
    whole: Store = {}
    read_all(home, {}, whole)
    for cut in range(0, len(content), 37):
        known: dict[str, Watermark] = {}
        store: Store = {}
        for size in (cut, len(content)):
            path.write_bytes(content[:size])
            read_all(home, known, store)
        assert store == whole, f"cut at {cut}"


def test_only_the_last_exchanges_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / ".aider.chat.history.md"
    path.write_text(CHAT + "\n#### again\n\nYes.\n" * 200)
    (one,) = harvest.find(Home(tmp_path, {}))
    first = harvest.read(one, None, KEY)
    assert len(first.records) > 400
    path.write_text(path.read_text() + "\n#### last\n\nNo.\n")
    assert len(harvest.read(one, first.watermark, KEY).records) < 60


@pytest.mark.parametrize(
    ("reply", "paths"),
    [
        ("a.py\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```", ["a.py"]),
        ("**src/a.py**\n```python\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```", ["src/a.py"]),
        ("### `a.py`:\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE", ["a.py"]),
        ("```a.py\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```", ["a.py"]),
        ("Makefile\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```", ["Makefile"]),
        ("Change `b.py`:\n\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```", ["b.py"]),
        ("a.py\n<<<<<<< ORIGINAL\no\n=======\nx\n>>>>>>> UPDATED", ["a.py"]),
        ("a.py\n<<<<<<< SEARCH\nnever closed", []),
        ("<<<<<<< SEARCH\n=======\nno file\n>>>>>>> REPLACE", []),
        ("```diff\n--- a/x.py\t2026\n+++ b/x.py\n@@ @@\n-1\n+2\n```", ["x.py"]),
        ("```diff\n--- old.py\n+++ /dev/null\n@@ @@\n-1\n```", ["old.py"]),
        ("*** Begin Patch\n*** Delete File: gone.py\n*** End Patch", ["gone.py"]),
        ("a.py\n<source>\nx = 1\n</source>", ["a.py"]),
        ("```\nunclosed", []),
    ],
)
def test_blocks(reply: str, paths: list[str]) -> None:
    assert [block.change.path for block in blocks(reply.split("\n"))] == paths


def test_what_is_left_out_is_counted_once_however_often_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aider, "_MOST_LINES", 5)
    path = tmp_path / ".aider.chat.history.md"
    path.write_text("#### too early\n" + CHAT)
    known: dict[str, Watermark] = {}
    for too_long in (1, 2, 2):
        left_out = read_all(Home(tmp_path, {}), known, {})
        assert left_out == {"text before the first start": 1, "exchange too long": too_long}
        path.write_text(path.read_text() + "\nmore\n")
