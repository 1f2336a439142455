"""The lines that commits added: exactly those that git counts, under the names that the history knows."""

import pytest
from made_repository import Made, all_shas, numstat, streamed, text

from collector.errors import RepositoryError
from collector.fingerprints import Fingerprints
from collector.records import AddedLines, Skipped
from collector.sources.git import added as module
from collector.sources.git.added import added_lines
from collector.sources.git.refs import missing_blobs
from sample_repos.git import git

PRINTS = Fingerprints(b"a key for the tests of lines")
ODD_NAMES = [
    "a b.txt",
    "tab\there.txt",
    'quo"te.txt',
    "back\\slash.txt",
    "ünï.txt",
    "new\nline.txt",
    "b/c => d.txt",
    " lead",
]
TRAPS = "--- a/x\n+++ b/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No newline at end of file\n\x01abc\n-\n+\n"


def added(made: Made, **options: object) -> dict[tuple[str, str], AddedLines]:
    found = added_lines(made.path, "r", all_shas(made.path), PRINTS, **options)  # type: ignore[arg-type]
    return {(one.sha, one.path): one for one in found}


def counts(found: dict[tuple[str, str], AddedLines]) -> dict[tuple[str, str], int]:
    return {key: len(one.numbers) for key, one in found.items() if one.numbers}


def expected(made: Made) -> dict[tuple[str, str], int]:
    return {
        (sha, text(path)): lines
        for sha, files in numstat(made.path, "--all").items()
        for path, (lines, _, _) in files.items()
        if lines
    }


def test_numbers_and_hashes_of_new_lines(tmp_path):
    made = Made(tmp_path / "r")
    made.commit({"f": "one line\ntwo line\nthree line\n"})
    last = made.commit({"f": "zero line\none line\n  two line\r\nthree line\nlast without end"})
    one = added(made)[last, "f"]
    assert one.numbers == (1, 3, 5)
    hashes = PRINTS.lines(["zero line", "  two line\r\n", "last without end"])
    assert (one.exact, one.trimmed, one.squeezed) == (hashes.exact, hashes.trimmed, hashes.squeezed)
    assert one.distinctive == (True, False, True)


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_odd_names(tmp_path, name):
    made = Made(tmp_path / "r")
    made.commit({name: TRAPS, "other": "x\n"})
    made.commit({name: "first\n" + TRAPS + "last", "other": None})
    made.commit({f"{name} moved": "first\n" + TRAPS + "last\nmore\n", name: None})
    found = added(made)
    assert counts(found) == expected(made)
    assert {one.old_path for one in found.values()} == {None, name}


def test_merges_binaries_links_and_modes_add_nothing(tmp_path):
    made = Made(tmp_path / "r")
    base = made.commit({"f": "a\n", "binary": b"\0\1"})
    side = made.commit({"g": "side\n"}, branch="side", parents=[base])
    main = made.commit({"f": "a\nb\n"})
    made.commit({"f": "a\nb\n", "g": "side\n", "evil": "merge\n"}, parents=[main, side])
    made.commit({"empty": ""})
    assert counts(added(made)) == {key: n for key, n in expected(made).items() if key[1] not in ("binary", "evil")}


def test_a_pure_rename_is_told_without_lines(tmp_path):
    made = Made(tmp_path / "r")
    made.commit({"old": "a\nb\nc\n"})
    sha = made.commit({"new": "a\nb\nc\n", "old": None})
    assert (added(made)[sha, "new"].old_path, added(made)[sha, "new"].numbers) == ("old", ())


def test_counts_are_git_s_own_on_texts_that_repeat_themselves(tmp_path):
    made = Made(tmp_path / "r")
    for number in range(30):
        blocks = [f"def f{n}():\n    if x:\n        return\n\n" for n in range(number % 7, number % 7 + number)]
        made.commit({"f.py": "".join(blocks), "g.py": "".join(blocks[::-1])})
    assert counts(added(made)) == expected(made)


def test_only_wanted_paths_under_any_name(tmp_path):
    made = Made(tmp_path / "r")
    made.commit({"a": "a\nb\nc\n", "z": "z\n"})
    made.commit({"b": "a\nb\nc\nd\n", "a": None})
    assert {path for _, path in added(made, paths={"a"})} == {"a", "b"}


def test_files_that_nobody_wrote_by_hand_are_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 5)
    monkeypatch.setattr(module, "_ROOM", 8)
    made = Made(tmp_path / "r")
    sha = made.commit({"a": "1\n2\n3\n4\n", "b": "x\n" * 6, "c": "1\n2\n3\n4\n", "d": "1\n2\n3\n4\n5\n"})
    skipped: list[Skipped] = []
    assert counts(added(made, skipped=skipped)) == {(sha, "a"): 4, (sha, "c"): 4}
    assert [(one.reason, one.example) for one in skipped] == [
        ("lines not compared: more than 5 in a file", f"{sha}:b"),
        ("lines not compared: more than 8 in a commit", f"{sha}:d"),
    ]


def test_a_line_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_LONGEST", 100)
    made = Made(tmp_path / "r")
    sha = made.commit({"a": "first\n" + "x" * 500 + "\nthird\n" + "y" * 99 + "\n" + "z" * 98 + "\n"})
    assert added(made)[sha, "a"].numbers == (1, 3, 5)


def test_a_clone_that_lacks_blobs(tmp_path):
    made = Made(tmp_path / "origin")
    made.commit({"small": "1\n", "large": "0123456789\n" * 300})
    made.commit({"small": "1\n2\n"})
    made.commit({"large": "0123456789\n" * 301})
    made.commit({"small": "3\n"})
    git("config", "uploadpack.allowFilter", "true", at=made.path)
    git("clone", "-q", "--bare", "--filter=blob:limit=1k", made.path.as_uri(), tmp_path / "c", at=made.path)
    here = tmp_path / "c"
    measured = {
        (one.sha, one.path): one.lines_added for one in streamed(here, all_shas(here)).changes if one.lines_added
    }
    for missing in (missing_blobs(here), frozenset[str]()):
        skipped: list[Skipped] = []
        found = added_lines(here, "r", all_shas(here), PRINTS, missing=missing, skipped=skipped)
        assert {(one.sha, one.path): len(one.numbers) for one in found} == measured
        assert len({one.example for one in skipped}) == len(skipped) == 2


def test_a_commit_that_is_not_there_is_no_silence(tmp_path):
    made = Made(tmp_path / "r")
    made.commit({"a": "1\n"})
    for where, name in ((made.path, "1" * 40), (made.path, "no name"), (tmp_path, all_shas(made.path)[0])):
        with pytest.raises(RepositoryError, match="added lines could not be read"):
            list(added_lines(where, "r", [*all_shas(made.path), name], PRINTS))


def test_who_has_seen_enough_may_leave(tmp_path):
    made = Made(tmp_path / "r")
    made.line(300)
    lines = added_lines(made.path, "r", all_shas(made.path), PRINTS)
    assert next(lines).path == "file.txt"
    lines.close()
