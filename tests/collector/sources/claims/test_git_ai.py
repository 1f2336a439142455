"""git-ai's notes in all their shapes; of what is odd only the odd part is left out, and no prompt is kept."""

import json

import pytest
from made_repository import Made
from taken import taken

from app.collecting import collect
from collector.settings import load_settings

SECRET = "plantedsecretzanzibar"


def session(tool="claude", model="claude-opus-4", **more):
    return {"agent_id": {"tool": tool, "id": f"id-{tool}", "model": model}, **more}


def note(lines, metadata) -> str:
    return "\n".join([*lines, "---", json.dumps(metadata) if isinstance(metadata, dict) else metadata])


MODERN = {"schema_version": "authorship/3.0.0", "sessions": {"s_1": session(), "s_2": session("codex", "unknown")}}
LEGACY = {
    "schema_version": "authorship/3.0.0",
    "prompts": {"abcd1234": session("github-copilot", messages=[{"type": "user", "text": SECRET}])},
    "humans": {"h_9": {"author": "Ada <ada@example.org>"}},
}
SHAPES = [
    # note, claims as (path, start, end, tool, model, session), reasons
    (
        note(["a.py", "  s_1::t_1 1-3,7", "  s_2::t_9 9"], MODERN),
        [
            ("a.py", 1, 3, "claude-code", "claude-opus-4", "id-claude"),
            ("a.py", 7, 7, "claude-code", "claude-opus-4", "id-claude"),
            ("a.py", 9, 9, "codex", None, "id-codex"),
        ],
        [],
    ),
    (
        note(["a.py", "  h_9 1-2", "  abcd1234 3"], LEGACY),
        [("a.py", 3, 3, "copilot", "claude-opus-4", "id-github-copilot")],
        [],
    ),
    (
        note(['"sp ace.py"', "  s_1 1", "ü\u2028x.py", "  s_1 2"], MODERN),
        [
            ("sp ace.py", 1, 1, "claude-code", "claude-opus-4", "id-claude"),
            ("ü\u2028x.py", 2, 2, "claude-code", "claude-opus-4", "id-claude"),
        ],
        [],
    ),
    (note([], MODERN), [], []),
    (note([], "garbage that nobody needs"), [], []),
    (note(["a.py", "  h_9 1"], LEGACY), [], []),
    (
        note(["a.py", "  s_1 1", "  s_7 2"], MODERN),
        [("a.py", 1, 1, "claude-code", "claude-opus-4", "id-claude")],
        ["git-ai: lines of a session that the note does not describe"],
    ),
    (
        note(
            ["a.py", "  s_1 1", "  s_2 2", "  s_2 3"],
            {"sessions": {"s_1": session("mock_ai"), "s_2": session("cursor-agent", "")}},
        ),
        [("a.py", 2, 2, "cursor", None, "id-cursor-agent"), ("a.py", 3, 3, "cursor", None, "id-cursor-agent")],
        ["git-ai: lines of an unknown tool"],
    ),
    (
        note(["a.py", "  s_1 3-1", "  s_1 0", "  s_1 x", "  s_1", "  s_1 4"], MODERN),
        [("a.py", 4, 4, "claude-code", "claude-opus-4", "id-claude")],
        ["git-ai: line ranges are not understood"],
    ),
    ("a.py\n  s_1 1\n", [], ["git-ai: note without a divider"]),
    ("", [], ["git-ai: note without a divider"]),
    (note(["a.py", "  s_1 1"], "{broken"), [], ["git-ai: metadata is not understood"]),
    (note(["a.py", "  s_1 1"], "[1]"), [], ["git-ai: metadata is not understood"]),
    (note(["a.py", "  s_1 1"], {"sessions": {"s_1": {"agent_id": 7}}}), [], ["git-ai: metadata is not understood"]),
    (note(["a.py", "  s_1 1"], {"sessions": [1]}), [], ["git-ai: metadata is not understood"]),
]
BY_AUTHOR = {"files": {"a.py": {"file": "a.py", "authors": [{"author": "Cursor", "lines": [1, [3, 4]]}]}}}
PEOPLE = {"files": {"a.py": {"file": "a.py", "authors": [{"author": "Ada Marlow", "lines": [1]}]}}}
SHORT_KEYS = {"schema_version": "authorship/3.0.0", "prompts": {"02ad540": session("cursor", "gpt-5-codex")}}
OLD_SHAPES = [
    (
        json.dumps({"schema_version": "authorship/0.0.1"} | BY_AUTHOR),
        [("a.py", 1, 1, "cursor", None, None), ("a.py", 3, 4, "cursor", None, None)],
        [],
    ),
    (json.dumps(BY_AUTHOR), [("a.py", 1, 1, "cursor", None, None), ("a.py", 3, 4, "cursor", None, None)], []),
    (json.dumps(PEOPLE), [], []),
    (note(["a.py", "  02ad540 2-3"], SHORT_KEYS), [("a.py", 2, 3, "cursor", "gpt-5-codex", "id-cursor")], []),
    ('{"files": 7}', [], ["git-ai: metadata is not understood"]),
    (
        '{"files": {"a.py": {"authors": [{"author": "Cursor", "lines": [[1]]}]}}}',
        [],
        ["git-ai: metadata is not understood"],
    ),
]


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "made")
    made.commit({name: "".join(f"{line}\n" for line in range(1, 10)) for name in ("a.py", "sp ace.py", "ü\u2028x.py")})
    made.git("config", "user.name", "Ada")
    made.git("config", "user.email", "ada@example.org")
    return made


def annotate(made: Made, sha: str, text: str) -> None:
    """Attach a note with exactly these bytes."""
    blob = made.git("hash-object", "-w", "--stdin", stdin=text.encode())
    made.git("notes", "--ref=ai", "add", "--force", "--allow-empty", "-C", blob, sha)


@pytest.mark.parametrize(("text", "claims", "reasons"), SHAPES)
def test_shapes(made, tmp_path, text, claims, reasons):
    tip = made.git("rev-parse", "main")
    annotate(made, tip, text)
    read = taken(made.path, tmp_path / "store")
    assert read.claims == [(tip, *claim) for claim in claims]
    assert read.skipped == dict.fromkeys(reasons, 1)


@pytest.mark.parametrize(("text", "claims", "reasons"), OLD_SHAPES)
def test_shapes_of_refs_of_their_own(made, tmp_path, text, claims, reasons):
    tip = made.git("rev-parse", "main")
    blob = made.git("hash-object", "-w", "--stdin", stdin=text.encode())
    made.git("update-ref", f"refs/ai/authorship/{tip}", blob)
    read = taken(made.path, tmp_path / "store")
    assert read.claims == [(tip, *claim) for claim in claims]
    assert read.skipped == dict.fromkeys(reasons, 1)
    annotate(made, tip, note(["a.py", "  s_2::t_9 9"], MODERN))
    read = taken(made.path, tmp_path / "store")
    assert read.claims == [(tip, "a.py", 9, 9, "codex", None, "id-codex")], "the note is the later word"


def test_no_notes_orphaned_notes_and_a_tree_with_folders(made, tmp_path):
    assert taken(made.path, tmp_path / "store").skipped == {}
    tip = made.git("rev-parse", "main")
    text = note(["a.py", "  s_1 1"], MODERN)
    blob = made.git("hash-object", "-w", "--stdin", stdin=text.encode())
    gone = "1" * 40
    with_folders = "".join(f"100644 blob {blob}\t{sha[:2]}/{sha[2:4]}/{sha[4:]}\n" for sha in sorted((tip, gone)))
    made.git("update-index", "--index-info", stdin=with_folders.encode())
    commit = made.git("commit-tree", "-m", "Notes", made.git("write-tree"))
    made.git("update-ref", "refs/notes/ai", commit)
    read = taken(made.path, tmp_path / "store")
    assert [claim[0] for claim in read.claims] == [tip]
    assert read.skipped == {"git-ai: note on a commit that is not here": 1}


def test_no_prompt_reaches_the_store(made, tmp_path):
    annotate(made, made.git("rev-parse", "main"), note(["a.py", "  abcd1234 1-2", "  zz 3"], LEGACY))
    done = collect([made.path], load_settings({"store": tmp_path / "store"}, environment={}))
    assert [kind.reason for kind in done.skipped] == ["git-ai: lines of a session that the note does not describe"]
    files = [file for file in (tmp_path / "store").rglob("*") if file.is_file()]
    assert len(files) >= 2
    assert all(SECRET.encode() not in file.read_bytes() for file in files)
    assert SECRET in made.git("notes", "--ref=ai", "show", "main")  # it was there to be found
