"""Finding repositories and naming them."""

import os
from pathlib import Path

import pytest
from made_repository import Made, damage

from collector.errors import RepositoryError
from collector.sources.git.repository import discover, open_repository, repository_name, submodules
from collector.sources.git.targets import targets
from sample_repos.git import git

NAMES = [
    ("https://github.com/acme/shop.git", "github.com/acme/shop"),
    ("https://user:s3cret@github.com/acme/shop.git", "github.com/acme/shop"),
    ("https://x-access-token:s3cret@GitHub.com/acme/shop", "github.com/acme/shop"),
    ("https://github.com/acme/shop?token=s3cret", "github.com/acme/shop"),
    ("ssh://git@github.com:22/acme/shop.git", "github.com/acme/shop"),
    ("git@github.com:acme/shop.git", "github.com/acme/shop"),
    ("git@github.com:/acme/shop.git/", "github.com/acme/shop"),
    ("github.com:acme/shop", "github.com/acme/shop"),
    ("https://gitlab.example.com:8443/group/sub/group/shop/", "gitlab.example.com/group/sub/group/shop"),
    ("https://dev.azure.com/org/project/_git/shop", "dev.azure.com/org/project/_git/shop"),
    ("git@ssh.dev.azure.com:v3/org/project/shop", "ssh.dev.azure.com/v3/org/project/shop"),
    ("git://[2001:db8::1]:9418/shop.git", "2001:db8::1/shop"),
    ("file:///srv/git/shop.git", None),
    ("/srv/git/shop.git", None),
    ("../shop", None),
    ("C:\\git\\shop", None),
    ("C:/git/shop", None),
    ("\\\\server\\share\\shop", None),
    ("ext::sh -c touch% /tmp/x", None),
    ("https://[bad/acme/shop", None),
    ("https://github.com/", None),
    ("", None),
    ("  https://github.com/acme/shop.git\n", "github.com/acme/shop"),
]


@pytest.mark.parametrize(("url", "name"), NAMES)
def test_a_url_names_a_repository(url, name):
    assert repository_name(url) == name
    assert "s3cret" not in (name or "")


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "home" / "shop")
    made.commit({"a": "1\n", "deep/er/b": "1\n"})
    made.git("read-tree", "--reset", "-u", "HEAD")
    return made


def test_inside_a_repository(made):
    for path in (made.path, made.path / "deep", made.path / "a", made.path / ".git"):
        assert [target.git_dir for target in targets([path])] == [made.path / ".git"]
    assert targets([made.path / "deep/er"])[0].where == made.path


def test_below_a_folder(made, tmp_path):
    home = tmp_path / "home"
    Made(home / "group" / "bare.git", bare=True)
    Made(home / "group" / "node_modules" / "package")
    Made(home / ".hidden")
    Made(made.path / "nested")
    Made(home / "1" / "2" / "3" / "4" / "too-deep")
    (home / "loop").symlink_to(home)
    (home / "empty").mkdir()
    assert discover(home) == [home / ".hidden", home / "group" / "bare.git", made.path]


def test_what_is_no_repository(tmp_path):
    for path, said in ((tmp_path / "missing", "no such"), (tmp_path, "not a git repository, and none lies below")):
        with pytest.raises(RepositoryError, match=said):
            discover(path)
    with pytest.raises(RepositoryError, match=r"not a git repository$"):
        open_repository(tmp_path)


def test_folders_that_may_not_be_read(made, tmp_path):
    locked = tmp_path / "home" / "locked"
    (locked / "inner").mkdir(parents=True)
    locked.chmod(0)
    try:
        if os.geteuid() == 0:
            for folder in (*tmp_path.parents, tmp_path):
                if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/"):
                    folder.chmod(folder.stat().st_mode | 0o755)
            os.seteuid(65534)
        assert discover(tmp_path / "home") == [made.path]
        with pytest.raises(RepositoryError, match="not readable"):
            discover(locked)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        locked.chmod(0o755)


def test_work_trees_are_one_repository_and_submodules_their_own(made, tmp_path):
    linked = tmp_path / "linked\nwith a line"
    made.git("worktree", "add", "--quiet", "-b", "other", linked)
    found = targets([linked, made.path])
    assert [target.git_dir for target in found] == [made.path / ".git"]
    assert open_repository(linked).repo == open_repository(made.path).repo
    outer = Made(tmp_path / "outer")
    outer.commit({"a": "1\n"})
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", made.path.as_uri(), "lib/inner")
    inner = outer.path / ".git/modules/lib/inner"
    assert submodules(outer.path / ".git") == [inner]
    assert [target.git_dir for target in targets([outer.path, outer.path / "lib/inner"])] == [
        outer.path / ".git",
        inner,
    ]
    assert open_repository(inner).refs.default_tip == open_repository(made.path).refs.default_tip


def test_a_submodule_whose_work_tree_is_gone(made, tmp_path):
    outer = Made(tmp_path / "outer")
    outer.commit({"a": "1\n"})
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", made.path.as_uri(), "inner")
    for file in sorted((outer.path / "inner").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    (outer.path / "inner").rmdir()
    inner = targets([outer.path])[1]
    assert open_repository(inner.where).refs.default_tip == made.git("rev-parse", "main")


def test_ids_stay_the_same(made, tmp_path):
    root = made.git("rev-parse", "main")[:12]
    assert open_repository(made.path).repo == f"shop@{root}"
    made.commit({"a": "2\n"})
    moved = made.path.rename(tmp_path / "home" / "moved")
    assert open_repository(moved).repo == f"moved@{root}"
    git("config", "remote.origin.url", "https://u:s3cret@example.org/acme/shop.git", at=moved)
    assert open_repository(moved).repo == "example.org/acme/shop"
    git("clone", "--quiet", "--bare", moved, tmp_path / "other.git", at=moved)
    git("config", "remote.origin.url", "git@EXAMPLE.org:acme/shop", at=tmp_path / "other.git")
    assert open_repository(tmp_path / "other.git").repo == "example.org/acme/shop"


CONFIGS = [
    b"[user]\n\tname = Jos\xe9\n",
    b'[core]\n\tfoo\n[a "b\\"c"]\n\td = e\\\n f\n',
    b'[remote "x\\"y"] url = https://example.org/a/b\n',
]


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("config", CONFIGS)
def test_configurations_that_only_git_can_read(tmp_path, config, bare):
    made = Made(tmp_path / "odd", bare=bare)
    made.commit({"a": "1\n"})
    file = made.path / ("config" if bare else ".git/config")
    file.write_bytes(file.read_bytes() + config)
    opened = open_repository(made.path)
    assert opened.is_bare == bare
    assert opened.repo.startswith("example.org/a/b" if b"url" in config else "odd@")


def test_a_broken_repository_says_why(made):
    (made.path / ".git/config").write_text("[core\n")
    assert discover(made.path) == [made.path]
    with pytest.raises(RepositoryError, match="bad config line 1") as failed:
        open_repository(made.path)
    assert "\n" not in str(failed.value)
    (target,) = targets([made.path])
    assert target.fingerprint() == ""


def test_a_missing_commit_is_told(made):
    sha = made.git("rev-parse", "main")
    damage(made.path, sha)
    with pytest.raises(RepositoryError):
        open_repository(Path(made.path))


def test_a_file_means_the_repository_it_lies_in_and_no_other(tmp_path):
    Made(tmp_path / "near").commit({"a.py": "1\n"})
    (tmp_path / "loose.txt").write_text("not of any repository")
    with pytest.raises(RepositoryError, match="not a git repository"):
        discover(tmp_path / "loose.txt")
    assert discover(tmp_path / "near" / ".git" / "HEAD") == [tmp_path / "near" / ".git"]
