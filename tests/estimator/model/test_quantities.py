"""Weights, milligrams and how they are written."""

from decimal import Decimal

import pytest

from estimator.model import quantities
from estimator.model.quantities import DoseUnit
from tests.estimator.orders import weight


@pytest.mark.parametrize(
    ("value", "unit", "kg"),
    [("70", "kg", "70"), ("154", "lb", "69.85322498"), ("1", "lb", "0.45359237"), ("154.5", "lb", "70.080021165")],
)
def test_a_weight_in_kilograms_is_exact(value, unit, kg):
    assert weight(value, unit).kg == Decimal(kg)


@pytest.mark.parametrize(
    ("exact", "mg"), [("27941.289992", 27941), ("500.5", 501), ("500.4999", 500), ("0.5", 1), ("0", 0)]
)
def test_milligrams_become_whole_half_up(exact, mg):
    assert quantities.whole_milligrams(Decimal(exact)) == mg


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"), [(7, 2, 4), (8, 2, 4), (0, 5, 0), (1, 500, 1), (-1, 2, 0)]
)
def test_division_rounds_up(dividend, divisor, expected):
    assert quantities.ceil_div(dividend, divisor) == expected


@pytest.mark.parametrize(
    ("mg", "text"), [(2500, "2.5"), (40000, "40"), (3300, "3.3"), (1, "0.001"), (1010, "1.01"), (0, "0")]
)
def test_grams_are_written_without_trailing_zeros(mg, text):
    assert quantities.grams_text(mg) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("70.50", "70.5"), ("70", "70"), ("100", "100"), ("1E+3", "1000"), ("0.0040", "0.004"), ("5.0", "5")],
)
def test_numbers_are_written_plainly(number, text):
    assert quantities.plain(Decimal(number)) == text


def test_which_doses_depend_on_weight():
    assert [unit for unit in DoseUnit if unit.is_per_kg] == [DoseUnit.G_PER_KG, DoseUnit.MG_PER_KG]
