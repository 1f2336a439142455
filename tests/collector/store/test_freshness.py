"""What the last run saw is believed only where it is whole and still in force."""

import json

import pytest

from collector.records import Skipped
from collector.store.freshness import Remembered, Seen, recall, remember

SEEN = Seen(repo="r", fingerprint="f", commits=3, skipped=(Skipped(source="r", reason="odd", count=2, example="abc"),))


def test_what_was_seen_is_recalled_for_the_same_snapshot_and_rules(tmp_path):
    known = Remembered(repositories={"/git": SEEN}, logs="digest", worked_in=("/w/shop",), skipped=SEEN.skipped)
    remember(tmp_path, known, snapshot="1", rules="a")
    assert recall(tmp_path, snapshot="1", rules="a") == known
    assert recall(tmp_path, snapshot="2", rules="a") == recall(tmp_path, snapshot="1", rules="b") == Remembered()
    assert [file.name for file in tmp_path.iterdir()] == ["collected.json"]
    assert (tmp_path / "collected.json").stat().st_mode & 0o777 == 0o600


def test_what_has_no_fingerprint_is_not_believed_next_time(tmp_path):
    blind = Seen(repo="b", fingerprint="", commits=1, skipped=())
    remember(tmp_path, Remembered(repositories={"/git": SEEN, "/blind": blind}), snapshot="1", rules="a")
    assert set(recall(tmp_path, snapshot="1", rules="a").repositories) == {"/git"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b'{"version": 2',
        b'{"version": 2, "snapshot": "1", "rules": "a"}',
        b'{"version": 2, "snapshot": "1", "rules": "a", "repositories": []}',
        b'{"version": 2, "snapshot": "1", "rules": "a", "repositories": {"/g": {"repo": "r"}}}',
        json.dumps({"version": 3, "snapshot": "1", "rules": "a", "repositories": {}}).encode(),
    ],
)
def test_whatever_else_lies_there_means_looking_again(tmp_path, content):
    (tmp_path / "collected.json").write_bytes(content)
    assert recall(tmp_path, snapshot="1", rules="a") == Remembered()


def test_nothing_there(tmp_path):
    assert recall(tmp_path / "none", snapshot="1", rules="a") == Remembered()
    (tmp_path / "collected.json").mkdir()
    assert recall(tmp_path, snapshot="1", rules="a") == Remembered()
