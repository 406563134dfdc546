from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from storage import migrate
from storage.tables import metadata


def test_the_migrations_make_exactly_the_tables(database):
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_an_upgrade_and_a_downgrade_undo_each_other(empty):
    with empty.begin() as connection:
        migrate.upgrade(connection)
        upgraded = set(inspect(connection).get_table_names())
        migrate.downgrade(connection, "base")
        inspector = inspect(connection)

        assert upgraded == {*metadata.tables, "alembic_version"}
        assert set(inspector.get_table_names()) == {"alembic_version"}


def test_an_upgrade_may_be_repeated(database):
    with database.begin() as connection:
        migrate.upgrade(connection)

        assert migrate.is_current(connection)


def test_a_database_without_tables_is_not_current(empty):
    with empty.read() as connection:
        assert not migrate.is_current(connection)


def test_an_upgrade_that_is_given_up_leaves_nothing(empty):
    with empty.begin() as connection:
        migrate.upgrade(connection)
        connection.rollback()

    with empty.read() as connection:
        assert inspect(connection).get_table_names() == []


def test_a_database_is_behind_until_all_migrations_ran_and_not_when_a_newer_program_ran_its_own(database):
    with database.begin() as connection:
        assert not migrate.is_behind(connection)
        migrate.downgrade(connection, "0003")
        assert migrate.is_behind(connection)
        migrate.upgrade(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        assert not migrate.is_behind(connection)
        assert not migrate.is_current(connection)
