"""Tokens and CPU time of reading Claude Code's logs, beside ccusage's on the same files.

    npm install --prefix /tmp/ccusage ccusage
    uv run python benchmarks/real_logs.py REPOSITORY HOME
    uv run python benchmarks/ccusage.py HOME --ccusage /tmp/ccusage/node_modules/.bin/ccusage [--collect REPOSITORY]

Tokens must be equal, or the difference explained: it ends with status 1 if they are not. The rules are the same for
what both read: an entry is a request (`message.id` and `requestId`), and it counts its largest numbers. ccusage takes
the line with the largest sum where we take the largest of each number, which differs only where a later line has
fewer of one kind. ccusage does not read the copies of a sub-agent's records that versions up to 2.1.4x wrote into the
session's log (`agent_progress`): where the sub-agent's own file is there, both read that; where it is gone, only we
count them, and the table shows them apart.

CPU is user and system time of each whole process with its children; commands take turns, and medians are printed.
"""

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from collector.fingerprints import Fingerprints
from collector.records import Usage, Watermark
from collector.sources.logs import harvest
from collector.sources.logs.home import Home

KINDS = {"input": "inputTokens", "cache_write": "cacheCreationTokens", "cache_read": "cacheReadTokens"}
KINDS |= {"output": "outputTokens"}


def read(home: Path, marks: Path) -> None:
    """Read what is new in the logs of a home, and remember how far they were read."""
    known: dict[str, Watermark] = pickle.loads(marks.read_bytes()) if marks.exists() else {}
    fingerprints = Fingerprints(b"benchmark's key.")
    for one in harvest.news(harvest.find(Home(home, {})), known):
        path = str(one.file.path)
        reading = harvest.read(one, known.get(path), fingerprints)
        if reading.watermark is not None:
            known[path] = reading.watermark
    marks.write_bytes(pickle.dumps(known))


def tokens(home: Path) -> dict[str, Counter[str]]:
    """Return our totals: of the sessions' and sub-agents' own records, and of copies whose own file is gone."""
    largest: dict[str, list[int]] = {}
    own: set[str] = set()
    for one in harvest.find(Home(home, {})):
        for record in harvest.read(one, None, Fingerprints(b"benchmark's key.")).records:
            if isinstance(record, Usage):
                if not record.session.startswith("agent-") or one.file.path.stem.startswith("agent-"):
                    own.add(record.id)
                counts = [getattr(record, kind) for kind in KINDS]
                largest[record.id] = list(map(max, largest.get(record.id, counts), counts))
    totals: dict[str, Counter[str]] = {"own": Counter(), "copies": Counter()}
    for name, counts in largest.items():
        totals["own" if name in own else "copies"].update(dict(zip(KINDS, counts, strict=True)))
    return totals


def cpu(command: list[str | Path], environment: dict[str, str]) -> float:
    """Run a command and return the CPU time of its whole tree; a failure is an error."""
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} … {command[-1]} failed")
    return used.ru_utime + used.ru_stime


def environments(home: Path, scratch: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environments of ccusage and of us; ours is that of an installed program, whose code is compiled."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CLAUDE"))}
    theirs = inherited | {"CLAUDE_CONFIG_DIR": str(home / ".claude"), "HOME": str(scratch)}
    return theirs, inherited | {"PYTHONPYCACHEPREFIX": str(scratch / "compiled")}


def compare_tokens(home: Path, ccusage: Path, environment: dict[str, str]) -> bool:
    command = [ccusage, "claude", "session", "--json", "--offline"]
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    theirs, ours = json.loads(told)["totals"], tokens(home)
    print(f"{'tokens':16}{'ccusage':>16}{'barograph':>16}{'difference':>12}{'only copies':>16}")
    for kind, name in KINDS.items():
        own, difference = ours["own"][kind], ours["own"][kind] - theirs[name]
        print(f"{kind:16}{theirs[name]:>16,}{own:>16,}{difference:>12,}{ours['copies'][kind]:>16,}")
    return all(ours["own"][kind] == theirs[name] for kind, name in KINDS.items())


def compare_cpu(home: Path, scratch: Path, chosen: argparse.Namespace) -> None:
    theirs, ours = environments(home, scratch)
    script, marks = Path(__file__).resolve(), scratch / "marks"
    costs: dict[str, list[float]] = {}

    def measure(name: str, command: list[str | Path], environment: dict[str, str]) -> None:
        costs.setdefault(name, []).append(cpu(command, environment))

    reading: list[str | Path] = [sys.executable, script, "--read", marks, home]
    cpu(reading, ours)  # compiles
    for turn in range(chosen.runs):
        measure("ccusage", [chosen.ccusage, "claude", "session", "--json", "--offline"], theirs)
        marks.unlink()
        measure("reading", reading, ours)
        measure("reading, nothing new", reading, ours)
        if chosen.collect:
            collect = [Path(sys.executable).parent / "barograph", "collect", chosen.collect, "--home", home]
            collect += ["--store", scratch / f"store-{turn}"]
            measure("collect", collect, ours)
            measure("collect, nothing new", collect, ours)
            measure("collect, no logs", [*collect[:-1], scratch / f"bare-{turn}", "--no-logs"], ours)
    base = statistics.median(costs["ccusage"])
    print(f"\n{'':24}{'CPU s':>9}{'x ccusage':>11}")
    for name, several in costs.items():
        print(f"{name:24}{statistics.median(several):>9.2f}{statistics.median(several) / base:>11.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--ccusage", type=Path, default=Path("ccusage"), help="the program")
    parser.add_argument("--collect", type=Path, metavar="REPOSITORY", help="measure whole collections as well")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--read", type=Path, metavar="MARKS", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    home = chosen.home.resolve()
    if chosen.read:
        return read(home, chosen.read)
    logs = [path.stat() for path in (home / ".claude" / "projects").rglob("*.jsonl")]
    print(f"{len(logs)} logs, {sum(log.st_size for log in logs) / 1e6:.0f} MB, {time.strftime('%Y-%m-%d')}\n")
    with tempfile.TemporaryDirectory(prefix="barograph-bench-") as scratch:
        theirs, _ = environments(home, Path(scratch))
        are_equal = compare_tokens(home, chosen.ccusage, theirs)
        compare_cpu(home, Path(scratch), chosen)
    sys.exit(0 if are_equal else 1)


if __name__ == "__main__":
    main()
