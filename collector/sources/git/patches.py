"""Patch ids: what makes a cherry-pick or a backport the same work as its original."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

from collector.errors import RepositoryError
from collector.sources.git import history
from collector.sources.git.hardened import command, environment, reason

_PATCHES = ("diff-tree", "--stdin", "--root", "-r", "-p", "-M", "--no-ext-diff", "--no-textconv", "--full-index")


def patch_ids(where: Path, shas: Sequence[str], *, missing: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return `git patch-id --stable` of the named commits; those without a patch (or a blob) are not in it.

    `missing` names blobs that a partial clone lacks; commits that need one are not even tried.
    """
    if missing:
        lacking = history.lacking(where, shas, missing)
        shas = [sha for sha in shas if sha not in lacking]
    if not shas:
        return {}
    with TemporaryFile() as names:  # a file: who feeds a pipe must not wait for who reads the answer
        names.write("".join(f"{sha}\n" for sha in shas).encode())
        names.seek(0)
        patches = subprocess.Popen(
            command(where, _PATCHES),
            stdin=names,
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
    assert patches.stdout is not None
    patches.stdout.close()
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
