"""What may happen to a file of lines before, between and while it is read, and what may stand in it."""

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from collector.fingerprints import Fingerprints
from collector.records import Watermark
from collector.sources.logs import log as kit
from collector.sources.logs.home import Home, LogFile, is_file, walk
from collector.sources.logs.log import Line, Log, unchanged

KEY = Fingerprints(b"k" * 32)
ONE, TWO, THREE = b'{"n": 1}\n', b'{"n": 2}\n', b'{"n": 3}\n'
OLD = 1_700_000_000


def opened(path: Path, known: Watermark | None = None) -> Log:
    return Log(LogFile("codex", path), known, KEY)


def values(log: Log) -> list[Any]:
    return [line.value.get("n") for line in log.lines()]


def skipped(mark: Watermark) -> dict[str, int]:
    return {reason: count for reason, (count, _) in json.loads(mark.skipped).items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def test_a_second_reading_has_only_what_is_new(path: Path) -> None:
    path.write_bytes(ONE + TWO)
    first = opened(path)
    assert (first.is_new, values(first)) == (True, [1, 2])
    mark = first.watermark()
    assert unchanged(LogFile("codex", path), mark)
    with path.open("ab") as file:
        file.write(THREE)
    assert not unchanged(LogFile("codex", path), mark)
    second = opened(path, mark)
    assert (second.is_new, [tuple(line[:2]) for line in second.lines()]) == (False, [(3, len(ONE + TWO))])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TWO, [2]),  # truncated and begun anew
        (b"", []),
        (TWO + ONE, [2, 1]),  # of the same size
        (TWO + ONE + THREE, [2, 1, 3]),  # rotated: another file of the same name that is longer
        (ONE + THREE, [1, 3]),  # the first line stayed
    ],
)
def test_a_file_that_was_rewritten_is_read_from_its_start(path: Path, content: bytes, expected: list[int]) -> None:
    path.write_bytes(ONE + TWO)
    first = opened(path)
    values(first)
    mark = first.watermark()
    path.write_bytes(content)
    assert values(opened(path, mark)) == expected


def test_a_rewrite_far_behind_the_start_is_seen(path: Path) -> None:
    path.write_bytes(ONE * 500 + TWO)
    first = opened(path)
    values(first)
    mark = first.watermark()
    path.write_bytes(ONE * 500 + THREE)
    assert values(opened(path, mark)) == [1] * 500 + [3]


def test_a_half_written_line_is_left_for_later(path: Path) -> None:
    path.write_bytes(ONE + b'{"n":')
    first = opened(path)
    assert values(first) == [1]
    mark = first.watermark()
    assert (mark.offset, skipped(mark)) == (len(ONE), {})
    assert not unchanged(LogFile("codex", path), mark), "looked at again, even if nothing is added"
    with path.open("ab") as file:
        file.write(b" 2}\n")
    assert values(opened(path, mark)) == [2]


def test_a_last_line_without_newline_is_whole_when_the_file_is_left_alone(path: Path) -> None:
    path.write_bytes(ONE + TWO.rstrip())
    os.utime(path, (OLD, OLD))
    log = opened(path)
    assert values(log) == [1, 2]
    assert unchanged(LogFile("codex", path), log.watermark())


def test_what_is_added_while_it_is_read_is_read_once(path: Path) -> None:
    path.write_bytes(ONE)
    log, seen = opened(path), []
    for line in log.lines():
        seen.append(line.value["n"])
        if len(seen) == 1:
            with path.open("ab") as file:
                file.write(TWO + b'{"n": 3')
    with path.open("ab") as file:
        file.write(b"}\n")
    seen += values(opened(path, log.watermark()))
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "expected", "left_out"),
    [
        (b'{"n": 1}{"n": 2}\n', [1, 2], {}),
        (b'{"n": 1}\0 , {"n": 2}\n', [1, 2], {}),
        (b'{"n": 1} rubbish\n' + TWO, [2], {"line that is no JSON": 1}),
        (b'{"n": 1\n' + TWO, [2], {"line that is no JSON": 1}),
        (b'[1]\n"x"\n7\nnull\n' + TWO, [2], {"line that is no JSON object": 4}),
        (b"\0\0\0" + ONE + b"\0" * 99 + b"\n" + TWO, [1, 2], {}),
        (b'{"n": 1}\r\n\r\n{"n": 2}\r\n', [1, 2], {}),
        (b"\n \n\t\n" + ONE, [1], {}),
        (b'{"n": "a\xffb"}\n', ["a\ufffdb"], {}),
        (b'{"n": "\\ud83d"}\n', ["?"], {}),
        (b'{"n": "\\ud83d\\ude00"}\n', ["\U0001f600"], {}),
        (b'{"n": "a\\u2028b\xe2\x80\xa8c"}\n', ["a\u2028b\u2028c"], {}),
        (b'{"n": Infinity}\n', [float("inf")], {}),
        (b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + TWO, [2], {"line that is no JSON": 1}),
        (b'{"n": ' + b"1" * 5_000 + b"}\n" + TWO, [2], {"line that is no JSON": 1}),
        (b"\xef\xbb\xbf" + ONE + TWO, [2], {"line that is no JSON": 1}),
        (b'{"n": 1, "n": 2}\n', [2], {}),
    ],
)
def test_odd_lines(path: Path, content: bytes, expected: list[Any], left_out: dict[str, int]) -> None:
    path.write_bytes(content)
    log = opened(path)
    assert values(log) == expected
    mark = log.watermark()
    assert skipped(mark) == left_out
    assert mark.offset == len(content)


def test_nan_is_a_number(path: Path) -> None:
    path.write_bytes(b'{"n": NaN}\n')
    (value,) = values(opened(path))
    assert value != value  # noqa: PLR0124 - which only NaN is


def test_half_a_pair_of_surrogates_never_gets_out(path: Path) -> None:
    path.write_bytes(b'{"\\udc00": "\\ud800", "n": [{"x": "a\\udfffb"}]}\n{"a": 1}{"n": "\\ud800"}\n')
    for line in opened(path).lines():
        json.dumps(line.value, ensure_ascii=False).encode()


def test_a_line_that_is_read_again_is_counted_once(path: Path) -> None:
    path.write_bytes(ONE + b"rubbish\n" + TWO)
    mark = None
    for _ in range(3):
        log = opened(path, mark)
        for line in log.lines():
            if line.value["n"] == 1:
                log.again_from(line)
        mark = log.watermark()
        assert (skipped(mark), mark.offset) == ({}, 0), "it counts when it is read for the last time"
        with path.open("ab") as file:
            file.write(THREE)
    last = opened(path, mark)
    assert values(last) == [1, 2, 3, 3, 3]
    assert skipped(last.watermark()) == {"line that is no JSON": 1}
    assert skipped(opened(path, last.watermark()).watermark()) == {"line that is no JSON": 1}


def test_again_from_an_earlier_line_wins(path: Path) -> None:
    path.write_bytes(ONE + TWO + THREE)
    log = opened(path)
    lines: list[Line] = list(log.lines())
    for line in (lines[2], lines[1], lines[2]):
        log.again_from(line)
    again = opened(path, log.watermark())
    assert [(line.number, line.value["n"]) for line in again.lines()] == [(2, 2), (3, 3)]


def test_a_line_of_50_megabytes_costs_little_more_than_itself(path: Path) -> None:
    size = 50 << 20
    with path.open("wb") as file:
        for _ in range(3):
            file.write(b'{"n": "' + b"x" * size + b'"}\n')
    tracemalloc.start()
    try:
        count = sum(1 for line in opened(path).lines() if len(line.value["n"]) == size)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 3
    assert peak < 6 * size, f"{peak >> 20} MB"


def test_lines_that_are_not_wanted_are_not_decoded(path: Path) -> None:
    path.write_bytes(b"rubbish\n" + TWO)
    log = opened(path)
    assert [line.value["n"] for line in log.lines(lambda raw: b'"n"' in raw)] == [2]
    assert skipped(log.watermark()) == {}


def test_a_line_beyond_all_measure_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "_LONGEST", 100)
    path.write_bytes(ONE + b'{"n": "' + b"x" * 1_000 + b'"}\n' + TWO)
    log = opened(path)
    assert [(line.number, line.value["n"]) for line in log.lines()] == [(1, 1), (3, 2)]
    assert skipped(log.watermark()) == {"line too long": 1}


def test_a_document_is_read_whole_and_counted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.json"
    mark = None
    for content in (b"[1]", b"[1, 2]"):
        path.write_bytes(content)
        log = opened(path, mark)
        assert log.document() == {}
        mark = log.watermark()
        assert skipped(mark) == {"line that is no JSON object": 1}
    monkeypatch.setattr(kit, "_LONGEST", 3)
    log = opened(path)
    assert (log.document(), skipped(log.watermark())) == ({}, {"file too large": 1})


def test_whole_lines_keep_what_is_around_them(path: Path) -> None:
    path.write_bytes(b"  a \r\n\n\tb\n")
    assert [raw for _, _, raw in opened(path).whole_lines()] == [b"  a \r\n", b"\n", b"\tb\n"]


# --- where logs lie ----------------------------------------------------------------------------------------------


def test_walk_ends_and_waits_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/real.jsonl").write_bytes(ONE)
    (tmp_path / "a/loop").symlink_to(tmp_path / "a")
    (tmp_path / "a/b/self").symlink_to("self")
    (tmp_path / "a/link.jsonl").symlink_to(tmp_path / "a/b/real.jsonl")
    (tmp_path / "a/nowhere.jsonl").symlink_to(tmp_path / "gone.jsonl")
    (tmp_path / "a/folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "a/pipe.jsonl")
    found = [path.relative_to(tmp_path).as_posix() for path in walk(tmp_path, ".jsonl")]
    assert set(found) >= {"a/b/real.jsonl", "a/link.jsonl"}
    assert {Path(path).name for path in found} == {"real.jsonl", "link.jsonl"}
    assert len(found) <= 4, "a loop is followed once"
    assert list(walk(tmp_path / "none", ".jsonl")) == []
    assert list(walk(tmp_path / "a/b/real.jsonl", ".jsonl")) == []
    for name, is_one in (("b/real.jsonl", True), ("link.jsonl", True), ("pipe.jsonl", False), ("folder.jsonl", False)):
        assert is_file(tmp_path / "a" / name) == is_one
    assert not is_file(tmp_path / "a\0b")
    assert not is_file(tmp_path / "a/b/self")


def test_walk_goes_no_deeper_than_logs_do(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*("d",) * 40)
    deep.mkdir(parents=True)
    (deep / "x.jsonl").write_bytes(ONE)
    assert list(walk(tmp_path, ".jsonl")) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert list(walk(tmp_path, ".jsonl")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ["{home}/.x"]),
        ("", ["{home}/.x"]),
        ("  ", ["{home}/.x"]),
        ("/one", ["/one"]),
        ("/one,/two", ["/one", "/two"]),
        (f"/one{os.pathsep} /two ,", ["/one", "/two"]),
        ("~/mine", ["{home}/mine"]),
    ],
)
def test_variables_name_folders(tmp_path: Path, value: str | None, expected: list[str]) -> None:
    home = Home(tmp_path, {} if value is None else {"X": value})
    assert [str(path) for path in home.named("X", ".x")] == [path.format(home=tmp_path) for path in expected]


def test_data_lies_where_each_system_has_it(tmp_path: Path) -> None:
    assert [path.relative_to(tmp_path).as_posix() for path in Home(tmp_path, {}).data("x")] == [
        ".local/share/x", "Library/Application Support/x", "AppData/Local/x", "AppData/Roaming/x",
    ]  # fmt: skip
    assert Home(tmp_path, {"XDG_DATA_HOME": "/d"}).data("x")[0] == Path("/d/x")
    assert Home(tmp_path, {"XDG_CONFIG_HOME": "/c"}).config("x")[0] == Path("/c/x")
