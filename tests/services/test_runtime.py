import gc
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from estimator.errors import BadFact
from services import runtime as runtime_module
from services.config import Config
from services.runtime import Runtime


@pytest.fixture
def config(folder, database_url):
    return Config(database_url=database_url, seed_folder=folder.path)


@pytest.fixture
def runtime(config):
    runtime = Runtime.open(config)
    yield runtime
    runtime.close()


@pytest.fixture
def builds(monkeypatch):
    """Count how often a book is built."""
    counted = []
    build = runtime_module.build

    def counting(*records, version):
        counted.append(version)
        return build(*records, version=version)

    monkeypatch.setattr(runtime_module, "build", counting)
    return counted


def wait(runtime):
    runtime._starter.join(timeout=20)


def test_opening_reads_nothing(runtime):
    assert not runtime.ready
    assert "engine" not in vars(runtime.database)


def test_the_book_is_built_once_however_many_ask(runtime, builds):
    books = []
    threads = [threading.Thread(target=lambda: books.append(runtime.book)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(builds) == 1
    assert len({id(book) for book in books}) == 1


def test_the_book_shows_sixteen_digits_of_the_version(runtime):
    assert len(runtime.book.version) == 16


def test_a_second_runtime_finds_the_database_filled(runtime, config, folder):
    version = runtime.book.version
    folder.replace("medicare.yaml", '"123.00"', '"124.00"')
    second = Runtime.open(config)

    assert second.book.version == version
    second.close()


def test_start_makes_it_ready_in_the_background(runtime):
    runtime.start()
    wait(runtime)

    assert runtime.ready


def test_a_worker_that_is_ready_leaves_the_book_out_of_searches_for_garbage(runtime):
    gc.unfreeze()

    runtime.start()
    wait(runtime)

    assert gc.get_freeze_count() > 0
    assert not any(held is runtime.book for held in gc.get_objects())


def test_starting_again_does_nothing(runtime, builds):
    runtime.start()
    runtime.start()
    wait(runtime)
    runtime.start()

    assert len(builds) == 1


def test_a_failed_start_is_logged_and_tried_again_later(runtime, folder, caplog, monkeypatch):
    folder.replace("medicare.yaml", "basis: read", "basis: guessed")
    runtime.start()
    wait(runtime)
    first_try = runtime._starter
    runtime.start()
    assert runtime._starter is first_try
    assert not runtime.ready
    assert "medicare.yaml, entry 1 (part_b_deductible): basis must be" in caplog.text

    folder.replace("medicare.yaml", "basis: guessed", "basis: read")
    monkeypatch.setattr(runtime, "_retry_at", 0.0)
    runtime.start()
    wait(runtime)

    assert runtime.ready


def test_asking_for_the_book_raises_what_is_wrong(runtime, folder):
    folder.replace("medicare.yaml", "basis: read", "basis: guessed")

    with pytest.raises(BadFact):
        _ = runtime.book

    assert not runtime.ready


def test_texts_come_from_the_seed_folder(runtime, folder):
    folder.write("texts/en/errors.yaml", "bad: Bad.")

    assert runtime.texts == {"en": {"bad": "Bad."}}


def test_today_is_the_day_where_the_organization_is(config):
    east, west = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
    days = [Runtime.open(Config(time_zone=zone)).today() for zone in (east, west)]

    assert days[0] - days[1] >= timedelta(days=1)
    assert abs(Runtime.open(config).today() - datetime.now(ZoneInfo("America/New_York")).date()) <= timedelta(days=1)
    assert all(type(day) is date for day in days)
