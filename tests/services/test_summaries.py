"""The answer in short: what is counted, what of it lies ahead, and the sentences a patient reads first."""

from decimal import Decimal

import pytest

from tests.services import asking

EVERY_3_WEEKS = {"courses": 3, "interval": {"value": 21, "unit": "day"}}


def summary(runtime, **parts):
    return asking.estimate(runtime, **parts)["summary"]


def point(amount):
    return dict.fromkeys(("low", "expected", "high"), amount)


def test_days_before_the_day_of_asking_are_counted_but_do_not_lie_ahead(runtime):
    balances = {"balances": {"as_of": "2026-10-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}}
    found = summary(runtime, therapy=EVERY_3_WEEKS | {"start_on": "2026-10-20"}, coverage=asking.EMPLOYER | balances)

    # 20 October 2,979.80, 10 November 1,779.80, 1 December 1,240.40: asked on 21 November.
    assert (found["infusion_days"], found["history_days"]) == (3, 0)
    assert found["patient_cost"] == point("6000.00")
    assert found["ahead"] == {"infusion_days": 1, "patient_cost": point("1240.40")}
    assert found["headline"] == (
        "From October 20, 2026 to October 19, 2027, 3 infusion days may cost you $6,000.00. "
        "You should reach your plan's yearly limit on December 1, 2026; each new plan year starts from nothing. "
        "2 of these days lie before today; the 1 still ahead may cost you $1,240.40."
    )


def test_history_is_no_infusion_day_of_the_estimate(runtime):
    found = summary(runtime, therapy=EVERY_3_WEEKS | {"start_on": "2026-11-10"})

    # 10 November lies before the balances' day, 20 November.
    assert (found["infusion_days"], found["history_days"]) == (2, 1)
    assert found["ahead"]["infusion_days"] == 2
    assert found["headline"].startswith("From December 1, 2026 to November 9, 2027, 2 infusion days may cost you")


def test_a_limit_reached_before_today_leaves_only_the_next_plan_year(runtime):
    met = {"balances": {"as_of": "2026-11-20", "deductible_met": "1500", "out_of_pocket_met": "6000"}}
    found = summary(runtime, therapy=EVERY_3_WEEKS | {"start_on": "2026-12-08"}, coverage=asking.EMPLOYER | met)

    # 8 and 29 December cost nothing more; 19 January is the first of a new plan year.
    assert found["patient_cost"] == point("2979.80")
    assert found["headline"] == (
        "You have reached this plan year's limit: we expect nothing more to pay until December 31, 2026. "
        "From January 19, 2027 to December 7, 2027, 1 infusion day may cost you $2,979.80."
    )


OPEN_PRICE = {"therapy": {"courses": None, "interval": {"value": 21, "unit": "day"}}, "price": None}


@pytest.mark.parametrize(
    ("deductible", "maximum", "day", "year"),
    [("1500", "6000", "0.00", "0.00"), ("1500", "5000", "1000.00", "1000.00"), ("1500", "1500", None, "4500.00")],
)
def test_what_was_said_to_be_met_bounds_the_days_that_are_left(deductible, maximum, day, year, runtime):
    met = {"balances": {"as_of": "2026-11-20", "deductible_met": deductible, "out_of_pocket_met": maximum}}
    document = asking.estimate(runtime, **OPEN_PRICE, coverage=asking.EMPLOYER | met)
    nearest = document["summary"]["next_infusion"]["patient_cost"]["high"]

    # Of 6,000.00 the rest is left for December's two days, whatever they cost: a fifth of a day is above 1,000.00.
    assert day is None or nearest == day
    assert Decimal(nearest) <= Decimal(year)
    assert Decimal(document["years"][0]["patient_cost_bounds"]["high"]) <= Decimal(year)


def test_a_limit_that_was_met_is_said_though_prices_are_open(runtime):
    met = {"balances": {"as_of": "2026-11-20", "deductible_met": "1500", "out_of_pocket_met": "6000"}}
    found = summary(runtime, **OPEN_PRICE, coverage=asking.EMPLOYER | met)

    # The next plan year's 16 days reach its limit of 6,000.00 at any price.
    assert found["headline"] == (
        "You have reached this plan year's limit: we expect nothing more to pay until December 31, 2026. "
        "From January 12, 2027 to November 30, 2027, 16 infusion days may cost you $6,000.00."
    )


def test_one_day_is_said_in_the_singular(runtime):
    assert "1 infusion day may cost you" in summary(runtime)["headline"]
    assert "1 día de infusión puede costarle" in summary(runtime, language="es")["headline"]
    assert "1 de diciembre de 2026" in summary(runtime, language="es")["headline"]


def test_under_original_medicare_the_headline_says_what_was_not_counted(runtime):
    headline = summary(runtime, coverage=asking.MEDICARE, price=None)["headline"]

    assert "There is no yearly limit on what you may pay." in headline
    assert "such as Medigap or Medicaid, was not counted" in headline


@pytest.mark.parametrize(
    ("more", "is_supposed"),
    [({}, True), ({"benefit": "part_d"}, False), ({"plan": {"part_d": {"deductible": "615.00"}}}, False)],
)
def test_the_headline_at_home_says_that_a_drug_plan_was_supposed(more, is_supposed, runtime):
    # Part B pays immune globulin by vein at home for primary immunodeficiency alone, not for CIDP.
    coverage = {"payer": "medicare"} | more
    headline = summary(runtime, coverage=coverage, price=None, site_of_care="home")["headline"]

    assert ("without one the drug would be yours to pay" in headline) is is_supposed


@pytest.mark.parametrize(
    ("parts", "is_warned"),
    [
        ({}, False),
        ({"therapy": {"diagnosis": "G35.A"}}, True),
        ({"therapy": {"diagnosis": "G35.A"}, "coverage_check": False}, False),
    ],
)
def test_the_headline_warns_where_the_plan_may_not_pay(parts, is_warned, runtime):
    assert ("something may stand in the way" in summary(runtime, **parts)["headline"]) is is_warned


def test_who_pays_without_insurance_pays_the_cash_price(runtime):
    price = {"cash_price_per_unit": "95.00", "billed_charge_per_unit": "180.00", "billed_charge_administration": "600"}
    found = summary(runtime, coverage={"payer": "self_pay"}, price=price)

    # 140 x 95.00 + 600.00.
    assert (found["patient_cost"], found["uncapped"]) == (point("13900.00"), True)


def test_without_a_cash_price_the_charge_is_taken_and_said(runtime):
    price = {"billed_charge_per_unit": "180.00", "billed_charge_administration": "600.00"}
    document = asking.estimate(runtime, coverage={"payer": "self_pay"}, price=price)

    # 140 x 180.00 + 600.00.
    assert document["summary"]["patient_cost"] == point("25800.00")
    assert "self_pay_at_charge" in {item["code"] for item in document["assumptions"]}


def test_without_any_price_who_pays_without_insurance_is_asked_for_one(runtime):
    found = summary(runtime, coverage={"payer": "self_pay"}, price=None)

    assert found["patient_cost"] == point(None)
    assert found["narrow_with"] == ["price.cash_price_per_unit", "price.billed_charge_administration"]


def test_without_insurance_no_published_price_is_carried_forward(runtime):
    document = asking.estimate(runtime, coverage={"payer": "self_pay"}, price=None, therapy={"start_on": "2027-01-05"})

    codes = {item["code"] for item in document["assumptions"]}
    assert codes & {"service_rate_carried_forward", "payment_limit_carried_forward"} == set()
    assert "no_published_price" in codes
