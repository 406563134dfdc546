"""The figures of a notice before a service that may not be paid: those of the estimate, never a guess."""

import pytest

from tests.services import asking

CHARGES = asking.PRICE | {"billed_charge_per_unit": "100.00", "billed_charge_administration": "400.00"}
DENIED = {"diagnosis": "G35.A", "product": "privigen"}  # multiple sclerosis, which Medicare may not find necessary
FOUR = {"interval": {"value": 21, "unit": "day"}, "courses": 4}


def notice(runtime, language="en", payer="medicare", **parts):
    whole = asking.estimate(runtime, language, coverage={"payer": payer}, **parts)
    return whole["coverage_check"]["advance_notice"]


def everywhere(amount):
    return dict.fromkeys(("low", "expected", "high"), amount)


def test_the_charge_that_was_stated_is_the_cost_of_the_notice(runtime):
    found = notice(runtime, therapy=DENIED | FOUR, price=CHARGES)
    known = found["form_fields"]

    # 140 units of 500 mg at 100.00, and 400.00: 14,400.00 a day, on four days.
    assert (found["kind"], found["issued"]) == ("abn_mandatory", False)
    assert known["service_on"] == "2026-12-01"
    assert known["diagnosis"] == "G35.A"
    assert (known["estimated_cost"], known["estimated_cost_is"]) == (everywhere("14400.00"), "billed_charge")
    assert known["recurring"] == {
        "infusion_days": 4,
        "first_day": "2026-12-01",
        "last_day": "2027-02-02",
        "estimated_cost": everywhere("57600.00"),
    }
    drug = known["lines"][0]
    assert (drug["code"], drug["units"], drug["billed_amount"]) == ("J1459", 140, "14000.00")
    assert "estimated_cost" not in found["for_the_provider"]


def test_without_a_charge_the_allowed_amount_stands_in_and_says_so(runtime):
    known = notice(runtime, therapy=DENIED)["form_fields"]

    # 140 units at 61.35 and 310.00.
    assert (known["estimated_cost"], known["estimated_cost_is"]) == (everywhere("8899.00"), "allowed_amount")
    assert "may be higher" in known["estimated_cost_says"]
    assert known["lines"][0]["billed_amount"] is None


def test_who_pays_without_insurance_is_asked_the_cash_price_line_by_line(runtime):
    price = {"cash_price_per_unit": "80.00", "administration_allowed_per_visit": "310.00"}
    found = notice(runtime, payer="self_pay", therapy={"product": "privigen"} | FOUR, price=price)
    known = found["form_fields"]

    # 140 units at 80.00, and 310.00: 11,510.00 a day.
    assert (found["kind"], known["estimated_cost_is"]) == ("good_faith_estimate", "expected_charge")
    assert known["lines"][0]["allowed_range"] == everywhere("11200.00")
    assert known["estimated_cost"] == everywhere("11510.00")
    assert known["recurring"]["estimated_cost"] == everywhere("46040.00")


def test_a_price_that_nobody_said_leaves_the_cost_to_the_provider(runtime):
    found = notice(runtime, payer="self_pay", price={})

    assert found["form_fields"]["estimated_cost"] is None
    assert found["form_fields"]["estimated_cost_is"] is None
    assert found["form_fields"]["lines"][0]["units"] == 140
    assert "estimated_cost" in found["for_the_provider"]


def test_days_gone_by_need_no_notice_any_more(runtime):
    therapy = DENIED | {"start_on": "2026-11-09", "interval": {"value": 21, "unit": "day"}, "courses": 2}
    known = notice(runtime, therapy=therapy, price=CHARGES)["form_fields"]

    assert known["service_on"] == "2026-11-30"
    assert known["recurring"]["infusion_days"] == 1
    past = notice(runtime, therapy=DENIED | {"start_on": "2026-11-09"}, price=CHARGES)["form_fields"]
    assert (past["service_on"], past["estimated_cost"], past["lines"]) == (None, None, [])


def test_a_check_without_prices_knows_no_cost(runtime):
    body = {"as_of": "2026-11-21", "therapy": {"diagnosis": "G35.A", "route": "iv"}, "coverage": {"payer": "self_pay"}}
    found = asking.checked(runtime, body)["advance_notice"]

    assert found["form_fields"]["estimated_cost"] is None
    assert "estimated_cost" in found["for_the_provider"]


def test_each_coverage_has_a_notice_of_its_own_days(runtime):
    periods = [
        {"first_day": "2026-01-01", "last_day": "2026-12-31", "coverage": {"payer": "medicare"}},
        {"first_day": "2027-01-01", "coverage": {"payer": "self_pay"}},
    ]
    whole = asking.estimate(runtime, therapy=DENIED | FOUR, price=CHARGES, coverage=None, coverage_periods=periods)
    first, second = (part["advance_notice"] for part in whole["coverage_check"]["periods"])

    assert (first["kind"], first["form_fields"]["recurring"]["infusion_days"]) == ("abn_mandatory", 2)
    assert (second["kind"], second["form_fields"]["service_on"]) == ("good_faith_estimate", "2027-01-12")


@pytest.mark.parametrize(("language", "word"), [("en", "charge"), ("es", "cargo")])
def test_what_the_figure_is_stands_in_the_language_of_the_reader(language, word, runtime):
    english, other = (notice(runtime, each, therapy=DENIED, price=CHARGES) for each in ("en", language))

    assert word in other["form_fields"]["estimated_cost_says"]
    assert other["form_fields"]["estimated_cost"] == english["form_fields"]["estimated_cost"]
