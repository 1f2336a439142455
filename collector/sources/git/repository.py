"""Finds and opens repositories, and gives each a name that stays the same when its folder moves."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from collector.errors import RepositoryError
from collector.sources.git.hardened import ask
from collector.sources.git.refs import Refs, read_refs

_DEPTH = 4
_PASSED_OVER = {"node_modules", "__pycache__", "site-packages"}
_SCP_LIKE = re.compile(r"^(?:[^@/\s]+@)?(?P<host>[\w.-]+):(?!//|:)(?P<path>[^\\]+)$")


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
    is_file = not path.is_dir()
    folder = path.parent if is_file else path
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise RepositoryError(f"{path}: not readable ({error.strerror}): check its permissions") from None
    if _means_repository(folder):
        return [folder]
    # a file means the repository that it lies in, never what happens to lie beside it
    below = [] if is_file else list(_below(folder, _DEPTH))
    if not below:
        raise RepositoryError(f"{path}: not a git repository, and none lies below it")
    return below


def _means_repository(folder: Path) -> bool:
    """Tell whether a folder is a repository or lies in one; a damaged one counts: its pass will say what is wrong."""
    try:
        _look_at(folder)
    except RepositoryError:
        return _holds_repository(folder)
    return True


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(Path(entry) for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return  # a folder that we may not read is nobody's repository to collect
    for entry in entries:
        if entry.name in _PASSED_OVER:
            continue
        if _holds_repository(entry):
            yield entry
        elif depth > 1 and not entry.name.startswith("."):
            yield from _below(entry, depth - 1)


def _holds_repository(folder: Path) -> bool:
    try:
        return (folder / ".git").exists() or (
            (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
        )
    except PermissionError:
        return False


@dataclass(frozen=True, slots=True)
class _Look:
    """What git says of a folder."""

    common: Path
    is_bare: bool
    in_work_tree: bool
    is_shallow: bool
    object_format: str


def _look_at(folder: Path) -> _Look:
    answer = ask(
        folder,
        "rev-parse",
        "--git-common-dir",
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--is-shallow-repository",
        "--show-object-format",
        allow=(0, 128),
    )
    if not answer:
        raise RepositoryError(f"{folder}: {_refusal(folder)}")
    # only the path can hold a line's end
    common, bare, inside, shallow, object_format = os.fsdecode(answer.removesuffix(b"\n")).rsplit("\n", 4)
    return _Look((folder / common).resolve(), bare == "true", inside == "true", shallow == "true", object_format)


def _refusal(folder: Path) -> str:
    """Return why git does not take a folder for a repository, in its own words where they say more than that."""
    try:
        ask(folder, "rev-parse", "--git-dir")
    except RepositoryError as error:
        said = str(error).partition("): ")[2]
        return "not a git repository" if said.startswith("not a git repository (or any") else said
    return "not a git repository"


def locate(path: Path) -> tuple[Path, Path]:
    """Return where to run git for the repository at `path`, and its common git directory.

    Raises:
        RepositoryError: there is no repository, or git cannot use it.
    """
    look = _look_at(path)
    if look.in_work_tree:
        top = ask(path, "rev-parse", "--show-toplevel")
        return Path(os.fsdecode(top.removesuffix(b"\n"))), look.common
    return look.common, look.common


def open_repository(path: Path) -> Opened:
    """Open the repository at `path` for reading.

    Raises:
        RepositoryError: there is none, or git cannot use it.
    """
    look = _look_at(path)
    where, common = locate(path)
    config = _config(where, common)
    refs = read_refs(where)
    return Opened(
        repo=_identify(where, common, config, refs.default_tip, bare=look.is_bare),
        refs=refs,
        where=where,
        git_dir=common,
        object_format=cast(Literal["sha1", "sha256"], look.object_format),
        is_bare=look.is_bare,
        is_shallow=look.is_shallow,
        is_partial=bool(config.get("extensions.partialclone"))
        or any(_is_promisor(key, value) for key, value in config.items()),
    )


def _config(where: Path, common: Path) -> dict[str, str]:
    """Return the repository's own configuration, without what it includes; of several values the first."""
    listing = ask(where, "config", "--file", str(common / "config"), "--no-includes", "-z", "--list", allow=(0, 1, 128))
    config: dict[str, str] = {}
    for entry in os.fsdecode(listing).split("\0"):
        key, is_set, value = entry.partition("\n")
        config.setdefault(key, value if is_set else "true")
    return config


def _is_promisor(key: str, value: str) -> bool:
    return key.startswith("remote.") and key.endswith(".promisor") and value.lower() in ("true", "yes", "on", "1")


def _origin(config: Mapping[str, str]) -> str:
    """Return the URL of origin, else of the only remote."""
    urls = [value for key, value in config.items() if key.startswith("remote.") and key.endswith(".url")]
    return config.get("remote.origin.url") or (urls[0] if len(urls) == 1 else "")


def _identify(where: Path, common: Path, config: Mapping[str, str], tip: str | None, *, bare: bool) -> str:
    """Return host/owner/name of origin (else of the only remote), else folder@root-commit."""
    if name := repository_name(_origin(config)):
        return name
    folder = common.name if bare else where.name
    if not bare and common.name == ".git":
        folder = common.parent.name  # a linked work tree is the same repository under another folder name
    folder = as_text(folder).removesuffix(".git") or "repository"
    if tip is None:
        return folder
    # A history may have several roots; only one of them is where the default branch itself began.
    root = ask(where, "rev-list", "--first-parent", "--max-parents=0", tip).decode().split()
    return f"{folder}@{root[0][:12]}" if root else folder


def as_text(path: str | Path) -> str:
    """Return a path as text that can be stored and printed, also where its bytes are no UTF-8.

    >>> as_text("caf\\udce9")
    'caf\\\\xe9'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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
        try:
            parts = urlsplit(url)
            host, path = parts.hostname or "", parts.path
        except ValueError:  # brackets that hold no address
            return None
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
