"""What was taken because nothing was said stands in the answer, each under its own code."""

import pytest

from tests.services import asking

DEFAULTS = {
    "no_loading_dose_though_usual",
    "actual_weight",
    "least_waste",
    "buy_and_bill",
    "in_network",
    "no_second_coverage",
    "authorization_unknown",
    "no_assistance",
    "window_of_12_months",
}


def codes(document):
    return {item["code"] for item in document["assumptions"]}


def test_every_plain_default_is_named(runtime):
    assert codes(asking.estimate(runtime)) >= DEFAULTS


def test_what_was_said_is_no_assumption(runtime):
    said = {
        "therapy": {
            "loading": {"dose": {"amount": "2", "unit": "g/kg"}, "days": 2, "then_after_days": 21},
            "dosing_weight": "actual",
            "vial_policy": "least_waste",
        },
        "coverage": asking.EMPLOYER
        | {"drug_supply": "buy_and_bill", "network": "in", "authorization": {"status": "approved"}},
        "assistance": "none",
        "window": {"months": 12},
    }

    assert codes(asking.estimate(runtime, **said)) & DEFAULTS == {"no_second_coverage"}


@pytest.mark.parametrize(("interval", "is_named"), [({"value": 21, "unit": "day"}, True), (None, False)])
def test_treatment_goes_on_through_the_window_only_where_it_repeats(interval, is_named, runtime):
    found = asking.estimate(runtime, therapy={"courses": None if interval else 1, "interval": interval})

    assert ("through_window" in codes(found)) is is_named


@pytest.mark.parametrize(
    ("payer", "left_out"),
    [
        ("medicare", {"authorization_unknown"}),
        ("self_pay", {"authorization_unknown", "in_network", "no_second_coverage", "no_assistance"}),
    ],
)
def test_a_default_that_plays_no_part_is_not_named(payer, left_out, runtime):
    assert codes(asking.estimate(runtime, coverage={"payer": payer})) & left_out == set()


def test_balances_of_an_earlier_plan_year_are_named_as_not_counted(runtime):
    balances = {"balances": {"as_of": "2026-11-20", "deductible_met": "1500", "out_of_pocket_met": "6000"}}
    parts = {"therapy": {"start_on": "2027-01-05"}, "coverage": asking.EMPLOYER | balances}

    document = asking.estimate(runtime, **parts)

    assert document["summary"]["patient_cost"]["expected"] == "2979.80"
    assert "balances_of_earlier_year" in codes(document)
    assert "balances_of_earlier_year" not in codes(asking.estimate(runtime, coverage=asking.EMPLOYER | balances))


@pytest.mark.parametrize(("maximum", "is_named"), [("10600.00", False), ("10600.01", True), ("none", False)])
def test_a_maximum_above_the_federal_limit_is_named(maximum, is_named, runtime):
    # The limit of 2026 for one person is 10,600.
    own = asking.PLAN | {"out_of_pocket_max": {"individual": maximum}}
    document = asking.estimate(runtime, coverage=asking.EMPLOYER | {"plan": own})

    assert ("maximum_above_federal_limit" in codes(document)) is is_named


def test_claim_lines_name_how_minutes_were_found_and_what_else_they_took(runtime):
    document = asking.claim(runtime, therapy={"infusion_minutes": None})

    assert codes(document) >= {"infusion_minutes_class_default", "actual_weight", "least_waste"}


def test_a_code_of_several_conditions_shows_no_evidence_of_one(runtime):
    section = asking.estimate(runtime, therapy={"diagnosis": "D80.1"})["coverage_check"]
    certain = asking.estimate(runtime, therapy={"diagnosis": "D83.9"})["coverage_check"]

    assert section["indication"] == {
        "id": "pi",
        "name": "Primary humoral immunodeficiency (PI)",
        "basis": "assumed",
    }
    assert section["evidence"] == []
    assert (certain["indication"]["basis"], bool(certain["evidence"])) == ("diagnosis", True)


@pytest.mark.parametrize(
    ("payer", "words"),
    [("commercial", "180 days"), ("medicare", "the denial notice says how"), ("self_pay", "No insurer takes part")],
)
def test_the_notice_about_appeals_is_the_payer_s(payer, words, runtime):
    section = asking.estimate(runtime, coverage={"payer": payer})["coverage_check"]

    assert sum(words in notice for notice in section["notices"]) == 1
