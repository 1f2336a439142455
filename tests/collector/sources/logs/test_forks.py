"""A fork begins with a copy: what was copied has the ids that it has in the first session, so it counts once."""

from collections import defaultdict
from pathlib import Path

import pytest

from collector.fingerprints import Fingerprints
from collector.records import SessionLog
from collector.sources.logs import harvest
from collector.sources.logs.home import Home

HERE = Path(__file__).parent
KEY = Fingerprints(b"k" * 32)


@pytest.mark.parametrize(
    ("case", "environment", "shared", "sessions"),
    [
        ("kimi/forked_copy_of_the_wire", {}, 5, 2),  # prompt, reply, call, edit, usage
        ("kimi_code/session_subagent_and_fork", {}, 5, 3),
        ("pi/tree_and_fork", {}, 7, 2),  # prompt, reply, usage, two calls, two edits
        ("qwen_code/branched_chat", {"QWEN_RUNTIME_DIR": "run"}, 3, 2),  # prompt, reply, usage
    ],
)
def test_copies_have_the_ids_of_the_original(
    case: str, environment: dict[str, str], shared: int, sessions: int
) -> None:
    home = HERE / case / "home"
    ids: dict[tuple[type, str], set[str]] = defaultdict(set)
    named = Home(home, {name: str(home / folder) for name, folder in environment.items()})
    for one in harvest.find(named):
        for record in harvest.read(one, None, KEY).records:
            if not isinstance(record, SessionLog):
                ids[type(record), record.id].add(record.session)
    assert sum(len(found) > 1 for found in ids.values()) == shared
    assert len(set().union(*ids.values())) == sessions
