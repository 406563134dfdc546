"""Unknown is not none: what a plan design knows of itself."""

import pytest

from estimator.model.money import Cents
from estimator.model.plan import NO_LIMIT, CostShareRule, FamilyRule, Limit
from tests.estimator.orders import plan


@pytest.mark.parametrize(
    ("limit", "is_known"),
    [
        (Limit(None), False),
        (Limit(Cents(0)), True),
        (Limit(NO_LIMIT), True),
        (Limit(None, Cents(3000_00)), False),
        (Limit(None, Cents(3000_00), FamilyRule.AGGREGATE), True),
    ],
)
def test_zero_and_no_limit_are_known(limit, is_known):
    assert limit.is_known is is_known


@pytest.mark.parametrize(
    ("own", "is_complete"),
    [
        (plan("1500", "6000"), True),
        (plan("0", "none", "0"), True),
        (plan(None, "6000"), False),
        (plan("1500", None), False),
        (plan("1500", "6000", share=None), False),
    ],
)
def test_a_plan_is_complete_when_every_number_is_known(own, is_complete):
    assert own.is_complete is is_complete


@pytest.mark.parametrize(
    ("rule", "is_plain"),
    [
        (CostShareRule(20_000), True),
        (CostShareRule(20_000, Cents(30_00)), False),
        (CostShareRule(20_000, minimum=Cents(0)), False),
        (CostShareRule(20_000, maximum=Cents(250_00)), False),
    ],
)
def test_a_rule_is_plain_when_it_is_a_percentage_and_nothing_else(rule, is_plain):
    assert rule.is_plain is is_plain
