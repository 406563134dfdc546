"""A runtime on the facts of the seed folder, and sentences that refuse to be rendered with a gap."""

import pytest

from services import wording
from tests.web.conftest import FakeRuntime


@pytest.fixture(autouse=True, scope="session")
def _no_sentence_lacks_a_parameter():
    """Make a sentence whose parameter nobody gave an error; in use its name would stand there."""

    def missing(self, name):
        raise KeyError(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording._Params, "__missing__", missing)
        yield


@pytest.fixture(scope="session")
def runtime(book):
    """Give a runtime whose facts are read already."""
    return FakeRuntime(book)
