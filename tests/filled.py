"""A database filled from the project's own seed folder: filling one takes seconds, so that tests take copies of one."""

import shutil

import pytest

from storage import filling
from storage.database import Database
from storage.locking import only_process
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def filled_copy(tmp_path_factory, request):
    """Give a function that makes a database of one's own, filled from the real seed files, and gives its URL."""
    # Processes that test side by side share the folder above their own, and with it the file that the first one filled.
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent
    original = shared / "filled.db"
    with only_process(original):
        if not original.exists():
            _fill(shared / "filling.db", original)

    def copy():
        path = tmp_path_factory.mktemp("filled") / "igcost.db"
        shutil.copyfile(original, path)
        return f"sqlite:///{path}"

    return copy


def _fill(path, original):
    database = Database(f"sqlite:///{path}")
    assert filling.fill_if_empty(database, PROJECT / "seed_data") is not None
    database.dispose()
    path.rename(original)
