import random
from datetime import timedelta

import pytest
from store_rows import REPO, START, change, commit, fill, landing, repository, sha

from collector.records import FileChange, Landing

SAME = {"subject": "fix the parser", "author_email": "a@x"}
PICK = {"message_markers": ("x: y", f"cherry-picked-from: {sha(1)}")}
CASES = {
    "nothing alike": ([{}, {}], [[("a", 1, 0)], [("a", 1, 0)]], []),
    "same author and second": ([{"authored_at": START}] * 2, [[("a", 1, 0)]] * 2, [1, 2]),
    "same author and second, other lines": ([{"authored_at": START}] * 2, [[("a", 1, 0)], [("a", 2, 0)]], []),
    "same author and second, no lines": ([{"authored_at": START}] * 2, [[], []], []),
    "same second, other author": ([{"authored_at": START}, {"authored_at": START, "author_email": "b"}], [[], []], []),
    "same subject, lines and paths": ([SAME] * 2, [[("b", 1, 2), ("a", 3, 4)], [("a", 1, 2), ("b", 3, 4)]], [1, 2]),
    "same subject, other lines": ([SAME] * 2, [[("a", 1, 0)], [("a", 2, 0)]], []),
    "same subject, other paths": ([SAME] * 2, [[("a", 1, 0)], [("b", 1, 0)]], []),
    "same subject, no lines": ([SAME] * 2, [[("a", 0, 0)], [("a", 0, 0)]], []),
    "same subject, unmeasured lines": ([SAME] * 2, [[("a", None, None)], [("a", None, None)]], []),
    "a pull request's number": (
        [SAME, SAME | {"subject": "fix the parser (#12) (#34)"}],
        [[("a", 1, 0)]] * 2,
        [1, 2],
    ),
    "a backport's word behind": (
        [SAME, SAME | {"subject": "fix the parser [Backport 2.x]"}],
        [[("a", 1, 0)]] * 2,
        [1, 2],
    ),
    "a backport's word before": ([SAME, SAME | {"subject": "[backport] fix the parser"}], [[("a", 1, 0)]] * 2, [1, 2]),
    "a number inside counts": ([SAME, SAME | {"subject": "fix (#1) the parser"}], [[("a", 1, 0)]] * 2, []),
    "a pick of one here": ([{}, PICK], [[("a", 1, 0)]] * 2, [1, 2]),
    "a pick that was changed": ([{}, PICK], [[("a", 1, 0)], [("a", 2, 0)]], []),
    "a pick by a short name": (
        [{}, {"message_markers": (f"cherry-picked-from: {sha(1)[:39]}",)}],
        [[("a", 1, 0)]] * 2,
        None,
    ),
    "a pick from elsewhere": ([{}, {"message_markers": ("cherry-picked-from: " + "b" * 40,)}], [[], []], []),
    "merges are none": ([SAME | {"is_merge": True}, SAME], [[("a", 1, 0)]] * 2, []),
    "already has a patch id": ([SAME | {"patch_id": "p"}, SAME], [[("a", 1, 0)]] * 2, [1, 2]),
}


@pytest.mark.parametrize("case", CASES)
def test_candidates(ledger, case):
    commits, changes, expected = CASES[case]
    ledger.add_history(
        [commit(n, **changed) for n, changed in enumerate(commits, 1)],
        [change(n, p, lines_added=a, lines_deleted=d) for n, files in enumerate(changes, 1) for p, a, d in files],
        [],
    )
    ledger.finish(repository(), tips=[], identities=[], new_landings=[landing(n) for n in range(1, 3)])
    found = ledger.candidates_for_patch_id(REPO)
    if expected is None:  # a short name that two commits share names both: one too many is fine
        assert sha(1) in found
    else:
        assert found == [sha(n) for n in expected]


def test_only_the_default_branch_of_this_repository_counts(ledger):
    twins = [commit(1, authored_at=START), commit(2, authored_at=START), commit(3, authored_at=START, repo="fork")]
    changes = [FileChange(repo=twin.repo, sha=twin.sha, path="a", lines_added=1, lines_deleted=0) for twin in twins]
    ledger.add_history(twins, changes, [])
    ledger.finish(repository(), tips=[], identities=[], new_landings=[landing(1)])
    ledger.finish(
        repository(repo="fork"), tips=[], identities=[],
        new_landings=[Landing(repo="fork", sha=sha(3), landed_by=sha(3))],
    )  # fmt: skip
    assert ledger.candidates_for_patch_id(REPO) == []
    ledger.finish(repository(), tips=[], identities=[], new_landings=[landing(2)])
    assert ledger.candidates_for_patch_id(REPO) == [sha(1), sha(2)]


def test_a_long_history_has_few(ledger):
    rng = random.Random(2)
    numbers = range(40_000)
    for start in range(0, 40_000, 10_000):
        part = numbers[start : start + 10_000]
        ledger.add_history(
            [commit(n, authored_at=START + timedelta(seconds=n), subject=f"change {n % 20_000} (#{n})") for n in part],
            [
                FileChange(repo=REPO, sha=sha(n), path=f"src/{rng.randrange(3000)}.py", lines_added=5, lines_deleted=1)
                for n in part
                for _ in range(3)
            ],
            [],
        )
    ledger.finish(repository(), tips=[], identities=[], landings=map(landing, numbers))
    assert len(ledger.candidates_for_patch_id(REPO)) < 100


def test_an_empty_repository_has_none(ledger):
    fill(ledger, [])
    assert ledger.candidates_for_patch_id(REPO) == []
