import pytest
from store_rows import REPO, fill, repository, rows, sha

from collector.errors import StoreError
from collector.store.connect import connect
from collector.store.migrate import Schema, read_schema
from collector.store.snapshots import open_current, publish
from collector.store.writer import Ledger

NOW = read_schema()
ADDED = "alter table commits add column weight integer; update commits set weight = 7"
NEXT = Schema(sql=f"{NOW.sql}\n{ADDED};", steps=(*NOW.steps, ADDED))


def set_version(store, version):
    with connect(store / "ledger.duckdb") as con:
        con.execute(f"update store_version set version = {version}")


def test_a_fresh_store_has_the_version_that_this_program_knows(ledger):
    assert rows(ledger, "from store_version") == [(NOW.version,)]


def test_an_older_store_is_brought_to_the_newest_schema_with_its_rows(store):
    with Ledger.open(store) as ledger:
        fill(ledger, range(3))
    with Ledger.open(store, schema=NEXT) as ledger:
        assert rows(ledger, "select sha, weight from commits order by sha") == [(sha(n), 7) for n in range(3)]
        assert rows(ledger, "from store_version") == [(NEXT.version,)]
        migrated = rows(ledger, "select table_name, column_name, data_type from duckdb_columns() order by all")
    with Ledger.open(store.with_name("fresh"), schema=NEXT) as fresh:
        assert migrated == rows(fresh, "select table_name, column_name, data_type from duckdb_columns() order by all")


def test_a_migration_that_fails_changes_nothing(store):
    import duckdb

    with Ledger.open(store) as ledger:
        fill(ledger, range(3))
    broken = Schema(sql=NOW.sql, steps=(*NEXT.steps, f"{ADDED.replace('weight', 'other')}; select no_such_column"))
    with pytest.raises(duckdb.BinderException):
        Ledger.open(store, schema=broken)
    with Ledger.open(store, schema=NEXT) as ledger:  # the step before the broken one was kept, and is not repeated
        assert rows(ledger, "from store_version") == [(NEXT.version,)]
        assert rows(ledger, "select count(*) from duckdb_columns() where column_name = 'other'") == [(0,)]
        assert ledger.known_commits(REPO) == {sha(0), sha(1), sha(2)}


def test_a_newer_store_is_refused_and_untouched(store):
    with Ledger.open(store):
        pass
    set_version(store, 7)
    before = (store / "ledger.duckdb").read_bytes()
    with pytest.raises(StoreError, match=rf"newer barograph \(schema 7, this program knows {NOW.version}\): upgrade"):
        Ledger.open(store)
    assert (store / "ledger.duckdb").read_bytes() == before


@pytest.mark.parametrize(("version", "says"), [(7, "newer barograph .* upgrade"), (0, "older barograph: run `baro")])
def test_a_snapshot_of_another_version_is_refused(store, version, says):
    with Ledger.open(store) as ledger:
        ledger.connection.execute(f"update store_version set version = {version}")
        publish(ledger)
    with pytest.raises(StoreError, match=says):
        open_current(store)


def test_a_database_of_something_else_is_refused_and_untouched(store):
    store.mkdir()
    with connect(store / "ledger.duckdb") as con:
        con.execute("create table shopping as select 'milk' as item")
    with pytest.raises(StoreError, match="no store of barograph"):
        Ledger.open(store)
    with connect(store / "ledger.duckdb") as con:
        assert con.execute("from shopping").fetchall() == [("milk",)]


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ([], 1),
        (["0002_a.sql"], 2),
        (["0003_b.sql", "0002_a.sql"], 3),
        (["0003_b.sql"], None),
        (["0002_a.sql", "0002_b.sql"], None),
        (["2_a.sql"], None),
        (["0001_a.sql"], None),
    ],
)
def test_migrations_are_numbered_without_gaps(tmp_path, files, version):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "schema.sql").write_text("select 1")
    for name in files:
        (tmp_path / "migrations" / name).write_text(f"select '{name}'")
    if version is None:
        with pytest.raises(ValueError, match="migration"):
            read_schema(tmp_path)
    else:
        schema = read_schema(tmp_path)
        assert schema.version == version
        assert list(schema.steps) == [f"select '{name}'" for name in sorted(files)]


def test_the_repositories_of_a_store_survive_reopening_with_this_schema(store):
    with Ledger.open(store) as ledger:
        ledger.finish(repository(), tips=[], identities=[])
    with Ledger.open(store) as ledger:
        assert ledger.repositories() == [repository()]
