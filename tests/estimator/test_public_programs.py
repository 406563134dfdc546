"""TRICARE, the VA and Medicaid as payer: bounded by their rules; an income against the poverty guideline."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from estimator import pipeline, poverty, public_programs
from estimator.model.codes import Payer, Site
from estimator.model.order import Household
from estimator.model.plan import Balances, Limit
from tests.estimator.orders import cents, dollars, order, patient, plan
from tests.estimator.test_pipeline import NAMED

OFFICE = Site.PHYSICIAN_OFFICE


def estimate(book, payer, *, size=None, income=None, state=None, **more):
    who = replace(
        patient(70),
        household=None if income is None else Household(size, cents(income)),
        residence_state=state,
    )
    parts = {"courses": 1, "start_on": date(2026, 2, 10)} | NAMED
    return pipeline.estimate(order(**parts, payer=payer, site_of_care=OFFICE, who=who, **more), book=book)


def costs(found):
    runs = (found.low, found.expected, found.high)
    return tuple(None if run is None else dollars(run.adjudication.patient_cost) for run in runs)


def codes(found):
    return {item.code for item in found.assumptions}


def test_tricare_ranges_up_to_the_highest_cap_and_the_va_up_to_a_visit(book):
    assert costs(estimate(book, Payer.TRICARE)) == ("0.00", None, "4635.00")
    assert costs(estimate(book, Payer.VA)) == ("0.00", None, "50.00")


def test_tricare_s_cap_of_a_year_not_published_may_have_risen(book):
    found = public_programs.hardest(Payer.TRICARE, patient(70), date(2027, 3, 1), book)

    # 4,635 in 2026 after 4,509: the greatest rise on file, 4,635 * 4,635 / 4,509 = 4,764.5.
    assert found.plan.out_of_pocket_max.individual == cents("4765.00")


@pytest.mark.parametrize(
    ("size", "income", "high", "working"),
    [
        (2, "48000.00", "600.00", "221 % of 21,640: 20 % of 6,980.54, held to a quarter of 5 % of 48,000"),
        (8, "60000.00", "698.05", "107 % of 55,720: 10 % of each line; a quarter of 5 % is 750.00"),
        (2, "30000.00", "375.00", "138 %: 10 % is 698.05, a quarter of 5 % of 30,000 is 375.00"),
        (1, "12000.00", "150.00", "75 %: no more than a quarter of 600.00"),
        (None, None, "1396.11", "1,374.13 + 13.43 + 8.55: 20 % of each line; the limit by income has no figure"),
    ],
)
def test_medicaid_asks_no_more_than_its_bands_and_five_percent_of_income(book, size, income, high, working):
    found = estimate(book, Payer.MEDICAID, size=size, income=income)

    assert costs(found) == ("0.00", None, high), working
    assert found.coverage_is_uncapped is False
    assert found.narrow_with[:1] == (("patient.household",) if income is None else ("coverage.plan",))
    assert ("medicaid_nominal" in codes(found)) == (income == "12000.00")
    assert "NO_OUT_OF_POCKET_MAXIMUM" not in {flag.code for flag in found.coverage.settled_flags}


def test_a_medicaid_plan_is_held_to_the_limit_by_income(book):
    # 20 % of 6,980.54 is 1,396.11; 5 % of 12,000 dollars is 600.00 a year and 150.00 a quarter.
    own = plan(year_starts_on=date(2026, 1, 1))
    more = {"plan": own, "balances": Balances(date(2026, 1, 31), cents("0"), out_of_pocket_met=cents("0"))}

    limited = estimate(book, Payer.MEDICAID, size=1, income="12000.00", **more)
    unlimited = estimate(book, Payer.MEDICAID, **more)

    assert costs(limited) == ("150.00", "150.00", "150.00")
    assert "medicaid_family_limit" in codes(limited)
    assert costs(unlimited) == ("1396.11", "1396.11", "1396.11")
    assert "medicaid_family_limit_unknown" in codes(unlimited)
    assert unlimited.coverage_is_uncapped is False


@pytest.mark.parametrize(
    ("maximum", "income", "low", "high"),
    [
        # 20 % of 6,980.54 is 1,396.11; 5 % of the income is 600.00 or 5,000.00 a year, 150.00 or 1,250.00 a quarter.
        (None, "12000.00", "0.00", "150.00"),
        (None, "100000.00", "0.00", "1250.00"),
        ("100", "12000.00", "100.00", "100.00"),
        ("none", "12000.00", "150.00", "150.00"),
    ],
)
def test_a_maximum_that_was_not_said_is_bounded_by_the_income_and_stays_open(book, maximum, income, low, high):
    own = plan(year_starts_on=date(2026, 1, 1), maximum_limit=Limit(cents(maximum)))
    met = Balances(date(2026, 1, 31), cents("0"), out_of_pocket_met=cents("0"))

    found = estimate(book, Payer.MEDICAID, size=1, income=income, plan=own, balances=met)

    assert costs(found) == (low, None if maximum is None else high, high)
    assert ("plan_incomplete_within_income" in codes(found)) == (maximum is None)
    assert ("coverage.plan.out_of_pocket_max" in found.narrow_with) == (maximum is None)


@pytest.mark.parametrize(
    ("size", "income", "state", "year", "percent"),
    [
        (2, "48000.00", None, 2026, 221),  # 15,960 + 5,680 = 21,640
        (2, "48000.00", "TX", 2025, 226),  # 15,650 + 5,500 = 21,150
        (2, "48000.00", "AK", 2026, 177),  # 19,950 + 7,100 = 27,050
        (1, "18360.00", "HI", 2026, 100),
        (1, "18359.99", "HI", 2026, 99),
    ],
)
def test_an_income_in_percent_of_the_poverty_guideline(book, size, income, state, year, percent):
    found = poverty.level_of(Household(size, cents(income)), state, year, book)

    assert found.percent == percent
    assert found.is_up_to(Decimal(100)) == (percent <= 100)


def test_a_guideline_not_published_yet_is_that_of_the_year_before_and_says_so(book):
    found = poverty.level_of(Household(1, cents("15960.00")), "TX", 2027, book)

    assert (found.percent, found.is_carried_forward) == (100, True)
