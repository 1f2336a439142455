"""Small records for the tests of the store: the n-th commit of a repository and what belongs to it."""

from datetime import UTC, datetime, timedelta

from collector.records import Claim, Commit, Evidence, FileChange, Identity, Landing, Repository, Run, Skipped, Tip

REPO = "example.org/team/one"
START = datetime(2026, 1, 1, tzinfo=UTC)


def sha(number):
    return f"{number:040x}"


def commit(number, **changed):
    given = {
        "repo": REPO,
        "sha": sha(number),
        "parents": (sha(number - 1),) if number else (),
        "author_name": "Ada",
        "author_email": "ada@example.org",
        "committer_name": "Ada",
        "committer_email": "ada@example.org",
        "authored_at": START + timedelta(hours=number % 100_000),
        "committed_at": START + timedelta(hours=number % 100_000, minutes=5),
        "subject": f"change {number}",
        "message_markers": (),
        "is_merge": False,
    }
    return Commit(**given | changed)


def change(number, path="a.py", **changed):
    given = {"repo": REPO, "sha": sha(number), "path": path, "lines_added": 3, "lines_deleted": 1}
    return FileChange(**given | changed)


def evidence(number, **changed):
    given = {
        "repo": REPO,
        "sha": sha(number),
        "tool": "aider",
        "model": None,
        "rule": "aider/author",
        "trust": "declared",
        "level": "agent",
        "scope": "commit",
        "lines": None,
        "session": None,
        "pointer": "author name: Ada (aider)",
        "first_seen_at": START,
    }
    return Evidence(**given | changed)


def claim(number, **changed):
    given = {
        "repo": REPO,
        "sha": sha(number),
        "path": "a.py",
        "start": 1,
        "end": 3,
        "tool": "aider",
        "model": None,
        "session": None,
        "rule": "aider/note",
        "trust": "recorded",
    }
    return Claim(**given | changed)


def repository(**changed):
    given = {
        "repo": REPO,
        "path": "/src/one",
        "default_branch": "refs/heads/main",
        "object_format": "sha1",
        "is_bare": False,
        "is_shallow": False,
        "is_partial": False,
        "collected_at": START,
    }
    return Repository(**given | changed)


def landing(number):
    return Landing(repo=REPO, sha=sha(number), landed_by=sha(number))


def tip(number, ref="refs/heads/main"):
    return Tip(repo=REPO, ref=ref, sha=sha(number))


def identity(name="Ada"):
    return Identity(
        repo=REPO, name=name, email="ada@example.org", canonical_name="Ada L.", canonical_email="ada@example.org"
    )


def skipped(count=1, source=REPO):
    return Skipped(source=source, reason="odd date", count=count, example=sha(1))


def run(number=0, digest="abc"):
    at = START + timedelta(days=number)
    return Run(
        started_at=at, finished_at=at, version="0.1.0", rules_digest=digest, repositories=1, new_commits=1, skipped=0
    )


def fill(ledger, numbers):
    """Add commits with one change, one evidence and one claim each; how many were new."""
    numbers = list(numbers)
    return ledger.add_history(
        [commit(n) for n in numbers],
        [change(n) for n in numbers],
        [evidence(n) for n in numbers],
        [claim(n) for n in numbers],
    )


def contents(ledger):
    """Every row of every table, as text, in an order of its own."""
    tables = [name for (name,) in ledger.connection.execute(
        "select table_name from duckdb_tables() where not temporary order by all"
    ).fetchall()]  # fmt: skip
    return {
        table: sorted(row[0] for row in ledger.connection.execute(f"select t::varchar from {table} as t").fetchall())
        for table in tables
    }


def rows(ledger, sql):
    return ledger.connection.execute(sql).fetchall()
