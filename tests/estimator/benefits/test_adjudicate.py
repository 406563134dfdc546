"""A year of days in date order → shares, running balances and plan years."""

from datetime import date

import pytest

from estimator.benefits import VisitClaim, adjudicate, plan_terms
from estimator.model.claims import LedgerState
from estimator.model.plan import Balances
from tests.estimator.orders import cents, dollars, line, plan

JANUARY = date(2027, 1, 5)


def visit(on, allowed="1000.00", member="self"):
    lines = (line(allowed),)
    return VisitClaim(on, lines, cents(allowed), member)


def terms(own=None, balances=None, *, opening_on=None, history_until=None):
    return plan_terms(own or plan("1000", "1500"), balances, opening_on=opening_on, history_until=history_until)


def costs(found):
    return [dollars(visit.patient_cost) for visit in found.visits]


def test_days_are_taken_by_date_whatever_order_they_come_in():
    claims = [visit(JANUARY.replace(day=day)) for day in (26, 5, 15)]

    found = adjudicate(claims, terms=terms())

    assert [item.claim.service_on.day for item in found.visits] == [5, 15, 26]
    assert costs(found) == ["1000.00", "200.00", "200.00"]


def test_a_total_is_the_sum_of_its_visits():
    found = adjudicate([visit(JANUARY.replace(day=day)) for day in (5, 15, 26)], terms=terms())

    assert (dollars(found.patient_cost), dollars(found.plan_paid), dollars(found.allowed)) == (
        "1400.00",
        "1600.00",
        "3000.00",
    )


def test_a_visit_without_a_price_leaves_later_shares_of_its_year_unknown():
    unknown = VisitClaim(date(2027, 2, 1), (line(None),), None)
    claims = [visit(JANUARY), unknown, visit(date(2027, 3, 1)), visit(date(2028, 1, 5))]

    found = adjudicate(claims, terms=terms())

    # The first is known; the one in between is not, and so not what it took of the deductible; 2028 starts anew.
    assert costs(found) == ["1000.00", None, None, "1000.00"]
    assert [dollars(year.patient_cost) for year in found.years] == [None, "1000.00"]
    assert (found.patient_cost, found.plan_paid, found.allowed) == (None, None, None)
    assert [item.is_unknown for item in found.visits] == [False, True, True, False]
    assert [year.is_unknown for year in found.years] == [True, False]


def test_what_is_allowed_is_known_although_a_share_is_not():
    found = adjudicate([visit(JANUARY), visit(date(2027, 2, 1))], terms=terms())

    assert dollars(found.allowed) == "2000.00"


def test_history_is_neither_shared_out_nor_added():
    balances = Balances(as_of=date(2027, 1, 20), deductible_met=cents("700"), out_of_pocket_met=cents("700"))
    given = terms(balances=balances, opening_on=date(2027, 1, 20), history_until=date(2027, 1, 20))

    found = adjudicate([visit(JANUARY), visit(date(2027, 1, 20)), visit(date(2027, 1, 21))], terms=given)

    assert [item.is_history for item in found.visits] == [True, True, False]
    # 300 left + 20 % of 700.
    assert costs(found) == [None, None, "440.00"]
    assert (dollars(found.patient_cost), dollars(found.allowed)) == ("440.00", "1000.00")


def test_the_ledger_runs_from_visit_to_visit():
    found = adjudicate([visit(JANUARY), visit(date(2027, 2, 1)), visit(date(2027, 3, 1), "9000.00")], terms=terms())

    met = [
        (dollars(item.balances_after.deductible_met), dollars(item.balances_after.out_of_pocket_met))
        for item in found.visits
    ]
    assert met == [("1000.00", "1000.00"), ("1000.00", "1200.00"), ("1000.00", "1500.00")]
    assert found.years[0].limit_reached_on == date(2027, 3, 1)


def test_each_plan_year_has_a_ledger_of_its_own():
    found = adjudicate([visit(date(2027, 12, 31), "9000.00"), visit(date(2028, 1, 1))], terms=terms())

    assert [(year.period.first_day, dollars(year.patient_cost), year.limit_reached_on) for year in found.years] == [
        (date(2027, 1, 1), "1500.00", date(2027, 12, 31)),
        (date(2028, 1, 1), "1000.00", None),
    ]


def test_members_keep_their_own_deductibles():
    claims = [visit(JANUARY), visit(date(2027, 1, 6), member="spouse"), visit(date(2027, 1, 7))]

    found = adjudicate(claims, terms=terms(plan("1000", "none")))

    assert costs(found) == ["1000.00", "1000.00", "200.00"]


def test_days_already_shared_out_are_remembered_and_change_nothing():
    lines = (line("1000.00"),)
    claims = [VisitClaim(JANUARY.replace(day=day), lines, cents("1000.00")) for day in (5, 12, 19, 26)]
    given, memo = terms(), {}

    first = adjudicate(claims, terms=given, memo=memo)
    again = adjudicate(claims, terms=given, memo=memo)
    fresh = adjudicate(claims, terms=given)

    assert memo
    assert first == again == fresh


@pytest.mark.parametrize("claims", [[], [VisitClaim(JANUARY, (), cents("0.00"))]])
def test_nothing_to_share_costs_nothing(claims):
    found = adjudicate(claims, terms=terms())

    assert (found.patient_cost, found.plan_paid, found.allowed) == (0, 0, 0)


def test_the_limit_met_before_is_reached_on_the_balances_day():
    balances = Balances(as_of=date(2027, 1, 1), out_of_pocket_met=cents("1500"), deductible_met=cents("1000"))
    given = terms(balances=balances, opening_on=date(2027, 1, 1), history_until=date(2027, 1, 1))

    found = adjudicate([visit(JANUARY)], terms=given)

    assert (costs(found), found.years[0].limit_reached_on) == (["0.00"], date(2027, 1, 1))
    assert found.years[0].balances_after == LedgerState(cents("1000"), cents("1500"), cents("1000"), cents("1500"))
