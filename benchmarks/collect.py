"""What `barograph collect` costs on a repository, as ratios to git and to PyDriller measured in the same run.

    uv run python benchmarks/collect.py REPOSITORY [--runs N] [--no-pydriller]

Whole processes are measured: CPU is user and system time of a process and all its children, as the system accounts
it when they end; memory is the largest single Python process of ours. Commands take turns, and medians are printed,
so that a machine whose speed drifts drifts for all of them.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

REFS = ("--branches", "--tags", "--remotes")
TRAVERSE = """
import sys
from pydriller import Repository
for commit in Repository(sys.argv[1]).traverse_commits():
    for file in commit.modified_files:
        file.added_lines, file.deleted_lines
"""


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    wall: float
    megabytes: float


def measure(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end and say what it cost, children included; a failure is an error."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=complaints)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode != 0:
            complaints.seek(0)
            sys.exit(f"{command[0]} … {command[-1]} failed: {complaints.read().decode(errors='replace')[-400:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def barograph(*arguments: str | Path) -> list[str | Path]:
    return [Path(sys.executable).parent / "barograph", *arguments]


def own_memory(repository: Path, store: Path, jobs: int) -> float:
    """Collect in a process that reports its own peak memory, git's left out, in MB."""
    script = (
        "import resource, sys; from app.collecting import collect; from collector.settings import load_settings;"
        "from pathlib import Path;"
        "collect([Path(sys.argv[1])], load_settings({'store': sys.argv[2], 'jobs': int(sys.argv[3])}));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, repository, store, str(jobs)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def fresh(action: Callable[[Path], Cost]) -> Cost:
    store = Path(tempfile.mkdtemp(prefix="barograph-bench-"))
    try:
        return action(store)
    finally:
        shutil.rmtree(store)


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "megabytes")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-pydriller", action="store_true", help="leave out the slowest part")
    chosen = parser.parse_args()
    repository = chosen.repository.resolve()

    def collect(jobs: int) -> Callable[[], Cost]:
        return lambda: fresh(
            lambda store: measure(barograph("collect", repository, "--store", store, "--jobs", str(jobs), "--no-logs"))
        )

    kept = Path(tempfile.mkdtemp(prefix="barograph-bench-"))
    memory = own_memory(repository, kept, 2)
    commands: dict[str, Callable[[], Cost]] = {
        "git log --numstat": lambda: measure(["git", "-C", repository, "log", *REFS, "--numstat"]),
        "collect --jobs 1": collect(1),
        "collect --jobs 2": collect(2),
        "collect, nothing new": lambda: measure(barograph("collect", repository, "--store", kept, "--no-logs")),
        "barograph --help": lambda: measure(barograph("--help")),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(chosen.runs):
        for name, run in commands.items():
            costs[name].append(run())
    if not chosen.no_pydriller:
        # it writes to the configuration of what it opens, so it gets a mirror; and it only walks HEAD
        mirror = kept / "mirror"
        subprocess.run(["git", "clone", "--quiet", "--mirror", "--shared", repository, mirror], check=True)
        costs["PyDriller (HEAD only)"] = [measure([sys.executable, "-c", TRAVERSE, mirror])]
    shutil.rmtree(kept)

    floor = median(costs["git log --numstat"])
    print(f"{'':24}{'CPU s':>9}{'wall s':>9}{'x CPU':>8}{'x wall':>8}")
    for name, several in costs.items():
        cost = median(several)
        ratios = f"{cost.cpu / floor.cpu:>8.2f}{cost.wall / floor.wall:>8.2f}"
        print(f"{name:24}{cost.cpu:>9.2f}{cost.wall:>9.2f}{ratios}")
    print(f"peak memory of our own process with two jobs: {memory:.0f} MB")


if __name__ == "__main__":
    main()
