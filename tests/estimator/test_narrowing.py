"""Which answer would narrow the range most."""

from datetime import date
from decimal import Decimal

import pytest

from estimator import narrowing, pipeline, runs
from estimator.model.codes import Payer, Site
from estimator.model.order import PriceOverrides
from estimator.model.plan import Balances
from tests.estimator.orders import cents, dose, every, order, plan

OFFICE = Site.PHYSICIAN_OFFICE
CIDP = {"diagnosis": "G61.81", "dose": dose("1 g/kg"), "days_per_course": 1, "infusion_minutes": 180}
NAMED = CIDP | {"product": "gamunex-c"}
PRICED = {"price": PriceOverrides(Decimal("61.35"), None, cents("310"))}
NOTHING_MET = Balances(as_of=date(2026, 11, 20), deductible_met=0, out_of_pocket_met=0)


def estimate(book, **parts):
    parts = {"courses": 1, "start_on": date(2026, 12, 1)} | parts
    return pipeline.estimate(order(**parts), book=book)


def axes(book, **parts):
    """Give the open answers with how far each moves the cost, most first."""
    return {pointer: effect.high - effect.low for pointer, effect in estimate(book, **parts).effects}


def test_where_nothing_is_open_nothing_narrows(book):
    found = estimate(book, **NAMED, **PRICED, site_of_care=OFFICE, plan=plan("1500", "6000"), balances=NOTHING_MET)

    assert (found.narrow_with, found.effects) == ((), ())


def test_only_balances_are_open(book):
    # One visit at 8,899.00: with nothing met 2,979.80, with all met nothing.
    found = axes(book, **NAMED, **PRICED, site_of_care=OFFICE, plan=plan("1500", "6000"))

    assert found == {"coverage.balances": 2979_80}


def test_only_the_price_is_open(book):
    # Fourth quarter of 2026: 140 units at 106 to 130 % of 48.022, 7,126.46 to 8,740.00 (8,740.004); 20 % of the
    # difference of 1,613.54 is 322.71. The visit's price is given.
    price = PriceOverrides(administration_allowed_per_visit=cents("310"))
    found = axes(book, **NAMED, price=price, site_of_care=OFFICE, plan=plan(), balances=NOTHING_MET)

    assert found == {"price.drug_allowed_per_unit": 322_71}


def test_the_answer_that_moves_the_cost_most_comes_first(book):
    found = axes(book, **CIDP)

    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(found.values())


def test_without_a_plan_its_maximum_is_asked_for(book):
    assert estimate(book, **NAMED, **PRICED, site_of_care=OFFICE).narrow_with[0] == "coverage.plan.out_of_pocket_max"


@pytest.mark.parametrize(
    ("left_out", "pointer"),
    [
        ({"product": None}, "therapy.product"),
        ({"site_of_care": None}, "site_of_care"),
        ({"infusion_minutes": None}, "therapy.infusion_minutes"),
    ],
)
def test_what_was_left_open_and_moves_the_cost_is_asked_for(left_out, pointer, book):
    whole = NAMED | {"site_of_care": OFFICE, "payer": Payer.MEDICARE, "balances": NOTHING_MET}

    found = estimate(book, **(whole | left_out))

    assert pointer in found.narrow_with


def test_an_open_dose_is_asked_for(book):
    # Panzyga's label says 1 to 2 g/kg.
    found = estimate(
        book,
        diagnosis="G61.81",
        product="panzyga",
        infusion_minutes=180,
        payer=Payer.MEDICARE,
        site_of_care=OFFICE,
        balances=NOTHING_MET,
    )

    assert found.narrow_with[0] == "therapy.dose"


def test_a_deductible_not_published_yet_is_asked_for(book):
    found = estimate(
        book,
        **NAMED,
        **PRICED,
        payer=Payer.MEDICARE,
        site_of_care=OFFICE,
        interval=every("21 day"),
        start_on=date(2027, 1, 5),
    )

    # 312 - 283, less the 20 % that would be owed of it all the same: 23.20.
    effect = dict(found.effects)["coverage.plan.deductible"]
    assert effect.high - effect.low == 23_20


def test_where_no_cost_can_be_worked_out_the_plan_is_asked_for(book):
    found = estimate(book, **NAMED, **PRICED, payer=Payer.UNKNOWN, site_of_care=OFFICE)

    assert found.narrow_with == ("coverage.plan",)


def test_where_a_price_is_missing_the_price_is_asked_for(book):
    drug = PriceOverrides(drug_allowed_per_unit=Decimal(60))
    found = estimate(book, **NAMED, site_of_care=Site.HOME, plan=plan("1500", "6000"), balances=NOTHING_MET, price=drug)

    assert "price.administration_allowed_per_visit" in found.narrow_with


def test_each_effect_is_of_that_answer_alone(book):
    request = order(
        **NAMED, **PRICED, courses=1, start_on=date(2026, 12, 1), site_of_care=OFFICE, plan=plan("1500", "6000")
    )
    _, _, courses = pipeline.begin(request, book=book)
    high = runs.run(courses[0], runs.ALL_HIGH)

    ranked = narrowing.rank(courses, high)

    assert [(axis.pointer, axis.effect.low, axis.effect.expected, axis.effect.high) for axis in ranked] == [
        ("coverage.balances", 0, None, 2979_80)
    ]
