"""Money and doses are whole numbers and decimals: no binary float comes near the calculation."""

import ast

import pytest


def floats_in(tree):
    """List the lines with a float literal or the name ``float``."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in ("inf", "nan", "from_float"))
    ]


def test_no_float_in_the_calculation(calculation):
    found = [f"{file}:{line}" for file, tree in calculation.items() for line in floats_in(tree)]

    assert calculation
    assert found == []


@pytest.mark.parametrize("text", ["x = 1.0", "x = float(1)", "def f(x: float): ...", "x = math.inf", "x = 1e3"])
def test_floats_are_found(text):
    assert floats_in(ast.parse(text)) == [1]


@pytest.mark.parametrize("text", ["x = 1", "x = Decimal('1.0')", "x = a // b"])
def test_exact_numbers_are_left_alone(text):
    assert floats_in(ast.parse(text)) == []
