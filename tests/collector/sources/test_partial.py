"""Histories that lack something: what can't be measured is unmeasured, all else exact, and nothing is fetched."""

import time
from pathlib import Path

import pytest
from made_repository import Made, all_shas, damage, loose, numstat, plain_git, streamed, text

from collector.errors import RepositoryError
from collector.sources.git import history
from collector.sources.git.blobs import contents
from collector.sources.git.patches import patch_ids
from collector.sources.git.refs import missing_blobs
from collector.sources.git.repository import open_repository
from sample_repos.git import git


def clone(origin: Path, to: Path, *options: str) -> Path:
    git("config", "uploadpack.allowFilter", "true", at=origin)
    git("clone", "--quiet", "--no-checkout", *options, origin.as_uri(), to, at=origin)
    return to


def trap(repository: Path, canary: Path) -> None:
    """Make a fetch from the remote leave a trace."""
    git("config", "remote.origin.uploadpack", f"touch {canary}; git-upload-pack", at=repository)


def lines(read: history.Batch) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {(one.sha, one.path): (one.lines_added, one.lines_deleted) for one in read.changes}


def expected(origin: Path, unmeasured: set[str]) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """What git counts where everything is there, without the counts of the named commits."""
    return {
        (sha, text(path)): (None, None) if sha in unmeasured else (added, deleted)
        for sha, files in numstat(origin, "--all").items()
        for path, (added, deleted, _) in files.items()
    }


def test_a_clone_without_large_blobs(tmp_path):
    made = Made(tmp_path / "origin")
    first = made.commit({"small": "1\n", "large": "0123456789\n" * 300})
    made.commit({"small": "1\n2\n"})
    third = made.commit({"large": "0123456789\n" * 301})
    made.commit({"small": "3\n"})
    last = made.commit({"large": None})
    here = clone(made.path, tmp_path / "clone", "--filter=blob:limit=1k")
    canary = tmp_path / "fetched"
    trap(here, canary)
    missing = missing_blobs(here)
    assert len(missing) == 2
    for told in (missing, frozenset[str]()):  # also when nobody has said what is missing
        read = streamed(here, all_shas(here), missing=told)
        assert lines(read) == expected(made.path, {first, third, last})
        assert {kind.example for kind in read.skipped} == {first, third, last}
        assert [commit.sha for commit in sorted(read.commits, key=sha_of)] == sorted(all_shas(here))
    assert not canary.exists()
    plain_git("cat-file", "-p", f"{third}:large", at=here, GIT_ALLOW_PROTOCOL="file")
    assert canary.exists()  # the trap works


def sha_of(commit):
    return commit.sha


def test_a_clone_without_any_blob_is_quick(tmp_path):
    made = Made(tmp_path / "origin")
    made.line(2_000)
    made.commit({}, "Nothing")
    here = clone(made.path, tmp_path / "clone", "--filter=blob:none")
    canary = tmp_path / "fetched"
    trap(here, canary)
    assert open_repository(here).is_partial
    started = time.monotonic()
    missing = missing_blobs(here)
    read = streamed(here, all_shas(here), missing=missing)
    assert len(read.commits) == 2_001
    assert set(lines(read).values()) == {(None, None)}
    assert list(contents(here, missing, at_most=1 << 20, missing=missing)) == []
    assert patch_ids(here, [commit.sha for commit in read.commits], missing=missing) == {}
    assert time.monotonic() - started < 10
    assert not canary.exists()


def test_a_mirror_that_lost_blobs_and_does_not_know_it(tmp_path):
    made = Made(tmp_path)
    needs = []
    for number in range(40):
        made.commit({f"f{number}": f"{number}\n" * 5})
    whole = expected(made.path, set())
    for number in (0, 7, 8, 39):
        blob = made.git("rev-parse", f"main:f{number}")
        loose(tmp_path, blob).unlink()
        needs.append(made.git("log", "--format=%H", "--", f"f{number}"))
    assert not open_repository(tmp_path).is_partial
    read = streamed(tmp_path, all_shas(tmp_path), jobs=2)
    assert lines(read) == {key: (None, None) if key[0] in needs else counts for key, counts in whole.items()}
    assert sorted(kind.example for kind in read.skipped) == sorted(needs)


def test_damage_is_not_absence(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "one\n" * 50})
    made.commit({"a": "two\n" * 50})
    damage(tmp_path, made.git("rev-parse", "main:a"))
    with pytest.raises(RepositoryError, match="history could not be read"):
        streamed(tmp_path, all_shas(tmp_path))


def test_an_empty_object_file_is_damage(tmp_path):
    made = Made(tmp_path)
    made.commit({"a": "one\n"})
    file = loose(tmp_path, made.git("rev-parse", "main:a"))
    file.chmod(0o644)
    file.write_bytes(b"")
    with pytest.raises(RepositoryError, match="history could not be read"):
        streamed(tmp_path, all_shas(tmp_path))


def test_a_shallow_clone_is_marked(tmp_path):
    made = Made(tmp_path / "origin")
    made.line(5)
    shallow = clone(made.path, tmp_path / "shallow", "--depth=2")
    assert open_repository(shallow).is_shallow
    assert not open_repository(made.path).is_shallow
    assert lines(streamed(shallow, all_shas(shallow))) == {
        (sha, "file.txt"): counts[b"file.txt"][:2] for sha, counts in numstat(shallow, "--all").items()
    }
