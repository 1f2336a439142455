"""A small store with known figures, for the tests of the dashboard."""

from datetime import UTC, date, datetime, timedelta

from collector.records import Commit, Evidence, FileChange, Landing, Level, Repository, Run, Skipped
from collector.store.rules import InstrumentRow, RuleRow, ToolRow
from collector.store.writer import Ledger

REPO = "git.example.org/acme/shop"
OTHER = "git.example.org/acme/till"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TRAILER = "Co-authored-by: Claude <noreply@anthropic.com>"
HOSTILE = "<script>alert(1)</script> **bold** [x](http://example.com) :material/home:"


def sha(number: int) -> str:
    return f"{number:040x}"


def commit(number: int, repo: str = REPO, subject: str = "Add a shelf") -> Commit:
    at = datetime(2026, 1, 3, 10, tzinfo=UTC) + timedelta(days=4 * number)
    who = ("Ada Marlow", "Ben Ortiz", "Cleo Tan")[number % 3]
    return Commit(
        repo=repo, sha=sha(number), parents=(), author_name=who, author_email=f"{who[:3].lower()}@example.org",
        committer_name=who, committer_email=f"{who[:3].lower()}@example.org", authored_at=at, committed_at=at,
        subject=subject, message_markers=(), is_merge=False, on_default_branch=True,
    )  # fmt: skip


def proof(number: int, tool: str | None, level: Level = "agent", repo: str = REPO) -> Evidence:
    return Evidence(
        repo=repo, sha=sha(number), tool=tool, model="opus" if tool else None, rule=f"{tool or 'bots'}/co-author",
        trust="declared", level=level, scope="commit", lines=None, session=None, pointer=f"trailer {TRAILER}",
        first_seen_at=NOW,
    )  # fmt: skip


def repository(repo: str, *, is_shallow: bool = False) -> Repository:
    return Repository(
        repo=repo, path=f"/src/{repo}", default_branch="refs/heads/main", object_format="sha1", is_bare=False,
        is_shallow=is_shallow, is_partial=False, collected_at=NOW,
    )  # fmt: skip


def fill(ledger: Ledger) -> None:
    """40 commits of two repositories: 24 by two tools, 4 by a bot, 12 that nothing is known of."""
    commits = [commit(number, REPO if number % 4 else OTHER) for number in range(40)]
    commits[39] = commit(39, subject=HOSTILE)
    tools = {number: "claude-code" if number % 5 < 2 else "codex" for number in range(40) if number % 5 < 3}
    evidence = [proof(number, tool, repo=commits[number].repo) for number, tool in tools.items()]
    evidence += [proof(n, None, "automation", repo=commits[n].repo) for n in (3, 13, 23, 33)]
    changes = [FileChange(repo=c.repo, sha=c.sha, path="shelf.py", lines_added=10, lines_deleted=2) for c in commits]
    changes.append(
        FileChange(repo=REPO, sha=sha(1), path="uv.lock", lines_added=90, lines_deleted=0, noise="lock file")
    )
    ledger.add_history(commits, changes, evidence)
    for repo in (REPO, OTHER):
        mine = [c for c in commits if c.repo == repo]
        ledger.finish(
            repository(repo, is_shallow=repo == OTHER), tips=[], identities=[],
            landings=[Landing(repo=repo, sha=c.sha, landed_by=c.sha) for c in mine],
        )  # fmt: skip
    ledger.replace_skipped(REPO, [Skipped(source=REPO, reason="odd date", count=2, example="commit 0123")])
    ledger.replace_rules(
        [ToolRow(tool="claude-code", name="Claude Code", homepage="https://example.org", color="#C66B4A")],
        [
            RuleRow(
                rule="claude-code/co-author", tool="claude-code", field="trailer:co-authored-by", trust="declared",
                level="agent", since="2025-02", off_switch="includeCoAuthoredBy: false", source="its manual",
                defined_in="claude-code.toml:12",
            )
        ],
        [
            InstrumentRow(
                tool="claude-code", changed_on=date(2026, 3, 20), rule=None, what="the trailer can be switched off",
                source="its manual",
            )
        ],
    )  # fmt: skip
    ledger.add_run(
        Run(
            started_at=NOW, finished_at=NOW + timedelta(seconds=3), version="0.1", rules_digest="abc",
            repositories=2, new_commits=40, skipped=2,
        )
    )  # fmt: skip
