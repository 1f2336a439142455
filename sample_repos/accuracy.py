"""Measures barograph against the known truth: `just accuracy`.

Three questions. Of what a repository declares, how much is read rightly (precision and recall per class and tool)? Of
the commits and lines that sessions made, how many do their logs give back (links and lines per tool, in the stories)?
And of what really happened in the organisation, how much can be proven at all (true share against proven share)?
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sample_repos.build import Story, build_story, stories
from sample_repos.log_readback import LogAnswers, lines_of, links_of, log_answers, log_mistakes
from sample_repos.organisation import HOME, build_organisation, read_truth
from sample_repos.readback import Answers, Row, RunError, answers, cell_list, collect_all, mistakes, of_story
from sample_repos.script import Truth


@dataclass(slots=True)
class Tally:
    """How often something was true, was found, and both."""

    true: int = 0
    found: int = 0
    both: int = 0

    @property
    def precision(self) -> float | None:
        """Of what was found, the part that is true; None where nothing was found."""
        return self.both / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Of what is true, the part that was found; None where nothing is true."""
        return self.both / self.true if self.true else None

    def count(self, true: bool, found: bool) -> None:
        """Take in one commit."""
        self.true += true
        self.found += found
        self.both += true and found


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The organisation's AI share of commits without merges and automation, as fractions."""

    true: float
    declared: float
    """What the marks in the commits could prove at best."""
    proven: float
    """What was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The outcome of a measurement."""

    tallies: Mapping[str, Tally]
    """`class ai`, `tool codex`, … to its tally, over the stories and the organisation."""
    mistakes: Mapping[str, list[str]]
    """What is wrong, by story or repository; empty when everything is right."""
    share: Share
    commits: int


@dataclass(slots=True)
class _Judge:
    tallies: dict[str, Tally] = field(default_factory=dict)
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    commits: int = 0

    def judge(self, name: str, truth: Mapping[str, Truth], rows: Mapping[str, Row], evidence: Iterable[Row]) -> None:
        """Compare one repository with its truth."""
        if wrong := mistakes(truth, rows, evidence):
            self.mistakes.setdefault(name, []).extend(wrong)
        self.commits += len(truth)
        for sha, known in truth.items():
            row = rows.get(sha, {})
            self._count("class", {known.verdict}, {row.get("class", "not read")})
            self._count("tool", set(known.tools), set(cell_list(row.get("tools", ""))))

    def judge_logs(self, story: Story, said: LogAnswers) -> None:
        """Compare links and lines of one story; lines that no log can show count as true all the same."""
        if wrong := log_mistakes(story, said):
            self.mistakes.setdefault(story.name, []).extend(wrong)
        self._count_all("link", 1, story.links, links_of(story, said))
        self._count_all("line", 3, story.written | story.unshown, lines_of(story, said))

    def _count_all(
        self, kind: str, place: int, true: Collection[tuple[object, ...]], found: Collection[tuple[object, ...]]
    ) -> None:
        """Count links or lines, whose tool stands at that place."""
        for one in {*true, *found}:
            self.tallies.setdefault(f"{kind} {one[place]}", Tally()).count(one in true, one in found)

    def _count(self, kind: str, true: set[str], found: set[str]) -> None:
        for word in true | found:
            self.tallies.setdefault(f"{kind} {word}", Tally()).count(word in true, word in found)


def measure(folder: Path) -> Accuracy:
    """Build everything into `folder`, collect it with the real command, and compare."""
    told = [build_story(script, folder / "stories") for script in stories()]
    paths = build_organisation(folder / "organisation")
    known = read_truth(folder / "organisation")
    failures = collect_all([story.path for story in told], folder / "store", told[0].home)
    failures |= collect_all(paths, folder / "store", folder / "organisation" / HOME)
    said, said_of_logs = answers(folder / "store"), log_answers(folder / "store")
    judge = _Judge(mistakes={path.name: [line] for path, line in failures.items()})
    for story in told:
        judge.judge(story.name, story.truth, *of_story(story, said))
        if story.sessions:
            judge.judge_logs(story, said_of_logs)
    for repo, truth in known.commits.items():
        told_by_logs = {sha: one.with_logs() for sha, one in truth.items()}
        judge.judge(repo, told_by_logs, said.commits.get(repo, {}), said.evidence.get(repo, ()))
    share = _share(known.commits, known.merges, said)
    return Accuracy(tallies=judge.tallies, mistakes=judge.mistakes, share=share, commits=judge.commits)


def _share(truth: Mapping[str, Mapping[str, Truth]], merges: frozenset[str], said: Answers) -> Share:
    """Over the commits of default branches that are neither merges nor automation, as the headline counts them."""
    counted: Counter[str] = Counter()
    for repo, commits in truth.items():
        rows = said.commits.get(repo, {})
        for sha, known in commits.items():
            row = rows.get(sha)
            if row is None or row["on_default_branch"] != "true" or sha in merges or known.verdict == "automation":
                continue
            counted["all"] += 1
            counted["true"] += bool(known.tools or known.really)
            counted["declared"] += known.verdict == "ai"
            counted["proven"] += row["class"] == "ai"
    total = max(counted["all"], 1)
    return Share(true=counted["true"] / total, declared=counted["declared"] / total, proven=counted["proven"] / total)


def report(found: Accuracy) -> str:
    """The table a person reads, with everything that is wrong below it."""
    lines = [f"{'':24}{'true':>8}{'found':>8}{'precision':>11}{'recall':>9}"]
    for name, tally in sorted(found.tallies.items()):
        figures = f"{_percent(tally.precision):>11}{_percent(tally.recall):>9}"
        lines.append(f"{name:24}{tally.true:>8}{tally.found:>8}{figures}")
    share = found.share
    lines += [
        "",
        f"{found.commits} commits, {sum(map(len, found.mistakes.values()))} mistakes",
        f"organisation: {_percent(share.true)} of the commits are truly AI work, {_percent(share.declared)} carry "
        f"a mark, {_percent(share.proven)} are proven; {_percent(share.true - share.proven)} stay unknown",
    ]
    lines += [f"{name}: {line}" for name, wrong in sorted(found.mistakes.items()) for line in wrong]
    return "\n".join(lines)


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else f"{100 * fraction:.1f} %"


def main() -> int:
    """Measure in a temporary folder and print; 1 if anything is wrong, 2 if barograph itself failed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = measure(Path(folder))
        except RunError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    sys.stdout.write(report(found) + "\n")
    return 1 if found.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
