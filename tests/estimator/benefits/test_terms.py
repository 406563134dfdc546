"""Plan designs and balances → the numbers of a plan year."""

from datetime import date

import pytest

from estimator.benefits import medicare_terms, plan_terms
from estimator.benefits.openings import opening_state
from estimator.benefits.terms import everything_up_to, nothing_owed, year_terms
from estimator.model.claims import LedgerState
from estimator.model.codes import Category
from estimator.model.money import HUNDRED_PERCENT
from estimator.model.plan import NO_LIMIT, Balances, CostShareRule, FamilyRule, Limit, Tier
from tests.estimator.orders import cents, plan

AGGREGATE = FamilyRule.AGGREGATE


@pytest.mark.parametrize(
    ("limit", "tier", "expected"),
    [
        (Limit(1000_00), Tier.SELF, (1000_00, NO_LIMIT)),
        (Limit(1000_00, 2000_00), Tier.SELF, (1000_00, NO_LIMIT)),
        (Limit(1000_00, 2000_00), Tier.FAMILY, (1000_00, 2000_00)),
        (Limit(1000_00, 2000_00, AGGREGATE), Tier.FAMILY, (NO_LIMIT, 2000_00)),
        (Limit(1000_00), Tier.FAMILY, (1000_00, NO_LIMIT)),
        (Limit(NO_LIMIT), Tier.SELF, (NO_LIMIT, NO_LIMIT)),
    ],
)
def test_a_limit_binds_the_member_or_the_family_as_its_rule_says(limit, tier, expected):
    terms = year_terms(plan(deductible_limit=limit, maximum_limit=limit, tier=tier))

    assert (terms.deductible, terms.family_deductible) == expected
    assert (terms.out_of_pocket_max, terms.family_out_of_pocket_max) == expected


def test_a_category_without_a_rule_follows_the_default():
    drug = CostShareRule(10_000)
    terms = year_terms(plan(cost_share=((Category.DRUG, drug),)))

    assert terms.rule(Category.DRUG) is drug
    assert terms.rule(Category.VISIT) is terms.default_rule


@pytest.mark.parametrize(
    ("own", "is_plain"),
    [
        (plan("1000", "6000"), True),
        (plan("1000", "6000", deductible_counts_to_out_of_pocket=False), False),
        (plan("1000", "6000", coinsurance_counts_to_out_of_pocket=False), False),
    ],
)
def test_only_a_design_where_all_counts_is_plain(own, is_plain):
    assert year_terms(own).is_plain is is_plain


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        (None, LedgerState()),
        (Balances(deductible_met=300_00, out_of_pocket_met=900_00), LedgerState(300_00, 900_00, 300_00, 900_00)),
        # 1,500 - 1,200; 6,000 - 5,100.
        (
            Balances(deductible_remaining=1200_00, out_of_pocket_remaining=5100_00),
            LedgerState(300_00, 900_00, 300_00, 900_00),
        ),
        # More remains than there is: nothing has been met.
        (Balances(deductible_remaining=9000_00, out_of_pocket_met=0), LedgerState()),
        (Balances(deductible_met=300_00), LedgerState(300_00, 300_00, 300_00, 300_00)),
        (
            Balances(
                deductible_met=0,
                family_deductible_met=1400_00,
                out_of_pocket_met=0,
                family_out_of_pocket_met=2000_00,
            ),
            LedgerState(0, 0, 1400_00, 2000_00),
        ),
    ],
)
def test_balances_become_a_ledger(balances, expected):
    assert opening_state(year_terms(plan("1500", "6000")), balances) == expected


def test_a_deductible_that_does_not_count_is_not_taken_for_the_maximum():
    terms = year_terms(plan("1500", "6000", deductible_counts_to_out_of_pocket=False))

    assert opening_state(terms, Balances(deductible_met=300_00)).out_of_pocket_met == 0


def test_what_remains_of_no_limit_says_nothing():
    assert (
        opening_state(year_terms(plan("1500", "none")), Balances(out_of_pocket_remaining=100_00)).out_of_pocket_met == 0
    )


def test_a_plan_without_a_first_day_follows_the_calendar():
    terms = plan_terms(plan(year_starts_on=None), None, opening_on=None, history_until=None)

    assert (terms.year_starts_on.month, terms.year_starts_on.day) == (1, 1)


def test_the_kindest_plan_owes_nothing_and_the_hardest_all_up_to_its_limit():
    kind, hard = year_terms(nothing_owed(None)), year_terms(everything_up_to(cents("10600"), None))

    assert (kind.deductible, kind.out_of_pocket_max, kind.default_rule.coinsurance) == (0, 0, 0)
    assert (hard.deductible, hard.out_of_pocket_max) == (10600_00, 10600_00)
    assert hard.default_rule.coinsurance == HUNDRED_PERCENT


def test_medicare_has_a_yearly_deductible_and_no_limit():
    terms = medicare_terms(
        deductible_of={2026: 283_00, 2027: 300_00}.__getitem__,
        default_coinsurance=20_000,
        balances=Balances(deductible_met=283_00),
        opening_on=date(2026, 5, 1),
        history_until=date(2026, 5, 1),
        day_ceiling_of={2026: 1736_00, 2027: None}.__getitem__,
    )
    year, following = terms.for_year(date(2026, 1, 1)), terms.for_year(date(2027, 1, 1))

    assert (year.deductible, following.deductible) == (283_00, 300_00)
    assert (year.is_capped, year.default_rule.coinsurance) == (False, 20_000)
    assert (year.day_ceiling, following.day_ceiling) == (1736_00, None)
    assert (year.is_plain, following.is_plain) == (False, True)
    assert terms.opening.deductible_met == 283_00
