import pytest

from collector.store.writer import Ledger


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def ledger(store):
    with Ledger.open(store) as opened:
        yield opened
