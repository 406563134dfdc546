"""Log lines are JSON objects."""

import json
import logging
import sys

import pytest

from web.logs import JsonLines, configure


def record(**extra):
    return logging.makeLogRecord({"name": "igcost.requests", "levelname": "INFO", "msg": "request", **extra})


def test_a_line_holds_the_event_and_what_stands_beside_it():
    line = json.loads(JsonLines().format(record(route="/v1/products/<product_id>", status=200)))

    assert (line["event"], line["level"], line["logger"]) == ("request", "info", "igcost.requests")
    assert (line["route"], line["status"]) == ("/v1/products/<product_id>", 200)
    assert set(line) == {"at", "level", "logger", "event", "route", "status"}


def test_an_exception_is_written_into_the_same_line():
    try:
        int("x")
    except ValueError:
        written = JsonLines().format(record(exc_info=sys.exc_info()))

    assert "ValueError" in json.loads(written)["exception"]
    assert "\n" not in written


@pytest.fixture
def root():
    """Give the root logger, and put it back as it was."""
    found = logging.getLogger()
    handlers, level = found.handlers[:], found.level
    yield found
    found.handlers[:] = handlers
    found.setLevel(level)


def test_everything_from_a_level_up_is_written(root, capsys):
    configure("WARNING")

    logging.getLogger("somewhere").info("not this")
    logging.getLogger("somewhere").warning("this")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["this"]
