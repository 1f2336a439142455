"""Runs git so that nothing a repository says can make it execute, write, fetch or wait for a person.

Two walls: an environment that ignores every other configuration and switches off what a repository's own
`.git/config` could start (fsmonitor, hooks, signature programs, transports), and commands that never touch
a work tree or an index. Measured against hostile repositories in tests/collector/sources/test_hostile.py.
Every git of ours goes through here. GitPython is not asked: importing it costs more than a whole run that finds
nothing new, and what it would answer, git answers (docs/decisions/0004).
"""

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from collector.errors import RepositoryError

# Configuration of command scope outranks the repository's own file. safe.directory is there because the
# check protects from what the other lines already forbid, and a person named this path to us.
_CONFIG: tuple[tuple[str, str], ...] = (
    ("safe.directory", "*"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.attributesFile", os.devnull),
    ("core.sshCommand", "false"),
    ("core.alternateRefsCommand", "false"),
    ("core.bigFileThreshold", "512m"),
    ("core.untrackedCache", "false"),
    ("core.splitIndex", "false"),
    ("core.quotePath", "false"),
    ("credential.helper", ""),
    ("diff.external", ""),
    ("diff.orderFile", os.devnull),
    ("diff.suppressBlankEmpty", "false"),
    ("diff.renameLimit", "1000"),
    ("diff.renames", "true"),
    ("gc.auto", "0"),
    ("i18n.logOutputEncoding", "UTF-8"),
    ("log.showSignature", "false"),
    ("mailmap.file", ""),
    ("maintenance.auto", "false"),
    ("protocol.allow", "never"),
    ("submodule.recurse", "false"),
)
_WORK_TREE = re.compile(rb"(?im)^\s*worktree\s*=")
_NOWHERE = f"{os.devnull}.none"
# A question about refs or config answers in milliseconds; a minute means a pipe or a dead network drive.
_PATIENCE_SECONDS = 120.0
# Bytes a pipe holds, where the system lets us say so: fewer turns between git and us.
_ROOM = 1 << 20
# What spares a git that reads a whole history a tenth of its work. By default it drops bases of deltas that it needs
# again soon; and since a buffer a file is fetched and given back all the time, the C library returns the memory to
# the system and has every page of it cleared again (names that glibc knows and others pass over).
_THROUGHOUT = {
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "MALLOC_TOP_PAD_": str(16 << 20),
}
_BASES = ("-c", "core.deltaBaseCacheLimit=256m")
LONG = 3600.0
"""Seconds for a question that walks a whole history."""


def environment() -> dict[str, str]:
    """Return the environment for any git process: the person's own, without a single `GIT_*` of theirs."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    kept |= {
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        # No index: what is staged is no history, and reading a split one renews its time stamp.
        "GIT_INDEX_FILE": _NOWHERE,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "GIT_PAGER": "cat",
        # Not one write for each commit: a batch ends with a flush anyway.
        "GIT_FLUSH": "0",
        "GIT_NO_LAZY_FETCH": "1",
        # Older gits don't know the line above: a fetch that may use no transport fails at once.
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_CONFIG_COUNT": str(len(_CONFIG)),
    }
    for index, (key, value) in enumerate(_CONFIG):
        kept[f"GIT_CONFIG_KEY_{index}"] = key
        kept[f"GIT_CONFIG_VALUE_{index}"] = value
    return kept


def command(where: Path, arguments: Sequence[str]) -> list[str]:
    """Return the argument vector that runs git in `where` (a work tree or a git directory)."""
    return ["git", "--no-pager", "-C", str(where), *_apart(where), *arguments]


def _apart(where: Path) -> tuple[str, ...]:
    """Return what keeps git from going to the work tree of a submodule's git directory: it may be gone."""
    try:
        config = (where / "config").read_bytes() if (where / "HEAD").is_file() else b""
    except OSError:
        return ()
    return ("--git-dir=.", "--work-tree=.") if _WORK_TREE.search(config) else ()


def start(where: Path, *arguments: str, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a long-running git with pipes to feed and to read it; what it complains of goes to a file.

    A file, since nobody reads complaints while git runs and a full pipe would stop it.
    """
    try:
        return subprocess.Popen(
            command(where, (*_BASES, *arguments)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment() | _THROUGHOUT,
            pipesize=_ROOM,
        )
    except FileNotFoundError:
        raise RepositoryError("git is not installed or not on the PATH: install git 2.30 or newer") from None


def ask(
    where: Path,
    *arguments: str,
    stdin: bytes | None = None,
    allow: Iterable[int] = (0,),
    patience: float | None = None,
) -> bytes:
    """Return what a git command prints that is done within `patience` seconds (two minutes without it).

    Raises:
        RepositoryError: git is missing, did not answer in time, or ended with a code not in `allow`.
    """
    try:
        done = subprocess.run(
            command(where, arguments),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            env=environment(),
            timeout=patience or _PATIENCE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise RepositoryError("git is not installed or not on the PATH: install git 2.30 or newer") from None
    except subprocess.TimeoutExpired:
        raise RepositoryError(
            f"{where}: git {arguments[0]} gave no answer in {patience or _PATIENCE_SECONDS:.0f} s"
        ) from None
    if done.returncode not in allow:
        raise RepositoryError(f"{where}: git {arguments[0]} failed ({done.returncode}): {reason(done.stderr)}")
    return done.stdout


def reason(stderr: bytes) -> str:
    """Return git's last complaint as one short line."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    if not lines:
        return "no reason given"
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines)[-1].removeprefix("fatal: ").removeprefix("error: ")[:300]
