"""A database filled by an older program: the process says what is missing, and `flask seed` mends it."""

import pytest

from app import create_app
from estimator.errors import BadFact
from services import reference
from services.config import Config
from services.runtime import FactsOutdated, Runtime, TablesOutdated
from storage import migrate
from tests.web.test_http import FakeRuntime, make_app
from web.current import EXTENSION

FLAGS = """\
kind: coverage_flag
defaults: {unit: null, effective_from: 2098-01-01, effective_to: null, recheck_after: 2100-01-01, source: cms-2099,
           basis: read, locator: list}
records:
  - {key: OLD, value: {severity: advisory, owner: biller, when: always}}
"""
TEXTS = 'flags:\n  OLD: {message: "a", next_step: "b", plain: "c"}\n'
NEW_TEXT = '  NEW: {message: "d", next_step: "e", plain: "f"}\n'
NEW_FLAG = "  - {key: NEW, value: {severity: advisory, owner: biller, when: always}}\n"


@pytest.fixture
def config(folder, database_url):
    folder.write("coverage_flags.yaml", FLAGS)
    folder.write("texts/en.yaml", TEXTS)
    config = Config(database_url=database_url, seed_folder=folder.path, log_level="ERROR")
    filled = Runtime.open(config)
    assert set(filled.book.flags) == {"OLD"}
    filled.close()
    # A newer program raises one flag more, and brings its record and its sentence in the seed folder.
    folder.write("coverage_flags.yaml", FLAGS + NEW_FLAG)
    folder.write("texts/en.yaml", TEXTS + NEW_TEXT)
    return config


def test_facts_that_lack_a_flag_are_not_served(config):
    runtime = Runtime.open(config)

    with pytest.raises(FactsOutdated, match="lack NEW; run `flask seed`"):
        _ = runtime.book

    runtime.close()


def test_a_record_in_an_older_form_is_mended_by_the_seed_files_too(folder, database_url):
    folder.write("coverage_flags.yaml", FLAGS.replace("severity: advisory, ", ""))
    folder.write("texts/en.yaml", TEXTS)
    config = Config(database_url=database_url, seed_folder=folder.path, log_level="ERROR")
    with pytest.MonkeyPatch.context() as older_program:
        older_program.setattr("estimator.reference.kinds.flag_kind", lambda fact: fact)
        older = Runtime.open(config)
        assert set(older.book.flags) == {"OLD"}
        older.close()

    same_files = Runtime.open(config)
    with pytest.raises(BadFact):  # nothing that `flask seed` could mend
        _ = same_files.book
    same_files.close()
    folder.write("coverage_flags.yaml", FLAGS)
    newer_files = Runtime.open(config)
    with pytest.raises(FactsOutdated, match=r"coverage_flag:OLD.*run `flask seed`"):
        _ = newer_files.book

    reference.seed(newer_files)
    assert set(newer_files.book.flags) == {"OLD"}
    newer_files.close()


def test_the_process_stays_up_says_what_is_missing_and_recovers_once_seeded(config):
    app = create_app(config)
    runtime = app.extensions[EXTENSION]
    runtime.start()
    runtime._starter.join(timeout=20)
    client = app.test_client()

    before = [client.get(path) for path in ("/ready", "/v1/products")]
    reference.seed(runtime)
    runtime._retry_at = 0.0
    runtime.start()
    runtime._starter.join(timeout=20)

    assert {(answer.status_code, answer.get_json()["code"]) for answer in before} == {(503, "facts_outdated")}
    assert "Retry-After" in before[0].headers
    assert (client.get("/live").status_code, client.get("/ready").status_code) == (200, 200)
    runtime.close()


def test_the_answer_names_what_is_missing_in_both_languages():
    runtime = FakeRuntime(ready=False)
    runtime.has_failed, runtime.lacks = True, ("ONE_FLAG", "OTHER_FLAG")
    client = make_app(runtime).test_client()

    for language in ("en", "es"):
        detail = client.get("/ready", headers={"Accept-Language": language}).get_json()["detail"]
        assert "ONE_FLAG, OTHER_FLAG" in detail
        assert "flask seed" in detail


def test_a_running_process_does_not_take_up_facts_that_it_cannot_use(config, folder):
    reference.seed(seeding := Runtime.open(config))
    runtime = Runtime.open(config)
    book = runtime.book
    folder.write("coverage_flags.yaml", FLAGS)
    reference.seed(seeding)

    with pytest.raises(FactsOutdated):
        runtime.refresh()

    assert (runtime.book, runtime.refresh()) == (book, False)
    runtime.close()
    seeding.close()


def test_newer_seed_files_are_noticed_until_they_are_brought_in(folder, database_url):
    config = Config(database_url=database_url, seed_folder=folder.path)
    first = Runtime.open(config)
    _ = first.book
    assert not first.seed_is_newer
    first.close()

    folder.replace("medicare.yaml", '"123.00"', '"124.00"')
    second = Runtime.open(config)
    version = second.book.version
    assert second.seed_is_newer
    reference.seed(second)
    assert second.refresh()
    assert (second.seed_is_newer, second.book.version == version) == (False, False)
    second.close()


def test_a_database_whose_migrations_have_not_run_says_so_until_they_have(folder, database_url):
    config = Config(database_url=database_url, seed_folder=folder.path, log_level="ERROR")
    filled = Runtime.open(config)
    _ = filled.book
    with filled.database.begin() as connection:
        migrate.downgrade(connection, "0003")
    app = create_app(config)
    runtime = app.extensions[EXTENSION]
    client = app.test_client()
    runtime.start()
    runtime._starter.join(timeout=20)

    assert (client.get("/ready").status_code, client.get("/ready").get_json()["code"]) == (503, "database_outdated")
    with pytest.raises(TablesOutdated, match="flask db upgrade"):
        reference.seed(runtime)
    with runtime.database.begin() as connection:
        migrate.upgrade(connection)
    reference.seed(runtime)
    runtime._retry_at = 0.0
    runtime.start()
    runtime._starter.join(timeout=20)
    assert client.get("/ready").status_code == 200
    runtime.close()
    filled.close()
