"""One day's lines → shares. The figures are in ``cost_sharing.yaml``; here are the reasons and the short way."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.benefits.day import share_out_day
from estimator.benefits.terms import year_terms
from estimator.model.claims import LedgerState
from estimator.model.codes import Category
from estimator.model.money import milli_percent
from estimator.model.plan import CopayOrder, CostShareRule, Limit, Tier
from tests.estimator.orders import cents, line, plan

NOTHING = LedgerState()


def whys(lines, own, state=NOTHING):
    shares, *_ = share_out_day(lines, terms=year_terms(own), state=state)
    return [share.why for share in shares]


@pytest.mark.parametrize(
    ("own", "state", "why"),
    [
        (plan("1000", "6000"), NOTHING, ("deductible", "coinsurance")),
        (plan("9000", "9000"), NOTHING, ("deductible",)),
        (plan("0", "6000"), NOTHING, ("coinsurance",)),
        (plan("0", "100"), NOTHING, ("coinsurance", "out_of_pocket_max_reached")),
        (plan("0", "6000"), LedgerState(0, cents("6000")), ("coinsurance", "out_of_pocket_max_reached")),
        (plan("0", "6000", "0"), LedgerState(0, cents("6000")), ("out_of_pocket_max_reached",)),
        (plan("0", "6000", "0"), NOTHING, ()),
        (plan("0", "6000", share=CostShareRule(0, cents("50"))), NOTHING, ("copay",)),
        (plan("0", "40", share=CostShareRule(0, cents("50"))), NOTHING, ("copay", "out_of_pocket_max_reached")),
        (
            plan("0", "6000", share=CostShareRule(0, cents("50"))),
            LedgerState(0, cents("6000")),
            ("out_of_pocket_max_reached",),
        ),
    ],
)
def test_a_share_names_the_rules_that_made_it(own, state, why):
    assert whys([line("2000.00")], own, state) == [why]


def test_the_ledger_afterwards_holds_what_was_paid():
    _, after, _ = share_out_day(
        [line("2000.00"), line("100.00", "visit")], terms=year_terms(plan("1000", "6000")), state=NOTHING
    )

    # 1,000 + 20 % of 1,000 + 20 % of 100.
    assert after == (
        LedgerState(cents("1000"), cents("1200"), cents("1000"), cents("1200")),
        LedgerState(cents("1000"), cents("1220"), cents("1000"), cents("1220")),
    )


def test_a_line_that_costs_nothing_leaves_the_ledger_as_it_was():
    state = LedgerState(cents("10"), cents("6000"))

    _, after, _ = share_out_day([line("2000.00")], terms=year_terms(plan("10", "6000")), state=state)

    assert after == (state,)
    assert after[0] is state


def test_a_percentage_of_the_line_itself_comes_before_the_plan_s():
    shares, *_ = share_out_day([line("1000.00", percent="19.150")], terms=year_terms(plan()), state=NOTHING)

    assert shares[0].coinsurance == cents("191.50")


amounts = st.one_of(st.sampled_from([0, 1, 100_00, 1500_00]), st.integers(0, 2_000_000))
limits = st.one_of(st.sampled_from([0, 1, 1500_00, 6000_00]), st.integers(0, 1_000_000))
percents = st.sampled_from(["0", "10", "19.15", "20", "33.333", "100"])


@settings(max_examples=300, derandomize=True)
@given(
    allowed=st.lists(st.tuples(amounts, st.sampled_from(list(Category))), min_size=1, max_size=4),
    deductible=limits,
    maximum=limits,
    family=st.one_of(st.none(), limits),
    percent=percents,
    met=st.tuples(limits, limits, limits, limits),
    drugs_exempt=st.booleans(),
)
def test_the_short_way_is_the_long_way(allowed, deductible, maximum, family, percent, met, drugs_exempt):
    """The commonest design is split by a shorter routine: it must give what the general one gives."""
    own = plan(
        percent=percent,
        deductible_limit=Limit(deductible, family),
        maximum_limit=Limit(maximum, family),
        tier=Tier.FAMILY if family is not None else Tier.SELF,
        drug_deductible_applies=not drugs_exempt,
    )
    terms, state = year_terms(own), LedgerState(*met)
    lines = [line(None, category)._replace(allowed=amount) for amount, category in allowed]
    assert terms.is_plain

    short = share_out_day(lines, terms=terms, state=state)
    long = share_out_day(lines, terms=terms._replace(is_plain=False), state=state)

    assert short == long


@settings(max_examples=150, derandomize=True)
@given(
    allowed=st.lists(st.tuples(amounts, st.sampled_from(list(Category))), min_size=1, max_size=4),
    copay=st.integers(0, 200_00),
    percent=percents,
    order=st.builds(
        CopayOrder, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()
    ),
    minimum=st.one_of(st.none(), st.integers(0, 300_00)),
    maximum=st.one_of(st.none(), st.integers(300_00, 500_00)),
    met=st.tuples(limits, limits),
    ceiling=st.one_of(st.none(), st.integers(0, 2000_00)),
)
def test_no_rule_asks_more_of_a_line_than_is_allowed(allowed, copay, percent, order, minimum, maximum, met, ceiling):
    rule = CostShareRule(milli_percent(Decimal(percent)), copay, minimum=minimum, maximum=maximum)
    terms = year_terms(plan("1500", "6000", share=rule, copay=order))._replace(day_ceiling=ceiling)
    lines = [line(None, category)._replace(allowed=amount) for amount, category in allowed]

    shares, *_ = share_out_day(lines, terms=terms, state=LedgerState(*met))

    for one, share in zip(lines, shares, strict=True):
        assert 0 <= share.patient_share <= one.allowed
        assert share.plan_paid == one.allowed - share.patient_share
        asked = share.deductible + share.copay + share.coinsurance
        assert 0 <= share.ceiling_reduction <= asked <= one.allowed
        assert share.patient_share == asked - share.ceiling_reduction
    if ceiling is not None:
        assert sum(share.coinsurance for share in shares) - sum(share.ceiling_reduction for share in shares) <= ceiling
    if not order.continues_after_out_of_pocket_max and order.counts_to_out_of_pocket:
        assert sum(share.patient_share for share in shares) <= max(6000_00 - met[1], 0)
    assert sum(share.copay for share in shares) <= copay
