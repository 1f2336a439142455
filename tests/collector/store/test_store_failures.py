import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from store_rows import REPO, evidence, fill, rows, sha

from collector.errors import StoreError
from collector.store.writer import Ledger

ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{Path(__file__).parent}{os.pathsep}{Path.cwd()}"}
WRITE_ON = """
import sys
from pathlib import Path
from store_rows import fill
from collector.store.writer import Ledger
with Ledger.open(Path(sys.argv[1])) as ledger:
    ledger.connection.execute("set checkpoint_threshold = '64KB'")  # so that kills hit checkpoints, too
    for batch in range(int(sys.argv[2]), 10_000):
        fill(ledger, range(batch * 20, batch * 20 + 20))
        print(batch, flush=True)
"""
FILL_UP = """
import sys
from pathlib import Path
from store_rows import fill
from collector.errors import StoreError
from collector.store.writer import Ledger
if len(sys.argv) > 2:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    with Ledger.open(Path(sys.argv[1])) as ledger:
        for batch in range(10_000):
            fill(ledger, range(batch * 500, batch * 500 + 500))
            print(batch, flush=True)
except StoreError as error:
    sys.exit(str(error))
"""


def assert_whole(ledger, acknowledged):
    """Every acknowledged batch of twenty is there, and no batch is there in part."""
    per_batch = Counter(int(each, 16) // 20 for each in ledger.known_commits(REPO))
    assert per_batch.keys() >= set(acknowledged)
    assert set(per_batch.values()) <= {20}
    for table in ("file_changes", "evidence", "claims"):
        assert rows(ledger, f"select count(*), count(distinct sha) from {table}") == [(20 * len(per_batch),) * 2]


def test_killed_at_any_moment_it_reopens_with_all_that_was_committed(store):
    rng, acknowledged = random.Random(), []
    for _ in range(5):
        start = max(acknowledged, default=-1) + 1
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_ON, str(store), str(start)], stdout=subprocess.PIPE, env=ENVIRONMENT
        )
        acknowledged.append(int(writer.stdout.readline()))  # it has begun
        time.sleep(rng.uniform(0, 0.3))
        writer.kill()
        acknowledged += map(int, writer.stdout.read().split(b"\n")[:-1])
        writer.stdout.close()
        assert writer.wait() == -9
        with Ledger.open(store) as ledger:
            assert_whole(ledger, acknowledged)
            assert list((store / "tmp").iterdir()) == [], "what lay there on its way is gone"
    assert len(acknowledged) > 5


def test_killed_while_being_created_it_is_created_again(store):
    store.mkdir()
    (store / "ledger.duckdb.new").write_bytes(b"half a header")
    (store / "ledger.duckdb.new.wal").write_bytes(b"half a log")
    with Ledger.open(store) as ledger:
        assert fill(ledger, [1]) == 1
    assert list(store.glob("*.new*")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is a Unix one")
def test_a_full_disk_is_one_clear_line_and_loses_nothing(store):
    limited = subprocess.run(
        [sys.executable, "-c", FILL_UP, str(store), "1500000"],
        capture_output=True, text=True, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert limited.returncode == 1
    assert limited.stderr.startswith(f"cannot write {store}"), limited.stderr
    assert "the disk is full" in limited.stderr
    assert len(limited.stderr.splitlines()) == 1
    acknowledged = limited.stdout.split()
    with Ledger.open(store) as ledger:
        assert len(ledger.known_commits(REPO)) in (500 * len(acknowledged), 500 * len(acknowledged) + 500)
        assert fill(ledger, [10**9]) == 1


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"), reason="not root")
def test_a_small_disk_that_fills_up_is_one_clear_line_and_loses_nothing(small_disk):
    filled = subprocess.run(
        [sys.executable, "-c", FILL_UP, str(small_disk / "store")],
        capture_output=True, text=True, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert filled.returncode == 1
    assert filled.stderr.startswith(f"cannot write {small_disk}"), filled.stderr
    assert len(filled.stderr.splitlines()) == 1
    acknowledged = filled.stdout.split()
    assert acknowledged
    bigger = small_disk.with_name("bigger")
    shutil.copytree(small_disk / "store", bigger)
    with Ledger.open(bigger) as ledger:
        assert len(ledger.known_commits(REPO)) in (500 * len(acknowledged), 500 * len(acknowledged) + 500)


def scribbled(data):
    return data[:12288] + bytes(byte ^ 0x55 for byte in data[12288:])


def headless(data):
    return b"\0" * 12288 + data[12288:]


@pytest.mark.parametrize("damage", [scribbled, headless, lambda _: b"not a database at all" * 1000])
def test_a_damaged_file_is_told_with_the_way_out(store, damage):
    with Ledger.open(store) as ledger:
        fill(ledger, range(500))
    file = store / "ledger.duckdb"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(StoreError, match=r"ledger\.duckdb is damaged \(.*\): restore it .* or move it away and run"):
        Ledger.open(store)
    file.rename(store / "damaged.duckdb")
    with Ledger.open(store) as ledger:
        assert fill(ledger, [1]) == 1


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match=r"cannot use .*store: .*--store"):
        Ledger.open(tmp_path / "store")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are Unix ones")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    script = (
        "import os, sys; from pathlib import Path; from collector.errors import StoreError\n"
        "from collector.store.writer import Ledger; import filelock, duckdb, _duckdb\n"
        "os.setuid(65534) if os.geteuid() == 0 else None\n"
        "try: Ledger.open(Path(sys.argv[1]))\n"
        "except StoreError as error: print(error)"
    )
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o005:
            folder.chmod(0o755)
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "locked" / "store")],
        capture_output=True, text=True, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert "permission denied; check who owns it" in told.stdout, told.stderr
    assert len(told.stdout.splitlines()) == 1


def test_another_program_in_the_ledger_is_told(store):
    with Ledger.open(store):
        pass
    holder = subprocess.Popen(
        [sys.executable, "-c", "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print(1, flush=True); input()",
         str(store / "ledger.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    holder.stdout.readline()
    with pytest.raises(StoreError, match=rf"open in another program, .*PID {holder.pid}.*: close it"):
        Ledger.open(store)
    assert holder.communicate(b"\n") == (b"", None)
    with Ledger.open(store) as ledger:
        assert ledger.repositories() == []


def test_little_memory_is_enough_for_much_evidence(store):
    with Ledger.open(store, memory_limit="64MB") as ledger:
        ledger.replace_evidence(REPO, (evidence(n, pointer=f"line {n} " * 8) for n in range(60_000)))
        assert rows(ledger, "select count(*) from evidence") == [(60_000,)]
        ledger.replace_evidence(REPO, [evidence(3)])
        assert rows(ledger, "select sha from evidence") == [(sha(3),)]


def test_damage_found_later_is_told_too(store):
    with Ledger.open(store) as ledger:
        fill(ledger, range(3000))
    file = store / "ledger.duckdb"
    data = file.read_bytes()
    places = [place for place in range(12288, len(data), 262144) if REPO.encode() in data[place : place + 262144]]
    assert places, "blocks of columns, which opening the file does not read"
    for place in places:
        data = data[: place + 100] + b"?" * 100 + data[place + 200 :]
    file.write_bytes(data)
    ledger = Ledger.open(store)
    with pytest.raises(StoreError, match=r"ledger\.duckdb is damaged"):
        ledger.known_commits(REPO)
    ledger.close()
