"""A runtime on the facts of the seed folder, and sentences that refuse to be rendered with a gap or a bare code."""

import functools
import re

import pytest

from services import wording
from tests.web.conftest import FakeRuntime

RAW = re.compile(r"[{}]|percent %|\b[a-z]+_[a-z_]+\b")
"""What no reader should meet: a parameter in braces or by its name, or a code of the contract."""


@pytest.fixture(autouse=True, scope="session")
def _every_sentence_is_whole():
    """Make a sentence whose parameter nobody gave an error, and one that shows a code; in use they would be read."""
    said = wording.Wording.sentence
    part_said = wording.Wording.part

    def missing(self, name):
        raise KeyError(name)

    @functools.wraps(said)
    def sentence(self, section, code, params=()):
        return checked(said(self, section, code, params))

    def part(self, section, code, name, params=()):
        found = part_said(self, section, code, name, params)
        # A next step is for who sends the request: it may name a field.
        return found if found is None or name.startswith("next_step") else checked(found)

    def checked(found):
        assert not RAW.search(found), found
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording._Params, "__missing__", missing)
        patch.setattr(wording.Wording, "sentence", sentence)
        patch.setattr(wording.Wording, "part", part)
        yield


@pytest.fixture(scope="session")
def runtime(book):
    """Give a runtime whose facts are read already."""
    return FakeRuntime(book)
