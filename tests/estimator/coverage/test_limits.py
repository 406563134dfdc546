"""Limits of policies: parts of a unit, and of an interval, count as whole ones."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from estimator.coverage.limits import courses_within, read_limits
from estimator.reference.policy_limits import AmountLimit


@pytest.mark.parametrize(
    ("days", "interval", "courses"),
    [(21, "14", 2), (21, "21", 1), (28, "21", 2), (28, "7", 4), (21, "28", 1), (21, None, 1)],
)
def test_every_course_that_begins_within_the_days_counts(days, interval, courses):
    """On day 0 and day 14 of 21: two."""
    assert courses_within(days, None if interval is None else Decimal(interval)) == courses


@pytest.mark.parametrize(
    ("mg", "units", "is_over"), [("92000", 184, False), ("92001", 185, True), ("92400", 185, True)]
)
def test_a_part_of_a_unit_is_a_unit(mg, units, is_over):
    """92.4 g, 1.32 g/kg at 70 kg, are 184.8 units of 500 mg: 185 are billed, and 184 are taken."""
    limit = AmountLimit(
        indications=frozenset(), products=frozenset(), mg=Decimal(92000), units=184, per_days=21, phase=None
    )
    policy = SimpleNamespace(unit_limits=(limit,), vial_limits=(), weight_behind_kg=None)
    order = SimpleNamespace(
        indication="pi", product_id="privigen", repeats=True, mg_per_course=Decimal(mg), interval_days=Decimal(28),
        mg_per_kg=None,
    )  # fmt: skip

    (found,) = read_limits(policy, (), order, phase="initial", holds=lambda _test: None, book=None)

    assert (found.given, found.is_over) == (units, is_over)
