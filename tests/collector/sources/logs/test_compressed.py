import json
from hashlib import blake2b
from pathlib import Path

import zstandard

from collector.fingerprints import Fingerprints
from collector.records import Watermark
from collector.sources.logs.home import LogFile
from collector.sources.logs.log import Log

KEY = Fingerprints(b"k" * 32)
LINES = b'{"a":1}\n{"b":2}\n'


def opened(path: Path, known: Watermark | None = None) -> Log:
    return Log(LogFile("codex", path), known, KEY)


def test_reads_lines_of_all_frames(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    path.write_bytes(zstandard.compress(LINES) + zstandard.compress(b'{"c":3}'))
    log = opened(path)
    assert [(line.number, line.offset, line.value) for line in log.lines()] == [
        (1, 0, {"a": 1}),
        (2, 8, {"b": 2}),
        (3, 16, {"c": 3}),
    ]


def test_a_rewritten_one_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    path.write_bytes(zstandard.compress(LINES))
    log = opened(path)
    assert len(list(log.lines())) == 2
    path.write_bytes(zstandard.compress(LINES * 2))
    assert len(list(opened(path, log.watermark()).lines())) == 4


def test_damage_ends_it_and_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    lines = b"".join(b'{"a":"%s"}\n' % blake2b(b"%d" % number).hexdigest().encode() for number in range(20_000))
    path.write_bytes(zstandard.compress(lines) + b"no frame at all")
    log = opened(path)
    assert 15_000 < len(list(log.lines())) <= 20_000
    assert list(json.loads(log.watermark().skipped)) == ["compressed log that is damaged"]
