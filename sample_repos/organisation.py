"""A generated organisation: five repositories, two years, a dozen people whose use of AI grows, and the truth.

Deterministic in every byte: no clock, no float, one random source per repository. What each commit really is lies in
`truth.json` beside the repositories, never inside them. On some people's machines agents' logs are left of the last
four months: they lie below the folder `home`.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sample_repos.agent_logs.write import write_logs
from sample_repos.draws import Plan
from sample_repos.git import git, init, update_refs
from sample_repos.history import History, write_history
from sample_repos.machine_logs import sessions
from sample_repos.script import Truth
from sample_repos.stream import SCRATCH, Stream

TRUTH = "truth.json"
HOME = "home"

PLANS = (
    Plan(
        name="flightdeck",
        suffixes=(".py", ".py", ".py", ".sql"),
        folders=("flightdeck/api", "flightdeck/core", "tests"),
        lock="uv.lock",
        generated="flightdeck/gen/telemetry_pb2.py",
        landings=520,
        squash=55,
        merge=25,
        typed=True,
    ),
    Plan(
        name="glidepath",
        suffixes=(".ts", ".tsx", ".tsx"),
        folders=("src/views", "src/hooks", "src/map"),
        lock="package-lock.json",
        generated="src/gen/schema.ts",
        landings=480,
        squash=70,
        merge=15,
        typed=True,
        devin=True,
    ),
    Plan(
        name="thermald",
        suffixes=(".go",),
        folders=("cmd/thermald", "internal/wind", "internal/store"),
        lock="go.sum",
        generated="internal/gen/wire.pb.go",
        landings=300,
        squash=15,
        merge=60,
        policy=True,
    ),
    Plan(
        name="warehouse",
        suffixes=(".sql", ".sql", ".py"),
        folders=("models/staging", "models/marts", "loaders"),
        lock="uv.lock",
        generated="models/gen/sources.sql",
        landings=270,
        squash=30,
        merge=30,
    ),
    Plan(
        name="handbook",
        suffixes=(".md",),
        folders=("pilots", "workshop", "office"),
        lock=None,
        generated=None,
        landings=200,
        squash=10,
        merge=20,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is true of every commit of the organisation, by repository id and sha."""

    commits: Mapping[str, Mapping[str, Truth]]
    merges: frozenset[str]


def build_organisation(destination: Path, *, seed: int = 1) -> list[Path]:
    """Build the five repositories into `destination` and write `truth.json` beside them; returns their paths."""
    destination.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        built = list(pool.map(lambda plan: _build(plan, destination, seed), PLANS))
    truth = {f"git.example.com/acme/{path.name}": commits for path, commits in built}
    text = json.dumps(truth, ensure_ascii=False, indent=0, sort_keys=True)
    (destination / TRUTH).write_text(text + "\n", "utf-8")
    return [path for path, _ in built]


def read_truth(destination: Path) -> Known:
    """The truth that `build_organisation` wrote into the same place."""
    told = json.loads((destination / TRUTH).read_text("utf-8"))
    commits: dict[str, dict[str, Truth]] = {}
    merges: set[str] = set()
    for repo, rows in told.items():
        merges |= {sha for sha, row in rows.items() if row.pop("merge")}
        commits[repo] = {sha: Truth(**_with_tuples(row)) for sha, row in rows.items()}
    return Known(commits=commits, merges=frozenset(merges))


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _build(plan: Plan, destination: Path, seed: int) -> tuple[Path, dict[str, dict[str, object]]]:
    path = destination / plan.name
    init(path)
    with Stream(path) as stream:
        history = write_history(plan, stream, seed)
        shas = dict(zip(history.truth, stream.shas(list(history.truth)), strict=True))
    write_logs(sessions(plan.name, str(path.absolute()), history.works, shas), destination / HOME)
    update_refs(path, {ref: shas[mark] for ref, mark in history.refs.items()}, gone=[SCRATCH])
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main", at=path)
    git("config", "remote.origin.url", f"https://git.example.com/acme/{plan.name}.git", at=path)
    git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*", at=path)
    git("read-tree", "--reset", "-u", "HEAD", at=path)
    return path, _truth_rows(history, shas)


def _truth_rows(history: History, shas: Mapping[int, str]) -> dict[str, dict[str, object]]:
    return {shas[mark]: asdict(truth) | {"merge": mark in history.merges} for mark, truth in history.truth.items()}
