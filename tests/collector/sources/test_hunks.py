"""The lines that commits added, against git's own numstat, where text looks like a diff and names are odd."""

import os

from made_repository import Made, numstat, text

from collector.sources.git import hunks

TRAPS = {
    "plain.txt": "1\n2\n3\n",
    "name with space.txt": "1\n",
    'quo"te\t.txt': "1\n",
    "ümlaut.txt": "1\n",
    "caf\udce9.txt": "1\n",
    "no-newline.txt": "1\n2",
    "like-a-diff.txt": "++ b/other.txt\n@@ -1 +1,9 @@\n" + "a" * 40 + "\ndiff --git a/x b/x\n",
}


def test_lines_added_are_those_of_numstat(tmp_path):
    made = Made(tmp_path / "made")
    first = made.commit(TRAPS)
    second = made.commit(
        {
            "plain.txt": "0\n1\n2\nthree\n",
            "no-newline.txt": "1\n2\n3",
            "like-a-diff.txt": "++ b/other.txt\n-- a/plain.txt\n",
            "name with space.txt": None,
            "moved.txt": "1\n",
        }
    )
    made.commit({"side.txt": "1\n"}, branch="side", parents=[first])
    merge = made.commit({"both.txt": "1\n"}, parents=[second, made.git("rev-parse", "side")])
    added = hunks.added(made.path, [first, second, merge])
    for sha, files in numstat(made.path).items():
        if sha in (first, second):
            counted = {text(path): lines for path, (lines, _, _) in files.items() if lines}
            assert {path: sum(b - a + 1 for a, b in spans) for path, spans in added[sha].items()} == counted
    assert added[second]["plain.txt"] == [(1, 1), (4, 4)]
    assert added[second]["no-newline.txt"] == [(2, 3)]
    assert added[merge] == {}


def test_what_commits_gave(tmp_path):
    made = Made(tmp_path / "made")
    first = made.commit(TRAPS)
    second = made.commit({"plain.txt": None, 'quo"te\t.txt': "2\n"})
    given = hunks.given(made.path, [first, second])
    assert set(given[first].blobs) == {text(os.fsencode(name)) for name in TRAPS}
    assert given[second].blobs['quo"te\t.txt'] == made.git("rev-parse", f'{second}:quo"te\t.txt')
    assert given[second].committed_at == given[first].committed_at + 60
