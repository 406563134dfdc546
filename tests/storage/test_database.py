import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import DEFAULT_URL, Database, DatabaseUnusable, normalized


@pytest.mark.parametrize(
    "given", ["postgres://u:p@h:5432/n", "postgresql://u:p@h:5432/n", "postgresql+psycopg://u:p@h:5432/n"]
)
def test_every_way_to_name_postgresql_gives_the_same_driver(given):
    assert normalized(given).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h:5432/n"


def test_the_default_is_a_file_beside_the_code():
    database = Database()

    assert database.is_sqlite
    assert str(database.file).endswith("instance/igcost.db")
    assert str(database.file) in DEFAULT_URL


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_has_no_file(url):
    assert Database(url).file is None


def test_making_a_database_touches_no_disk(tmp_path):
    Database(f"sqlite:///{tmp_path / 'folder' / 'igcost.db'}")

    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_the_file_is_made_on_first_use(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'folder' / 'igcost.db'}")

    with database.read() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]

    assert pragmas == ["wal", 1, 30_000]
    database.dispose()


def test_dispose_before_first_use_is_harmless(tmp_path):
    Database(f"sqlite:///{tmp_path / 'igcost.db'}").dispose()

    assert list(tmp_path.iterdir()) == []


def test_a_failed_transaction_leaves_no_table_behind(empty_file):
    def make_a_table_and_fail():
        with empty_file.begin() as connection:
            connection.execute(text("CREATE TABLE kept (id INTEGER)"))
            connection.execute(text("INSERT INTO missing VALUES (1)"))

    with pytest.raises(DatabaseUnusable, match="no such table"):
        make_a_table_and_fail()

    with empty_file.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_a_writing_transaction_takes_the_lock_at_its_beginning(empty_file):
    with empty_file.begin():
        other = sqlite3.connect(empty_file.file, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_readers_go_on_while_someone_writes(database):
    with database.begin() as writer:
        writer.execute(text("INSERT INTO sources (id, title, publisher, official) VALUES ('a', 't', 'p', true)"))
        with database.read() as reader:
            assert reader.execute(text("SELECT count(*) FROM sources")).scalar() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO diagnosis_codes VALUES ('A00', '2099-01-01', true, 'x', NULL, 'nobody', 'seed')",
        "INSERT INTO sources (id, title, publisher, official, origin) VALUES ('a', 't', 'p', true, 'nowhere')",
        "INSERT INTO reference_state VALUES (2, 'x', 0, 0, 0, '2099-01-01 00:00:00', NULL)",
    ],
)
def test_the_database_itself_refuses_broken_rows(database, statement):
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(text(statement))


def test_a_place_that_cannot_hold_a_database_is_named(tmp_path):
    blocked = tmp_path / "a-file"
    blocked.write_text("not a folder", encoding="utf-8")

    with pytest.raises(DatabaseUnusable, match="a-file"):
        _ = Database(f"sqlite:///{blocked}/igcost.db").engine
