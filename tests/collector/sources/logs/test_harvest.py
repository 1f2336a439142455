"""What holds for every log that is read, whoever wrote it."""

import json
from pathlib import Path

import pytest

from collector.fingerprints import Fingerprints
from collector.records import SessionLog
from collector.sources.logs import harvest
from collector.sources.logs.home import Home


@pytest.mark.parametrize(
    ("remote", "kept"),
    [
        ("https://ada:ghp_CANARY@github.com/acme/shop.git", "https://github.com/acme/shop.git"),
        ("https://CANARY@github.com/acme/shop.git", "https://github.com/acme/shop.git"),
        ("ssh://git@github.com:22/acme/shop@2.git", "ssh://github.com:22/acme/shop@2.git"),
        ("git@github.com:acme/shop.git", "git@github.com:acme/shop.git"),
        ("/srv/git/shop.git", "/srv/git/shop.git"),
    ],
)
def test_the_credentials_of_a_remote_are_not_taken(tmp_path: Path, remote: str, kept: str) -> None:
    folder = tmp_path / ".codex/sessions/2026/08/10"
    folder.mkdir(parents=True)
    session = "01980000-0000-7000-8000-000000000001"
    about = {"id": session, "timestamp": "2026-08-10T07:00:00.101Z", "cwd": "/w/shop", "cli_version": "0.142.0",
             "git": {"commit_hash": "1" * 40, "branch": "main", "repository_url": remote}}  # fmt: skip
    line = {"timestamp": "2026-08-10T07:00:00.120Z", "type": "session_meta", "payload": about}
    (folder / f"rollout-2026-08-10T09-00-00-{session}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    [found] = harvest.find(Home(tmp_path, {}))
    records = harvest.read(found, None, Fingerprints(b"k" * 32)).records
    assert {one.remote for one in records if isinstance(one, SessionLog) and one.remote} == {kept}
