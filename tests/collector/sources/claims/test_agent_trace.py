"""Agent Trace records, committed or not: whose lines they are, and which commit they mean."""

import json

import pytest
from made_repository import Made
from taken import taken

SECRET = "plantedsecretzanzibar"
TEN = "".join(f"{line}\n" for line in range(1, 11))


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "made")
    made.commit({"a.py": TEN}, "Begin")
    return made


def conversation(start, end, kind="ai", **more):
    return {
        "url": "https://api.example.com/v1/conversations/c-7",
        "contributor": {"type": kind, "model_id": "anthropic/claude-opus-4-6"},
        "ranges": [{"start_line": start, "end_line": end}],
        **more,
    }


def record(revision, *conversations, name="cursor", path="a.py", **more):
    record.number += 1
    return {
        "version": "0.1.0",
        "id": f"550e8400-e29b-41d4-a716-{record.number:012}",
        "timestamp": "2026-01-23T14:30:00Z",
        "vcs": {"type": "git", "revision": revision},
        "tool": {"name": name, "version": "2.4.0"},
        "files": [{"path": path, "conversations": list(conversations)}],
        **more,
    }


record.number = 0


def lay(made, *records, name="traces.jsonl"):
    (made.path / ".agent-trace").mkdir(exist_ok=True)
    text = "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in records)
    (made.path / ".agent-trace" / name).write_text(text)


def test_ai_alone_claims_lines(made, tmp_path):
    sha = made.commit({"a.py": TEN + TEN})
    override = {
        "ranges": [
            {"start_line": 18, "end_line": 18, "contributor": {"type": "human"}},
            {"start_line": 19, "end_line": 20},
        ]
    }
    lay(
        made,
        record(sha, conversation(11, 12), conversation(13, 13, "human"), conversation(14, 14, "unknown")),
        record(sha, conversation(15, 15, "mixed"), conversation(0, 0, **override)),
        record(sha, conversation(16, 16), name="mock_ai"),
        record(sha, conversation(17, 17), name="unknown", metadata={"session_id": "s-1", "command": SECRET}),
        record(sha, conversation(0, 3), conversation(5, 3), conversation("1", 2)),
    )
    found = taken(made.path, tmp_path / "store")
    assert found.claims == [
        (sha, "a.py", 11, 12, "cursor", "claude-opus-4-6", "c-7"),
        (sha, "a.py", 17, 17, "unnamed", "claude-opus-4-6", "s-1"),
        (sha, "a.py", 19, 20, "cursor", "claude-opus-4-6", "c-7"),
    ]
    assert [row[3:6] for row in found.evidence if "mixed" in row[-1]] == [("recorded", "assisted", None)]
    assert found.skipped == {
        "agent-trace: lines of an unknown tool": 1,
        "agent-trace: line ranges are not understood": 1,
    }
    assert all(SECRET.encode() not in file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file())


def test_a_record_made_at_the_edit_means_the_next_commit_of_the_file(made, tmp_path):
    head = made.git("rev-parse", "main")
    made.commit({"other.py": "1\n"})
    sha = made.commit({"a.py": TEN + TEN})
    lay(
        made,
        record(head, conversation(3, 14), metadata={"tool_use_id": "t-1", "session_id": "s-1"}),
        record(head, conversation(15, 15)),  # says nothing of the edit, but its revision did not add the line
        record(head, conversation(1, 1), path=".sessions"),
        record(head, conversation(1, 1), path="never.py"),
    )
    found = taken(made.path, tmp_path / "store")
    assert [(one[0], one[2], one[3]) for one in found.claims] == [(sha, 11, 14), (sha, 15, 15)]
    assert found.skipped == {
        "agent-trace: record of lines that no commit has yet": 1,
        "agent-trace: claims lines that the commit did not add": 1,
    }


def test_committed_records_count_once_and_those_of_a_lost_commit_where_its_patch_is(made, tmp_path):
    start = made.git("rev-parse", "main")
    lost = made.commit({"a.py": TEN + TEN}, "Work", branch="work", parents=[start])
    made.git("update-ref", "refs/pull/1/head", lost)
    made.git("branch", "-D", "work")
    made.commit({"a.py": "0\n" + TEN})
    landed = made.commit({"a.py": "0\n" + TEN + TEN}, "Work (#1)")
    one = record(lost, conversation(11, 12))
    made.commit({".agent-trace/traces.jsonl": json.dumps(one) + "\n", ".agent-trace/README.md": "records\n"})
    lay(made, one, "{broken\n", record("1" * 40, conversation(1, 1)), {"version": "0.1.0"})
    lay(made, json.dumps(one), name="single.json")
    found = taken(made.path, tmp_path / "store")
    assert [(claim[0], claim[2], claim[3]) for claim in found.claims] == [(landed, 12, 13)]
    assert found.skipped == {
        "agent-trace: record is not understood": 2,
        "agent-trace: record on a commit that is not here": 1,
    }


def test_links_and_other_version_controls_are_let_be(made, tmp_path):
    sha = made.git("rev-parse", "main")
    lay(made, {**record(sha, conversation(1, 1)), "vcs": {"type": "jj", "revision": "kkmpptxz"}})
    (tmp_path / "elsewhere.jsonl").write_text(json.dumps(record(sha, conversation(1, 1))) + "\n")
    (made.path / ".agent-trace/link.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    found = taken(made.path, tmp_path / "store")
    assert found.claims == []
    assert found.skipped == {"agent-trace: record without the name of a commit": 1}


def test_a_record_that_was_added_since_is_seen(made, tmp_path):
    sha = made.git("rev-parse", "main")
    assert taken(made.path, tmp_path / "store").claims == []
    lay(made, record(sha, conversation(1, 2)))
    assert [one[2:4] for one in taken(made.path, tmp_path / "store").claims] == [(1, 2)]
