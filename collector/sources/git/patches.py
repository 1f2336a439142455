"""Patch ids: what makes a cherry-pick or a backport the same work as its original."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from collector.errors import RepositoryError
from collector.sources.git.hardened import command, environment, reason

_PATCHES = ("diff-tree", "--stdin", "--root", "-r", "-p", "--no-ext-diff", "--no-textconv", "--full-index")


def patch_ids(where: Path, shas: Sequence[str]) -> dict[str, str]:
    """Return `git patch-id --stable` of the named commits; those without a patch (or a blob) are not in it."""
    if not shas:
        return {}
    patches = subprocess.Popen(
        command(where, _PATCHES),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    identify = subprocess.Popen(
        command(where, ("patch-id", "--stable")),
        stdin=patches.stdout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert patches.stdin is not None and patches.stdout is not None
    patches.stdout.close()
    with patches.stdin as into:
        into.write("".join(f"{sha}\n" for sha in shas).encode())
    answer, complaint = identify.communicate()
    failed = patches.wait() != 0
    if identify.returncode != 0:
        raise RepositoryError(f"{where}: git patch-id failed: {reason(complaint)}")
    found = {sha: patch for patch, sha in (line.split() for line in answer.decode().splitlines())}
    if failed and len(shas) > 1:
        # A blob is missing: half the commits each time, until only those that need it are left out.
        middle = len(shas) // 2
        return patch_ids(where, shas[:middle]) | patch_ids(where, shas[middle:])
    return {} if failed else found
