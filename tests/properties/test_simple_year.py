"""A second, independent year of deductible, percentage and maximum, kept as a table, agrees with the calculation.

The table knows nothing of the product's code: it walks down the rows of a year as someone with a ledger book would.
"""

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from estimator.benefits import VisitClaim, adjudicate, plan_terms
from estimator.model.plan import Balances
from tests.estimator.orders import cents, dollars, line, plan

YEARS = 2_000
CENT = Decimal("0.01")


def table(rows, *, deductible, percent, maximum, deductible_met, maximum_met):
    """Work a year out row by row; a row is a day and its amounts. Gives what each day costs the patient."""
    costs = []
    year = None
    for on, amounts in rows:
        if on.year != year:
            left_to_deduct, left_to_pay = deductible, maximum
            if year is None:
                left_to_deduct = max(deductible - deductible_met, Decimal(0))
                left_to_pay = max(maximum - maximum_met, Decimal(0))
            year = on.year
        day = Decimal(0)
        for amount in amounts:
            deducted = amount if amount <= left_to_deduct else left_to_deduct
            shared = ((amount - deducted) * percent / 100).quantize(CENT, rounding=ROUND_HALF_UP)
            owed = deducted + shared
            if owed > left_to_pay:
                owed = left_to_pay
            left_to_deduct -= min(deducted, owed)
            left_to_pay -= owed
            day += owed
        costs.append(day)
    return costs


def some_money(chance, most):
    """Give an amount: often a round one, else any to the cent."""
    return (
        Decimal(chance.choice([0, 1, 50, 1500, most]))
        if chance.random() < 0.3
        else Decimal(chance.randrange(most * 100)) / 100
    )


def test_two_ways_to_work_out_a_year_agree_on_thousands_of_years():
    chance = random.Random(20261121)
    for _ in range(YEARS):
        first = date(2027, 1, 1) + timedelta(days=chance.randrange(365))
        rows = []
        for number in range(chance.randrange(1, 19)):
            on = first + timedelta(days=21 * number)
            rows.append((on, [some_money(chance, 12_000) for _ in range(chance.randrange(1, 4))]))
        deductible, maximum = some_money(chance, 5_000), some_money(chance, 9_000)
        percent = Decimal(chance.choice(["0", "10", "19.15", "20", "33.333", "100"]))
        deductible_met = min(some_money(chance, 2_000), maximum)
        maximum_met = deductible_met + some_money(chance, 2_000)
        claims = [
            VisitClaim(on, tuple(line(str(amount)) for amount in amounts), cents(str(sum(amounts))))
            for on, amounts in rows
        ]
        terms = plan_terms(
            plan(str(deductible), str(maximum), str(percent)),
            Balances(deductible_met=cents(str(deductible_met)), out_of_pocket_met=cents(str(maximum_met))),
            opening_on=first,
            history_until=None,
        )

        found = adjudicate(claims, terms=terms)

        expected = table(
            rows,
            deductible=deductible,
            percent=percent,
            maximum=maximum,
            deductible_met=deductible_met,
            maximum_met=maximum_met,
        )
        assert [dollars(visit.patient_cost) for visit in found.visits] == [
            str(cost.quantize(CENT)) for cost in expected
        ]
