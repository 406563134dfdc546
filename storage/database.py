"""One database: SQLite in a file beside the code unless a URL names another."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from estimator.errors import IgCostError
from storage.tables import metadata

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_URL = f"sqlite:///{PROJECT / 'instance' / 'igcost.db'}"

_BUSY_TIMEOUT_MS = 30_000
_BEGIN = "igcost_begin"


class DatabaseUnusable(IgCostError):
    """The database, or the place it is to lie in, cannot be used: no such folder, a full disk, no server."""

    def __init__(self, place: object, reason: str) -> None:
        super().__init__(f"the database {place} cannot be used: {reason}; set DATABASE_URL to a place that can")
        self.place = place


class Database:
    """A lazily opened database. Making one reads nothing, so it may be made before a process forks."""

    metadata = metadata

    def __init__(self, url: str = DEFAULT_URL) -> None:
        self.url = normalized(url)

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is an embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """Give the file of an embedded database; none for a server or a database in memory."""
        name = self.url.database
        if not self.is_sqlite or not name or name == ":memory:" or name.startswith("file:"):
            return None
        return Path(name)

    @cached_property
    def engine(self) -> Engine:
        """Open the engine; the folder of an embedded database is made where it is missing."""
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True)
        if self.file is None:
            engine = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise DatabaseUnusable(self.file, problem.strerror or str(problem)) from problem
            engine = create_engine(self.url)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that will write; it commits at the end of the block, or leaves nothing behind."""
        with explained(self.url), self.engine.execution_options(**{_BEGIN: "IMMEDIATE"}).begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads: everything read inside is of one moment."""
        with explained(self.url), self.engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        if "engine" in self.__dict__:
            self.engine.dispose()


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Say a failure of the database itself in one sentence. Raises ``DatabaseUnusable``."""
    try:
        yield
    except OperationalError as problem:
        place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        raise DatabaseUnusable(place, " ".join(str(problem.orig).split())) from problem


def normalized(url: str) -> URL:
    """Read a database URL. Hosts that say ``postgres://`` or name no driver get psycopg, the one we use."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let SQLAlchemy say where transactions begin (tables included), and make readers and a writer coexist."""
    if not isinstance(connection, sqlite3.Connection):  # pragma: no cover - no other driver is used
        raise TypeError(f"not a connection of sqlite3: {type(connection).__name__}")
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
