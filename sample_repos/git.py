"""Runs git so that nothing of this machine enters an object: no config, no clock, no locale."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NEUTRAL = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_DEFAULT_HASH": "sha1",
    "GIT_DEFAULT_REF_FORMAT": "files",  # git 3 changes both defaults
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
    "LC_ALL": "C",
    "TZ": "UTC",
}


def neutral_environment() -> dict[str, str]:
    """This process's environment without any GIT_ variable, plus those that make git forget the machine."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | NEUTRAL


def git(*arguments: str | Path, at: Path, stdin: bytes = b"") -> bytes:
    """What `git -C at …` prints; raises CalledProcessError with git's own words otherwise."""
    command = ["git", "-C", str(at), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, env=neutral_environment(), capture_output=True, check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


def init(path: Path, *, head: str = "main", object_format: str = "sha1", bare: bool = False) -> None:
    """An empty repository at `path`, or the one that is there already."""
    path.mkdir(parents=True, exist_ok=True)
    options = ["--quiet", "--template=", f"--initial-branch={head}", f"--object-format={object_format}"]
    git("init", *options, *(["--bare"] if bare else []), at=path)


def update_refs(path: Path, refs: Mapping[str, str], gone: Sequence[str] = ()) -> None:
    """Point every ref of `refs` at its sha and remove those of `gone`, in one process."""
    lines = [f"update {ref} {sha}\n" for ref, sha in refs.items()] + [f"delete {ref}\n" for ref in gone]
    git("update-ref", "--stdin", at=path, stdin="".join(lines).encode())
