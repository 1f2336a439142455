"""Finds and opens repositories, and gives each a name that stays the same when its folder moves."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from collector.errors import RepositoryError
from collector.sources.git.hardened import ask
from collector.sources.git.refs import Refs, read_refs

_DEPTH = 4
_PASSED_OVER = {"node_modules", "__pycache__", "site-packages"}
_SCP_LIKE = re.compile(r"^(?:[^@/\s]+@)?(?P<host>[\w.-]+):(?!//)(?P<path>[^\\]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A repository that can be read."""

    repo: str
    where: Path
    """Where git is run: the top of the work tree, or the git directory of a bare repository."""
    git_dir: Path
    """The directory that all its work trees share."""
    object_format: Literal["sha1", "sha256"]
    is_bare: bool
    is_shallow: bool
    is_partial: bool
    refs: Refs


def discover(path: Path) -> list[Path]:
    """Return the repositories that a path means: the one it lies in, else those in the folders below it.

    Raises:
        RepositoryError: the path does not exist, cannot be read, or means no repository.
    """
    if not path.exists():
        raise RepositoryError(f"{path}: no such file or folder")
    folder = path if path.is_dir() else path.parent
    if not os.access(folder, os.R_OK | os.X_OK):
        raise RepositoryError(f"{path}: not readable: check its permissions")
    if _git_dirs(folder) is not None:
        return [folder]
    below = list(_below(folder, _DEPTH))
    if not below:
        raise RepositoryError(f"{path}: not a git repository, and none lies below it")
    return below


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
    except PermissionError:
        return
    for entry in entries:
        if entry.name in _PASSED_OVER:
            continue
        if (entry / ".git").exists() or _looks_bare(entry):
            yield entry
        elif depth > 1 and not entry.name.startswith("."):
            yield from _below(entry, depth - 1)


def _looks_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _git_dirs(folder: Path) -> list[str] | None:
    """Ask git what this folder is: git dir, common dir, bare, shallow, object format, top of the work tree."""
    answer = ask(
        folder,
        "rev-parse",
        "--absolute-git-dir",
        "--git-common-dir",
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--is-shallow-repository",
        "--show-object-format",
        allow=(0, 128),
    )
    lines = os.fsdecode(answer).splitlines()
    return lines if len(lines) == 6 else None


def locate(path: Path) -> tuple[Path, Path]:
    """Return where to run git for the repository at `path`, and its common git directory.

    Raises:
        RepositoryError: there is no repository.
    """
    answer = _git_dirs(path)
    if answer is None:
        raise RepositoryError(f"{path}: not a git repository")
    common = (path / answer[1]).resolve()
    if answer[3] == "true":
        top = ask(path, "rev-parse", "--show-toplevel")
        return Path(os.fsdecode(top.removesuffix(b"\n"))), common
    return common, common


def open_repository(path: Path) -> Opened:
    """Open the repository at `path` for reading.

    Raises:
        RepositoryError: GitPython or git finds none there.
    """
    import git

    answer = _git_dirs(path)
    if answer is None:
        raise RepositoryError(f"{path}: not a git repository")
    where, common = locate(path)
    try:
        with git.Repo(os.fspath(where), expand_vars=False) as opened, _config(common) as config:
            bare = bool(opened.bare)
            remotes = {
                section.split('"')[1]: str(config.get_value(section, "url", default=""))
                for section in config.sections()
                if section.startswith('remote "')
            }
            partial = any(
                bool(config.get_value(section, "promisor", default=False))
                for section in config.sections()
                if section.startswith('remote "')
            ) or bool(config.get_value("extensions", "partialclone", default=""))
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, OSError) as error:
        raise RepositoryError(f"{path}: not a readable git repository: {error}") from None
    refs = read_refs(where)
    return Opened(
        repo=_identify(where, common, remotes, refs.default_tip, bare=bare),
        refs=refs,
        where=where,
        git_dir=common,
        object_format=cast(Literal["sha1", "sha256"], answer[5]),
        is_bare=bare,
        is_shallow=answer[4] == "true",
        is_partial=partial,
    )


def _config(common: Path):  # type: ignore[no-untyped-def]  # GitPython's parser is untyped as a context
    """Return the repository's own configuration file, without what it includes: a file we only read."""
    from git.config import GitConfigParser

    return GitConfigParser(os.fspath(common / "config"), read_only=True, merge_includes=False)


def _identify(where: Path, common: Path, remotes: dict[str, str], tip: str | None, *, bare: bool) -> str:
    """Return host/owner/name of origin (else of the only remote), else folder@root-commit."""
    url = remotes.get("origin") or (next(iter(remotes.values())) if len(remotes) == 1 else "")
    name = repository_name(url)
    if name:
        return name
    folder = common.name if bare else where.name
    if not bare and common.name == ".git":
        folder = common.parent.name  # a linked work tree is the same repository under another folder name
    folder = folder.removesuffix(".git") or "repository"
    if tip is None:
        return folder
    # A history may have several roots; only one of them is where the default branch itself began.
    root = ask(where, "rev-list", "--first-parent", "--max-parents=0", tip).decode().split()
    return f"{folder}@{root[0][:12]}" if root else folder


def repository_name(url: str) -> str | None:
    """Return `host/owner/name` of a remote's URL without user, password, port and `.git`; None for a local path.

    >>> repository_name("git@github.com:acme/shop.git")
    'github.com/acme/shop'
    >>> repository_name("https://x:token@Git.Example.com:8443/acme/tools/shop/")
    'git.example.com/acme/tools/shop'
    >>> repository_name("/srv/git/shop.git") is None
    True
    """
    url = url.strip()
    if "://" in url:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path
        if parts.scheme == "file":
            return None
    else:
        scp = _SCP_LIKE.match(url)
        if not scp or len(scp["host"]) == 1:  # C:\repo is a drive, not a host
            return None
        host, path = scp["host"], scp["path"]
    path = path.strip("/").removesuffix(".git").strip("/")
    return f"{host.lower()}/{path}" if host and path else None


def submodules(git_dir: Path) -> list[Path]:
    """Return the git directories of the submodules that were fetched into this repository."""
    modules = git_dir / "modules"
    if not modules.is_dir():
        return []
    return [Path(folder) for folder, names, files in os.walk(modules) if _prune(names, files)]


def _prune(names: list[str], files: list[str]) -> bool:
    """Tell whether a folder is a git directory; if so look only for modules of its own below it."""
    found = "HEAD" in files and "objects" in names
    if found:
        names[:] = [name for name in names if name == "modules"]
    return found
