"""What every test shares: no network, no settings from outside, and the facts of the seed folder read once."""

import gc
import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

from estimator.reference.build import build
from storage import seed_files

pytest_plugins = ["tests.filled", "tests.small_seed"]

PROJECT = Path(__file__).resolve().parent.parent

# Importing ``app`` makes an application from the environment: it must never be the developer's own database.
for variable in ("SEED_DIR", "LOG_LEVEL", "TIME_ZONE"):
    os.environ.pop(variable, None)
os.environ["DATABASE_URL"] = "sqlite://"

# What pytest and the facts hold stays until the end: looking through it for garbage again and again was a fifth of the
# time that tests took.
gc.set_threshold(20_000, 20, 50)

settings.register_profile("igcost", deadline=None, print_blob=True)
settings.load_profile("igcost")


def pytest_collection_finish():
    """Leave the tests themselves out of every later search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(scope="session")
def seed():
    """Give everything the seed folder states."""
    return seed_files.read(PROJECT / "seed_data")


@pytest.fixture(scope="session")
def book(seed):
    """Give the reference book of the seed folder."""
    book = build(seed.facts, seed.sources, seed.diagnosis_codes, version="0123456789abcdef")
    gc.freeze()
    return book
