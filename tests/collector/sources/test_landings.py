"""How commits land, against git's own words on drawn histories; taken in pieces it says the same."""

import random

import pytest
from made_repository import ADA, Made

from collector.sources.git.graph import read_graph
from collector.sources.git.landings import continues, landings
from sample_repos.git import git
from sample_repos.stream import Blob, Stamp, Stream


def dag(path, seed: int, count: int = 40) -> list[str]:
    """Random parents: octopus, criss-cross and foxtrot merges and several roots come by themselves."""
    draw = random.Random(seed)
    Made(path)
    marks: list[int] = []
    with Stream(path) as stream:
        for number in range(count):
            near = range(max(0, number - 7), number)
            several = draw.sample(near, k=min(len(near), draw.choice((1, 1, 1, 2, 2, 3)))) if number % 17 else []
            stamp = Stamp(who=ADA, date=f"{1767268800 + draw.randrange(500)} +0000")
            parents = [marks[parent] for parent in several]
            files: dict[bytes, Blob | None] = {b"f%d" % number: Blob(b"1\n")}
            marks.append(stream.commit(author=stamp, committer=stamp, message=b"m", parents=parents, changes=files))
        return stream.shas(marks)


def by_hand(path, tip: str) -> dict[str, str]:
    """`merge^1..merge`, oldest merge first, as one would ask git."""
    line = git("rev-list", "--first-parent", "--reverse", tip, at=path).decode().split()
    found: dict[str, str] = dict(zip(line, line, strict=True))
    for merge in line:
        for sha in git("rev-list", merge, *(f"^{one}" for one in line[: line.index(merge)]), at=path).decode().split():
            found.setdefault(sha, merge)
    return found


def as_dict(path, tip: str, without: tuple[str, ...] = ()) -> dict[str, str]:
    rows = list(landings(read_graph(path, [tip], without=without), "r", tip))
    assert len({row.sha for row in rows}) == len(rows)
    return {row.sha: row.landed_by for row in rows}


@pytest.mark.parametrize("seed", range(6))
def test_landings_are_what_git_says_and_pieces_add_up(tmp_path, seed):
    shas = dag(tmp_path, seed)
    tip = shas[-1]
    whole = as_dict(tmp_path, tip)
    assert whole == by_hand(tmp_path, tip)
    assert set(whole) == set(git("rev-list", tip, at=tmp_path).decode().split())
    line = git("rev-list", "--first-parent", tip, at=tmp_path).decode().split()
    for earlier in shas[:-1]:
        assert continues(tmp_path, tip, earlier) == (earlier in line)
    for earlier in line[1::4]:
        pieces = as_dict(tmp_path, earlier) | as_dict(tmp_path, tip, (earlier,))
        assert pieces == whole


def test_a_graph_of_more_than_the_branch(tmp_path):
    shas = dag(tmp_path, 3)
    graph = read_graph(tmp_path, shas)
    for tip in shas[-4:]:
        assert {row.sha: row.landed_by for row in landings(graph, "r", tip)} == by_hand(tmp_path, tip)


def test_nothing_continues_what_is_gone(tmp_path):
    shas = dag(tmp_path, 1)
    assert not continues(tmp_path, shas[-1], "1" * 40)
    assert continues(tmp_path, shas[-1], shas[-1])
