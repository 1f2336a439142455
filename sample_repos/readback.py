"""Runs barograph as a person would and reads its answers from the exports, so only contracts are relied on."""

import csv
import io
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_repos.build import Story
from sample_repos.script import Truth

Row = Mapping[str, str]
_LEAD_ELSEWHERE = frozenset({"CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"})
_BAROGRAPH = (sys.executable, "-c", "from app.cli import main; main()")


class RunError(RuntimeError):
    """A barograph command ended with another code than 0; the message holds what it said."""


def barograph(*arguments: str | Path) -> str:
    """What the command prints on stdout; a code other than 0 raises with its last words."""
    command = [*_BAROGRAPH, *map(str, arguments)]
    # the tools' own variables would lead to logs of this machine, whatever the home
    environment = {key: value for key, value in os.environ.items() if key not in _LEAD_ELSEWHERE}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment)
    if done.returncode:
        raise RunError(f"{' '.join(command[3:6])} … ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def collect(paths: Sequence[Path], store: Path, home: Path | None = None) -> str:
    """Collect the repositories into `store`, and the logs below `home`; without one no logs, never this machine's."""
    logs = ("--home", home) if home else ("--no-logs",)
    return barograph("collect", *paths, "--store", store, *logs, "--no-ownership", "--json")


def collect_all(paths: Sequence[Path], store: Path, home: Path | None = None) -> dict[Path, str]:
    """Collect everything at once; returns what was said of repositories that fail, with all others collected."""
    try:
        collect(paths, store, home)
    except RunError as error:
        if len(paths) == 1:
            return {paths[0]: str(error)}
        half = len(paths) // 2  # one bad repository among many is found in a few runs
        return collect_all(paths[:half], store, home) | collect_all(paths[half:], store, home)
    return {}


def export(table: str, store: Path) -> list[Row]:
    """The rows of an exported table, every cell as its text."""
    # A path or a message may hold what csv.reader would split at, so the text goes in with newlines untouched.
    text = barograph("export", table, "--format", "csv", "--store", store)
    return list(csv.DictReader(io.StringIO(text, newline="")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What barograph says about many repositories."""

    commits: Mapping[str, Mapping[str, Row]]
    """repo, then sha, to its row of the export `commits`."""
    evidence: Mapping[str, Sequence[Row]]
    """repo to its rows of the export `evidence`."""


def repo_of(story: Story, repos: Iterable[str]) -> str | None:
    """The id of the story's repository among those of a store; None where it has no commit."""
    named = [repo for repo in repos if repo.split("@")[0].split("/")[-1] == story.repo_name]
    return named[0] if named else None


def answers(store: Path) -> Answers:
    """Both exports, by repository."""
    commits: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in export("commits", store):
        commits[row["repo"]][row["sha"]] = row
    evidence: dict[str, list[Row]] = defaultdict(list)
    for row in export("evidence", store):
        evidence[row["repo"]].append(row)
    return Answers(commits=dict(commits), evidence=dict(evidence))


def of_story(story: Story, said: Answers) -> tuple[Mapping[str, Row], Sequence[Row]]:
    """The commits and the evidence of one story's repository; nothing where it has no commit."""
    repo = repo_of(story, said.commits)
    if repo is None:
        return {}, []
    return said.commits[repo], said.evidence.get(repo, [])


def cell_list(cell: str) -> frozenset[str]:
    """The words of a cell that holds a list."""
    return frozenset(filter(None, cell.split(";")))


def mistakes(truth: Mapping[str, Truth], rows: Mapping[str, Row], evidence: Iterable[Row]) -> list[str]:
    """One line for everything that is not as the truth says; none is the wanted answer."""
    found = [f"{sha}: was not read" for sha in truth.keys() - rows.keys()]
    found += [f"{sha}: must not be counted" for sha in rows.keys() - truth.keys()]
    records: dict[str, list[Row]] = defaultdict(list)
    for row in evidence:
        records[row["sha"]].append(row)
    for sha in sorted(truth.keys() & rows.keys()):
        found += [f"{sha}: {line}" for line in _differences(truth[sha], rows[sha], records[sha])]
    return sorted(found)


def _differences(truth: Truth, row: Row, evidence: Sequence[Row]) -> Iterable[str]:
    tools, level = cell_list(row["tools"]), row["level"]
    if row["class"] != truth.verdict:
        yield f"class {row['class']}, truly {truth.verdict}"
    if tools != set(truth.tools):
        yield f"tools {sorted(tools)}, truly {sorted(truth.tools)}"
    if truth.level is not None and level != truth.level:
        yield f"level {level or 'none'}, truly {truth.level}"
    if truth.verdict == "unknown" and level:
        yield f"level {level} without a class"
    hinted = {one["tool"] for one in evidence if one["trust"] == "hinted"}
    if not hinted >= set(truth.hinted):
        yield f"hints of {sorted(hinted)}, truly of {sorted(truth.hinted)}"
    claimed = sum(int(one["lines"]) for one in evidence if one["lines"] and one["trust"] in ("recorded", "witnessed"))
    if truth.lines is not None and claimed != truth.lines:
        yield f"{claimed} claimed lines, truly {truth.lines}"
