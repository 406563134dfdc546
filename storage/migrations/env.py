"""Run migrations on the connection or the engine that the caller put into the Alembic configuration."""

from contextlib import nullcontext

from alembic import context
from sqlalchemy import Connection, Engine

from storage.database import explained
from storage.tables import metadata


def run_on(connection: Connection) -> None:
    """Run in the transaction that is open on ``connection``."""
    # SQLite cannot alter most of a table in place: Alembic then copies it (batch mode).
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Find out where to run, and run."""
    attributes = context.config.attributes
    connection: Connection | None = attributes.get("connection")
    engine: Engine | None = attributes.get("engine")
    if context.is_offline_mode():
        dialect = engine.dialect.name if engine is not None else "sqlite"
        context.configure(dialect_name=dialect, target_metadata=metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
    elif connection is not None:
        run_on(connection)
    elif engine is not None:
        with attributes.get("explained", nullcontext)(), explained(engine.url), engine.begin() as opened:
            run_on(opened)
    else:
        raise RuntimeError("no database given; run migrations with `flask db upgrade`")


run()
