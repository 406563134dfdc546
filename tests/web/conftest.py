"""An application whose services answer at once, and one that reads the seed folder's facts."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from services import adjudications, claim_lines, coverage_checks, estimates, lookups, questionnaires, wording
from services.config import Config
from storage import seed_files
from web.create import register
from web.current import EXTENSION

PROJECT = Path(__file__).resolve().parent.parent.parent
TEXTS = seed_files.read_texts(PROJECT / "seed_data")


@pytest.fixture(autouse=True, scope="session")
def _no_sentence_lacks_a_parameter():
    """Make a sentence whose parameter nobody gave an error; in use it would be answered with a gap."""

    def missing(self, key):
        raise KeyError(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording._ProblemParams, "__missing__", missing)
        yield


class FakeRuntime:
    """A runtime whose facts are read already, or never."""

    texts = TEXTS
    config = Config()

    def __init__(self, book=None, *, ready=True):
        self._book = book
        self.ready = ready
        self.started = 0
        self.has_failed = False
        self.lacks = ()
        self.has_other_tables = False
        self.seed_is_newer = False

    @property
    def book(self):
        return self._book

    def pinned(self):
        return self

    def today(self):
        return date(2026, 11, 21)

    def now(self):
        return datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def start(self):
        self.started += 1


class FakeBook:
    """Just a version."""

    version = "0123456789abcdef"


def make_app(runtime):
    """Make an application on a runtime."""
    app = Flask("web")
    register(app, runtime)
    return app


@pytest.fixture
def runtime():
    """Give a runtime without facts."""
    return FakeRuntime(FakeBook())


@pytest.fixture(scope="session")
def any_app():
    """Give an application to be lent a runtime; making one describes every endpoint, which takes a while."""
    return make_app(None)


@pytest.fixture
def app(any_app, runtime, monkeypatch):
    """Give an application on that runtime."""
    monkeypatch.setitem(any_app.extensions, EXTENSION, runtime)
    return any_app


@pytest.fixture
def calls(monkeypatch):
    """Replace the computing services by ones that note the request and answer at once."""
    seen = []

    def answering(name):
        def answer(request, **options):
            seen.append((name, request, options))
            return {"service": name, "amount": "1.00"}

        return answer

    monkeypatch.setattr(estimates, "quote", answering("estimates"))
    monkeypatch.setattr(claim_lines, "bill", answering("claim_lines"))
    monkeypatch.setattr(adjudications, "adjudicate", answering("adjudications"))
    monkeypatch.setattr(coverage_checks, "check", answering("coverage_checks"))
    monkeypatch.setattr(lookups, "unknown", lambda *_args, **_options: [])
    monkeypatch.setattr(questionnaires, "questionnaire", answering("questionnaires"))
    return seen


@pytest.fixture
def client(app, calls):
    """Give a client of the application with replaced services."""
    return app.test_client()


@pytest.fixture(scope="session")
def reading_client(book):
    """Give a client of an application that reads the facts of the seed folder."""
    return make_app(FakeRuntime(book)).test_client()
