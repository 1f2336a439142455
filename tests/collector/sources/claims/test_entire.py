"""Entire's checkpoints in each of their places; no prompt, transcript or summary reaches the store."""

import json

import pytest
from made_repository import Made
from taken import taken

ID, LATER_ID = "0a14713a2774", "01M3WE2VX9HQC3NVY9BWYCW6JV"
SECRET = "plantedsecretzanzibar"
LINES = "".join(f"{line}\n" for line in range(1, 11))


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "made")
    made.commit({"a.py": "0\n"}, "Begin")
    return made


def session(agent="Claude Code", *, lines=8, total=10, at="2026-02-03T00:31:46.001683Z", **more):
    stated = {} if lines is None else {
        "initial_attribution": {"calculated_at": at, "agent_lines": lines, "total_committed": total, "human_added": 2}
    }  # fmt: skip
    return {"session_id": "s-1", "strategy": "manual-commit", "agent": agent, "summary": SECRET, **stated, **more}


def metadata_branch(made, files, ref="refs/heads/entire/checkpoints/v1"):
    made.commit({path: json.dumps(content) for path, content in files.items()}, "Checkpoint", branch="meta", parents=[])
    made.git("update-ref", ref, made.git("rev-parse", "meta"))
    made.git("branch", "-D", "meta")


def worked(made, *ids, text=LINES, path="b.py"):
    trailers = "".join(f"Entire-Checkpoint: {one}\n" for one in ids)
    return made.commit({path: text}, f"Work\n\n{trailers}")


PLACES = {
    "branch": (ID, "refs/heads/entire/checkpoints/v1", "0a/14713a2774/", "0/"),
    "first layout": (ID, "refs/heads/entire/checkpoints/v1", "0a/14713a2774/", ""),
    "of a remote": (ID, "refs/remotes/origin/entire/checkpoints/v1", "0a/14713a2774/", "0/"),
    "second version": (LATER_ID, "refs/entire/checkpoints/v2/main", "01/M3WE2VX9HQC3NVY9BWYCW6JV/", "0/"),
    "ref of its own": (LATER_ID, f"refs/entire/checkpoints/JV/{LATER_ID}", "", "0/"),
}


@pytest.mark.parametrize("place", PLACES)
def test_places(made, tmp_path, place):
    checkpoint, ref, folder, of_session = PLACES[place]
    roll_up = {} if not of_session else {f"{folder}metadata.json": {"checkpoint_id": checkpoint, "sessions": [{}]}}
    files = roll_up | {
        f"{folder}{of_session}metadata.json": session(model="claude-sonnet-4-6"),
        f"{folder}{of_session}prompt.txt": SECRET,
        f"{folder}{of_session}full.jsonl": SECRET,
    }
    metadata_branch(made, files, ref)
    sha = worked(made, checkpoint)
    found = taken(made.path, tmp_path / "store")
    pointer = f"checkpoint {checkpoint}: 8 of 10 lines"
    assert found.evidence == [(sha, "claude-code", "claude-sonnet-4-6", "recorded", "agent", 8, "s-1", pointer)]
    assert found.skipped == {}
    assert all(SECRET.encode() not in file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file())
    assert SECRET in made.git("show", f"{ref}:{folder}{of_session}prompt.txt")  # it was there to be found


def test_sessions_of_a_checkpoint_share_one_attribution(made, tmp_path):
    folder = "0a/14713a2774"
    files = {
        f"{folder}/0/metadata.json": session(),
        f"{folder}/1/metadata.json": session("Gemini CLI", session_id="s-2"),
        f"{folder}/2/metadata.json": session(session_id="s-3", lines=1, at="2026-02-03T01:00:00Z"),
        f"{folder}/3/metadata.json": session(session_id="s-4", lines=None),
        f"{folder}/4/metadata.json": session("Agent", session_id="s-5"),
        f"{folder}/5/metadata.json": session("mock_ai", session_id="s-6"),
        f"{folder}/6/metadata.json": "no table",
    }
    metadata_branch(made, files)
    worked(made, ID)
    found = taken(made.path, tmp_path / "store")
    assert [(tool, level, lines, name) for _, tool, _, _, level, lines, name, _ in found.evidence] == [
        ("claude-code", "agent", 1, "s-3"),
        ("claude-code", "agent", 8, "s-1"),
        ("claude-code", "assisted", None, "s-4"),
        ("gemini-cli", "assisted", None, "s-2"),
    ]
    assert found.skipped == {"entire: session of a tool that is not named or not known": 1}


def test_lines_are_one_commits_and_no_more_than_it_added(made, tmp_path):
    metadata_branch(made, {"0a/14713a2774/0/metadata.json": session(lines=30, total=10)})
    small = worked(made, ID, text="1\n", path="c.py")
    fitting = worked(made, ID)
    found = taken(made.path, tmp_path / "store")
    assert {row[0]: (row[3], row[4], row[5]) for row in found.evidence} == {
        small: ("recorded", "assisted", None),
        fitting: ("recorded", "agent", 10),
    }
    assert found.skipped == {
        "entire: lines of a checkpoint that another commit has": 1,
        "entire: claims more lines than the commit added": 1,
    }


def test_no_line_of_an_agent_is_no_line(made, tmp_path):
    metadata_branch(made, {"0a/14713a2774/0/metadata.json": session(lines=0)})
    sha = worked(made, ID)
    found = taken(made.path, tmp_path / "store")
    assert [row[3:6] for row in found.evidence] == [("recorded", "assisted", 0)]
    assert found.claims == []
    assert found.classes[sha] == "ai"


def test_trailers_alone(made, tmp_path):
    stated = made.commit(
        {"b.py": LINES},
        "Work\n\nEntire-Metadata: .entire/metadata/2026-01-05-s-9\nEntire-Agent: Claude Code\n"
        "Entire-Attribution: 73% agent (7/10 lines)\n",
    )
    absent = worked(made, "ffffffffffff", path="c.py")
    made.commit({"d.py": "1\n"}, "Describe it\n\n> Entire-Agent: Claude Code\n")
    found = taken(made.path, tmp_path / "store")
    words = "trailer: Entire-Attribution: 73% agent (7/10 lines)"
    assert found.evidence == [(stated, "claude-code", None, "declared", "agent", 7, "2026-01-05-s-9", words)]
    assert found.skipped == {"entire: checkpoint that is not here": 1}
    assert found.classes[absent] == "ai"  # by the trailer's own marker
