"""What must hold of drug plans and of the payment plan, whatever the claims."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.benefits import VisitClaim, adjudicate
from estimator.benefits.payment_plan import bills
from estimator.model.codes import Benefit, Category
from estimator.model.levels import Level
from estimator.model.part_d import PartDPlan
from estimator.part_d_rules import StandardBenefit
from tests.estimator.orders import line

MANY = settings(max_examples=100, derandomize=True)
costs = st.integers(0, 3_000_000)
days_of_year = st.integers(0, 364)


def claims_of(year, fills):
    found = []
    for day, cost in fills:
        drug = line(None, Category.DRUG)._replace(allowed=cost, benefit=Benefit.PART_D)
        found.append(VisitClaim(date(year, 1, 1) + timedelta(days=day), (drug,), cost))
    return found


@MANY
@given(year=st.integers(2023, 2027), fills=st.lists(st.tuples(days_of_year, costs), min_size=1, max_size=8))
def test_every_claim_of_a_drug_plan_is_borne_to_the_cent_and_a_cap_holds(book, year, fills):
    benefit = StandardBenefit(book, PartDPlan(), [date(year, 1, 1)])

    found = adjudicate(claims_of(year, fills), terms=benefit.terms(None, opening_on=None, history_until=None))

    for visit in found.visits:
        for drug, share in zip(visit.claim.lines, visit.shares, strict=True):
            assert drug.allowed == share.plan_paid + share.patient_cost
            assert 0 <= share.patient_share <= drug.allowed
    cap = benefit.cap(year)
    assert (cap is None) == (year < 2025)
    if cap is not None:
        assert found.patient_cost <= cap


@MANY
@given(
    year=st.integers(2023, 2024),
    parts=st.lists(st.integers(1, 900_000), min_size=2, max_size=6),
    level=st.sampled_from(list(Level)),
)
def test_one_claim_costs_what_its_parts_cost_but_for_a_cent_each(book, year, parts, level):
    benefit = StandardBenefit(book, PartDPlan(), [date(year, 1, 1)])
    terms = benefit.terms(None, level, opening_on=None, history_until=None)

    whole = adjudicate(claims_of(year, [(0, sum(parts))]), terms=terms)
    parted = adjudicate(claims_of(year, list(enumerate(parts))), terms=terms)

    assert abs(whole.patient_cost - parted.patient_cost) <= len(parts)


@MANY
@given(
    fills=st.lists(st.tuples(days_of_year, st.integers(0, 300_000)), min_size=1, max_size=12),
    joined=days_of_year,
    cap=st.integers(0, 400_000),
)
def test_the_bills_of_a_year_are_exactly_what_was_incurred_after_joining(fills, joined, cap):
    first = date(2026, 1, 1)
    opted_in_on = first + timedelta(days=joined)
    incurred = [(first + timedelta(days=day), cost) for day, cost in fills]

    found = bills(incurred, opted_in_on=opted_in_on, cap_of=lambda _year: cap)

    assert sum(bill.amount for bill in found) == sum(cost for on, cost in incurred if on >= opted_in_on)
    assert len(found) == 12 - opted_in_on.month + 1
    assert all(bill.amount >= 0 for bill in found)
