"""Repositories that try to make whoever reads them run, write, fetch or wait: none of it happens."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_repository import Made, plain_git

from app.cli import cli
from app.collecting import collect
from collector.errors import RepositoryError
from collector.settings import load_settings
from collector.sources.git import hardened
from collector.sources.git.hardened import ask
from sample_repos.git import git

HOOKS = (
    *("pre-commit", "prepare-commit-msg", "commit-msg", "post-checkout", "post-index-change", "reference-transaction"),
    *("fsmonitor-watchman", "pre-auto-gc", "post-merge", "pre-receive", "update", "post-update", "proc-receive"),
    *("post-rewrite", "pre-push"),
)


@pytest.fixture
def canaries(tmp_path):
    """`canary(name)` is a program that leaves its name in a folder; `fired()` are those that ran."""

    class Canaries:
        folder = tmp_path / "fired"
        programs = tmp_path / "programs"

        def __init__(self) -> None:
            self.folder.mkdir()
            self.programs.mkdir()

        def __call__(self, name: str) -> str:
            program = self.programs / name
            program.write_text(f"#!/bin/sh\ntouch '{self.folder}/{name}'\ncat >/dev/null 2>&1 </dev/null\nexit 1\n")
            program.chmod(0o755)
            return str(program)

        def fired(self) -> set[str]:
            return {file.name for file in self.folder.iterdir()}

        def forget(self) -> None:
            for file in self.folder.iterdir():
                file.unlink()

    return Canaries()


@pytest.fixture
def hostile(tmp_path, canaries):
    """A checked-out repository in which everything that can name a program names a canary."""
    made = Made(tmp_path / "hostile")
    attributes = "*.x diff=evil filter=evil\n*.t diff=text\n*.p filter=long\n"
    made.commit({".gitattributes": attributes, "a.x": "1\n", "b.t": "1\n", "c.p": "1\n"})
    base = made.commit({"a.x": "1\n2\n", "b.t": "2\n", "c.p": "2\n"})
    made.commit({"side": "1\n"}, branch="side", parents=[base])
    made.git("read-tree", "--reset", "-u", "HEAD")
    config = {
        "core.fsmonitor": canaries("fsmonitor"),
        "core.hooksPath": str(tmp_path / "hooks"),
        "diff.external": canaries("diff.external"),
        "diff.evil.command": canaries("diff.command"),
        "diff.text.textconv": canaries("textconv"),
        "filter.evil.clean": canaries("clean"),
        "filter.evil.smudge": canaries("smudge"),
        "filter.long.process": canaries("process"),
        "alias.rev-list": "!" + canaries("alias"),
        "alias.evil": "!" + canaries("alias.evil"),
        "core.pager": canaries("pager"),
        "pager.log": canaries("pager.log"),
        "pager.rev-list": canaries("pager.rev-list"),
        "core.sshCommand": canaries("ssh"),
        "core.gitProxy": canaries("proxy"),
        "core.askPass": canaries("askpass"),
        "core.editor": canaries("editor"),
        "sequence.editor": canaries("sequence.editor"),
        "core.alternateRefsCommand": canaries("alternate"),
        "credential.helper": "!" + canaries("credential"),
        "gpg.program": canaries("gpg"),
        "log.showSignature": "true",
        "uploadpack.packObjectsHook": canaries("pack-objects"),
        "remote.origin.url": f"ext::sh -c {canaries('ext')}",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": canaries("uploadpack"),
        "remote.origin.vcs": "ext",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "trace2.eventTarget": str(canaries.folder / "trace2"),
        "core.attributesFile": str(tmp_path / "attributes"),
        "submodule.recurse": "true",
        "color.ui": "always",
        "diff.noprefix": "true",
        "core.bigFileThreshold": "1",
        "gc.auto": "1",
    }
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "attributes").write_text("* diff=evil\n")
    (tmp_path / "hooks").mkdir()
    for hook in HOOKS:
        Path(canaries(f"hook-{hook}")).rename(tmp_path / "hooks" / hook)
    included = tmp_path / "included"
    included.write_text(
        f"[core]\n\tfsmonitor = {canaries('included')}\n[diff]\n\texternal = {canaries('included.diff')}\n"
    )
    for key, value in config.items():
        made.git("config", key, value)
    made.git("config", "include.path", included)
    made.git("config", f"includeIf.gitdir:{made.path}/.path", included)
    made.git("config", "url.ext::sh -c touch.insteadOf", "https://")
    (made.path / ".gitmodules").write_text(
        f'[submodule "m"]\n\tpath = m\n\turl = ext::sh -c {canaries("submodule")}\n\tupdate = !{canaries("update")}\n'
    )
    (made.path / "a.x").write_text("changed\n")
    (made.path / "b.t").write_text("changed\n")
    (made.path / "c.p").write_text("changed\n")
    return made


def collected(tmp_path: Path, *paths: Path):
    return collect(paths, load_settings({"store": tmp_path / "store", "jobs": 2}, environment={}))


def test_nothing_that_a_repository_names_is_run(tmp_path, hostile, canaries):
    for command in (
        ("status",),
        ("diff",),
        ("log", "-p", "--show-signature"),
        ("add", "a.x", "c.p"),
        ("fetch", "origin"),
        ("commit", "-m", "x"),
        ("checkout", "-f", "side"),
    ):
        plain_git(*command, at=hostile.path, GIT_ALLOW_PROTOCOL="ext:file")
    for section in ("include", f"includeIf.gitdir:{hostile.path}/.path"):
        plain_git("config", "--remove-section", section.removesuffix(".path"), at=hostile.path)
    for command in (("status",), ("diff",), ("evil",), ("-c", "diff.external=", "log", "-p")):
        plain_git(*command, at=hostile.path)
    alive = {"included", "fsmonitor", "clean", "smudge", "process", "alias.evil", "textconv", "hook-post-index-change"}
    assert alive <= canaries.fired()
    plain_git("config", "include.path", str(tmp_path / "included"), at=hostile.path)
    plain_git("config", "mailmap.file", "/dev/zero", at=hostile.path)
    for key in ("diff.orderFile", "core.excludesFile", "blame.ignoreRevsFile", "commit.template"):
        plain_git("config", key, str(tmp_path / "pipe"), at=hostile.path)  # whoever opens it waits
    before = sorted((hostile.path / ".git").rglob("*"))
    canaries.forget()
    done = collected(tmp_path, hostile.path)
    assert done.failures == ()
    assert done.new_commits >= 3
    assert canaries.fired() == set()
    assert sorted((hostile.path / ".git").rglob("*")) == before


def test_another_owner(tmp_path, canaries):
    made = Made(tmp_path / "theirs")
    made.commit({"a": "1\n"})
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    subprocess.run(["chown", "-R", "12345:12345", made.path], check=True)
    assert b"dubious ownership" in plain_git("log", at=made.path, GIT_TEST_ASSUME_DIFFERENT_OWNER="0").stderr
    assert collected(tmp_path, made.path).new_commits == 1


def test_pipes_where_files_are_expected(tmp_path):
    """A work tree and a git directory full of pipes: whoever opens one waits for ever."""
    made = Made(tmp_path / "made")
    made.commit({".mailmap": "Right <ada@example.org>\n", "a": "1\n"})
    for name in (".mailmap", ".gitattributes", ".gitmodules", ".git-blame-ignore-revs", "a", "info"):
        os.mkfifo(made.path / name)
    for name in ("shallow.lock", "COMMIT_EDITMSG", "index"):
        os.mkfifo(made.path / ".git" / name)
    (made.path / ".gitattributes").unlink()  # git itself waits for this one
    done = collected(tmp_path, made.path)
    assert (done.failures, done.new_commits) == ((), 1)


def test_a_configuration_that_never_ends_is_given_up(tmp_path, monkeypatch):
    made = Made(tmp_path / "made")
    made.commit({"a": "1\n"})
    os.mkfifo(tmp_path / "pipe")
    made.git("config", "include.path", tmp_path / "pipe")
    monkeypatch.setattr(hardened, "_PATIENCE_SECONDS", 0.5)
    with pytest.raises(RepositoryError, match="no answer"):
        ask(made.path, "rev-parse", "HEAD")


def test_replaced_commits_and_a_malicious_mailmap_are_only_read(tmp_path):
    made = Made(tmp_path / "made")
    first = made.commit({".mailmap": "\0\n<>\n" + "x" * 100_000 + "<\n Evil <a@b> <ada@example.org>\n", "a": "1\n"})
    second = made.commit({"a": "1\n2\n"})
    made.git("replace", second, first)
    assert collected(tmp_path, made.path).new_commits >= 1


def test_a_git_file_that_points_elsewhere(tmp_path):
    made = Made(tmp_path / "elsewhere")
    made.commit({"a": "1\n"})
    (tmp_path / "pointer").mkdir()
    (tmp_path / "pointer" / ".git").write_text(f"gitdir: {made.path}/.git\n")
    assert collected(tmp_path, tmp_path / "pointer").new_commits == 1
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / ".git").write_text(f"gitdir: {tmp_path}/nothing\n")
    done = collected(tmp_path, tmp_path / "nowhere", made.path)
    assert len(done.failures) == 1
    assert str(tmp_path / "nowhere") in done.failures[0]


def state(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file and folder with its mode, time stamp and content."""
    return {
        str(file.relative_to(folder)): (
            file.lstat().st_mode,
            file.lstat().st_mtime_ns,
            hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "",
        )
        for file in (folder, *sorted(folder.rglob("*")))
    }


@pytest.mark.parametrize("kind", ["worktree", "bare", "linked", "submodule"])
def test_collecting_changes_no_byte(tmp_path, kind):
    home = tmp_path / "repositories"
    made = Made(home / "made", bare=kind == "bare")
    made.line(5)
    path = made.path
    if kind != "bare":
        made.git("read-tree", "--reset", "-u", "HEAD")
        made.git("update-index", "--split-index")
        (path / "file.txt").write_text("edited, not staged\n")
        for shared in (path / ".git").glob("sharedindex.*"):
            os.utime(shared, (1_000_000_000, 1_000_000_000))
    if kind == "linked":
        path = home / "linked"
        made.git("worktree", "add", "--quiet", "-b", "other", path)
    if kind == "submodule":
        outer = Made(home / "outer")
        outer.commit({"a": "1\n"})
        outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", made.path.as_uri(), "inner")
        path = outer.path
    before = state(home)
    for _ in range(2):
        assert collected(tmp_path, path).failures == ()
    tip = git("rev-parse", "HEAD", at=path).decode().strip()
    told = CliRunner().invoke(cli, ["explain", tip, "--store", str(tmp_path / "store")])
    assert told.exit_code == 0, told.stderr
    assert state(home) == before
