"""The calculation asks no clock: the day it is comes in as a value."""

import ast

import pytest

CLOCKS = ("date", "datetime", "time")
QUESTIONS = ("now", "today", "utcnow", "fromtimestamp", "localtime", "gmtime")


def clocks_in(tree):
    """List the lines that import ``time`` or ask ``date`` or ``datetime`` what time it is."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(name.name in ("time", "zoneinfo") for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in ("time", "zoneinfo"))
        or (isinstance(node, ast.Attribute) and node.attr in QUESTIONS and _name_of(node.value) in CLOCKS)
    ]


def _name_of(node):
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)


def test_no_clock_in_the_calculation(calculation):
    found = [f"{file}:{line}" for file, tree in calculation.items() for line in clocks_in(tree)]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "from time import perf_counter",
        "x = date.today()",
        "x = datetime.now(UTC)",
        "x = datetime.datetime.now()",
        "f = date.today",
    ],
)
def test_clocks_are_found(text):
    assert clocks_in(ast.parse(text)) == [1]


@pytest.mark.parametrize("text", ["from datetime import date", "x = request.today", "x = date(2099, 1, 1)"])
def test_days_are_left_alone(text):
    assert clocks_in(ast.parse(text)) == []
