"""Claim lines, adjudications and coverage checks: strictly of their form, in both languages the same figures."""

import pytest

from schemas import coverage_documents, line_documents
from tests.services import asking

LINES = [
    {"id": "drug", "service_on": "2027-01-05", "category": "drug", "allowed_amount": "8589.00", "code": "J1561"},
    {"id": "visit", "service_on": "2027-01-05", "category": "administration", "allowed_amount": "310.00"},
    {
        "id": "denied",
        "service_on": "2027-01-26",
        "category": "drug",
        "allowed_amount": "100.00",
        "billed_amount": "250.00",
        "covered": False,
        "denial": {"reason": "no_authorization", "notice": "none"},
    },
    {"id": "open", "service_on": "2027-01-26", "category": "visit", "allowed_amount": "100.00", "covered": False},
]
SHARED = {"payer": "commercial", "plan": asking.PLAN | {"year_starts_on": "2027-01-01"}, "lines": LINES}
FAMILY = SHARED | {
    "plan": SHARED["plan"]
    | {
        "deductible": {"individual": "1500", "family": "3000"},
        "out_of_pocket_max": {"individual": "6000", "family": "12000"},
    }
}
HISTORY = SHARED | {"balances": {"as_of": "2027-01-05", "deductible_met": "1500", "out_of_pocket_met": "2979.80"}}
MEDICARE = {"payer": "medicare", "lines": [LINES[0] | {"site_of_care": "hospital_outpatient"}, *LINES[1:3]]}

CLAIMS = {
    "a product on file": {"coverage": asking.MEDICARE, "price": None},
    "from the label's minutes": {
        "coverage": asking.MEDICARE,
        "price": None,
        "therapy": {"product": "panzyga", "infusion_minutes": None},
    },
    "a class default of minutes": {"coverage": asking.MEDICARE, "price": None, "therapy": {"infusion_minutes": None}},
    "a product the caller describes": {
        "price": None,
        "therapy": dict.fromkeys(("diagnosis", "product", "infusion_minutes"))
        | {
            "custom_product": {"hcpcs": "J1745", "mg_per_unit": "10", "package_mg": [100]},
            "dose": {"amount": "350", "unit": "mg"},
        },
    },
    "a hospital": {"coverage": asking.MEDICARE, "price": None, "site_of_care": "hospital_outpatient"},
    "several days": {"therapy": {"days_per_course": 2}},
}
CHECKS = {
    "labeled": {},
    "off label": {"therapy": {"diagnosis": "G35.A"}},
    "of another product": {
        "therapy": {"product": "octagam-10", "interval": {"value": 10, "unit": "day"}, "courses": None}
    },
    "medicare at home": {"coverage": {"payer": "medicare"}, "site_of_care": "home"},
    "nothing but a diagnosis": {"therapy": dict.fromkeys(asking.ORDER) | {"diagnosis": "D83.9"}, "patient": None},
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", CLAIMS)
def test_claim_lines_are_strictly_of_their_form(name, language, runtime):
    assert line_documents.CLAIM_LINES.validate(asking.claim(runtime, language, **CLAIMS[name])) == {}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("body", [SHARED, FAMILY, HISTORY, MEDICARE])
def test_adjudications_are_strictly_of_their_form(body, language, runtime):
    assert line_documents.ADJUDICATION.validate(asking.adjudicate(runtime, language, **body)) == {}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", CHECKS)
def test_coverage_checks_are_strictly_of_their_form(name, language, runtime):
    assert coverage_documents.COVERAGE_CHECK.validate(asking.check(runtime, language, **CHECKS[name])) == {}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_the_same_in_both_languages(name, runtime):
    english, spanish = (asking.claim(runtime, language, **CLAIMS[name]) for language in ("en", "es"))

    for part in ("order", "days", "facts"):
        assert asking.wordless(english[part]) == asking.wordless(spanish[part])
    assert [flag["code"] for flag in english["flags"]] == [flag["code"] for flag in spanish["flags"]]


@pytest.mark.parametrize("body", [SHARED, FAMILY, HISTORY, MEDICARE])
def test_shares_are_the_same_in_both_languages(body, runtime):
    english, spanish = (asking.adjudicate(runtime, language, **body) for language in ("en", "es"))

    for part in ("lines", "totals", "years", "facts"):
        assert asking.wordless(english[part]) == asking.wordless(spanish[part])


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_the_same_in_both_languages(name, runtime):
    english, spanish = (asking.check(runtime, language, **CHECKS[name]) for language in ("en", "es"))

    for part in ("label_status", "outlook", "evidence", "prior_authorization", "liability_if_denied"):
        assert asking.wordless(english[part]) == asking.wordless(spanish[part])
    for one, other in zip(english["flags"], spanish["flags"], strict=True):
        assert one["message"] != other["message"]
        assert (one["code"], one["severity"], one["owner"]) == (other["code"], other["severity"], other["owner"])


def test_totals_are_the_sums_of_lines_and_unknown_where_one_is(runtime):
    document = asking.adjudicate(runtime, **SHARED)

    # 1,500 + 20 % of 7,089 = 2,917.80; 62.00; nothing; nobody knows.
    assert [line["patient_share"] for line in document["lines"]] == ["2917.80", "62.00", "0.00", None]
    assert document["totals"]["patient_share"] is None
    assert document["totals"]["allowed_amount"] == "9099.00"
    known = asking.adjudicate(runtime, **(SHARED | {"lines": LINES[:3]}))
    assert known["totals"]["patient_share"] == known["totals"]["patient_cost"] == "2979.80"
    assert (known["totals"]["plan_paid"], known["totals"]["provider_liability"]) == ("5919.20", "100.00")


def test_the_bounds_of_immune_globulin_are_not_those_of_another_drug(runtime):
    # 5 mg/kg x 70 kg = 350 mg: 35 units of 10 mg, and 50 mg discarded.
    lines = asking.claim(runtime, **CLAIMS["a product the caller describes"])["days"][0]["lines"]

    assert [(line["units"], line["modifiers"]) for line in lines] == [(35, []), (5, ["JW"])]


@pytest.mark.parametrize(
    ("line", "balance_bill", "write_off"),
    [
        ({"billed_amount": "12000.00"}, "0.00", "3411.00"),  # 12,000 - 8,589
        ({"billed_amount": "8589.00"}, "0.00", "0.00"),
        ({}, "0.00", None),  # no charge is known
        ({"billed_amount": "8000.00"}, "0.00", "0.00"),  # less than is allowed: the charge is what is allowed
        # The patient owes the whole charge: nothing is written off.
        (
            {
                "billed_amount": "12000.00",
                "covered": False,
                "denial": {"reason": "not_necessary", "notice": "signed"},
            },
            "3411.00",
            "0.00",
        ),
        # The provider bears what was allowed, and writes off the rest.
        (
            {"billed_amount": "12000.00", "covered": False, "denial": {"reason": "not_necessary", "notice": "none"}},
            "0.00",
            "3411.00",
        ),
    ],
)
def test_a_charge_is_allowed_or_billed_or_written_off(line, balance_bill, write_off, runtime):
    document = asking.adjudicate(runtime, payer="medicare", lines=[LINES[0] | {"service_on": "2026-02-10"} | line])

    found = document["lines"][0]
    assert (found["balance_bill"], found["write_off"]) == (balance_bill, write_off)


def test_the_charge_of_an_estimate_s_line_is_written_off_down_to_what_is_allowed(runtime):
    document = asking.estimate(runtime, price=asking.PRICE | {"billed_charge_per_unit": "180.00"})

    # 140 x 180.00 = 25,200.00, of which 8,589.00 are allowed.
    lines = document["infusions"][0]["lines"]
    assert [(line["billed_amount"], line["write_off"]) for line in lines] == [
        ("25200.00", "16611.00"),
        (None, None),
        (None, None),
    ]


def test_lines_are_answered_in_the_order_they_were_sent(runtime):
    document = asking.adjudicate(runtime, **(SHARED | {"lines": LINES[::-1]}))

    assert [line["id"] for line in document["lines"]] == ["open", "denied", "visit", "drug"]


def test_history_is_said_to_be_inside_the_balances(runtime):
    document = asking.adjudicate(runtime, **HISTORY)

    assert [line["why"][:1] for line in document["lines"][:2]] == [[{"code": "already_in_balances", "params": {}}]] * 2
    assert document["lines"][0]["patient_share"] is None
    assert document["lines"][3]["why"] == [{"code": "liability_unknown", "params": {}}]
    assert document["totals"]["allowed_amount"] == "200.00"


def test_family_balances_stand_only_where_a_family_takes_part(runtime):
    assert "family_deductible_met" not in asking.adjudicate(runtime, **SHARED)["years"][0]["balances_after"]
    assert asking.adjudicate(runtime, **FAMILY)["years"][0]["balances_after"] == {
        "deductible_met": "1500.00",
        "out_of_pocket_met": "2979.80",
        "family_deductible_met": "1500.00",
        "family_out_of_pocket_met": "2979.80",
    }


def test_where_no_yearly_limit_exists_there_is_nothing_to_have_met(runtime):
    document = asking.adjudicate(runtime, **MEDICARE)

    assert document["years"][0]["balances_after"]["out_of_pocket_met"] is None


def test_the_order_is_written_with_volume_and_label_range(runtime):
    order = asking.claim(runtime, **CLAIMS["a product on file"])["order"]

    # 70 g of a 10 % solution are 700 mL.
    assert (order["dosing_weight_kg"], order["dose_mg"], order["volume_ml"]) == ("70", 70000, "700")
    assert order["label_range"] == {"low": "1", "high": "1", "unit": "g/kg", "per": "course", "position": "within"}


def test_a_cap_holds_for_every_day_of_an_estimate(runtime):
    therapy = {
        "product": "privigen",
        "dose": {"amount": "0.5", "unit": "g/kg"},
        "dose_cap_grams": 33,
        "dose_rounding": "up_to_vial",
        "interval_days": 28,
        "courses": 2,
    }

    whole = asking.estimate(runtime, therapy=therapy)

    # 35 g are held to 33; the next sum of packages above 33 would be 35 again, so that the dose stays.
    assert whole["order"]["rounded_dose_mg"] == 33_000
    assert whole["order"]["rounding"]["kept_because"] == "above_dose_cap"
    assert [each["dose_mg"] for each in whole["infusions"]] == [33_000, 33_000]


def test_the_dosing_weight_and_the_rounding_are_written(runtime):
    patient = {
        "weight": {"value": "100", "unit": "kg"},
        "height": {"value": "175", "unit": "cm"},
        "sex": "male",
    }
    therapy = {
        "product": "privigen",
        "dose": {"amount": "2", "unit": "g/kg"},
        "days_per_course": 2,
        "dosing_weight": "adjusted",
        "dose_rounding": "nearest_vial",
        "dose_rounding_max_percent": "10",
    }

    order = asking.claim(runtime, patient=patient, therapy=therapy)["order"]
    estimate = asking.estimate(runtime, patient=patient, therapy=therapy)

    # 50 + 2.3 x (175 / 2.54 - 60) = 70.46457; + 0.4 x 29.53543 = 82.27874 kg; 164,557 mg, 82.279 and 82.278 g a day.
    assert (order["dosing_weight_kg"], order["dosing_weight_basis"]) == ("82.2787", "adjusted")
    assert (order["bmi"], order["ideal_weight_kg"], order["adjusted_weight_kg"]) == ("32.7", "70.4646", "82.2787")
    assert (order["dose_mg_per_day"], order["rounded_dose_mg"]) == ([82279, 82278], 160000)
    # (160,000 - 164,557) / 164,557 = -2.77 %
    assert order["rounding"] == {
        "rule": "nearest_vial",
        "max_percent": "10",
        "mg_per_day": [80000, 80000],
        "change_percent": "-2.77",
        "kept_because": None,
    }
    assert order["volume_ml"] == "1600"
    assert estimate["order"] == order
    assert [day["dose_mg"] for day in estimate["infusions"]] == [80000, 80000]


def test_a_policy_s_own_rule_for_the_dosing_weight_is_followed(runtime):
    patient = {"weight": {"value": "95", "unit": "kg"}, "height": {"value": "175", "unit": "cm"}, "sex": "male"}
    therapy = {"dosing_weight": "payer_rule"}

    named = asking.claim(
        runtime, patient=patient, therapy=therapy, coverage={"payer": "commercial", "policies": ["bcbsnd.ig"]}
    )
    unnamed = asking.claim(runtime, patient=patient, therapy=therapy, coverage={"payer": "commercial"})

    # An index of 31.02 is above 30; 70.46457 + 0.4 x 24.53543 = 80.2787. Without a policy 120 % of ideal weight counts.
    assert (named["order"]["dosing_weight_kg"], named["order"]["dosing_weight_basis"]) == ("80.2787", "adjusted")
    assert unnamed["order"]["dosing_weight_kg"] == "80.2787"
    said = [{item["code"] for item in document["assumptions"]} for document in (named, unnamed)]
    assert ["weight_rule_common" in codes for codes in said] == [False, True]


def test_a_switch_and_a_taper_are_written(runtime):
    switch = {
        "diagnosis": "D80.1",
        "product": "hizentra",
        "route": None,
        "dose": None,
        "days_per_course": None,
        "infusion_minutes": None,
        "courses": None,
        "previous_ivig": {"grams": "30", "interval_days": 28},
    }
    phases = [
        {"dose": {"amount": "1", "unit": "g/kg"}, "interval_days": 21, "courses": 2},
        {"dose": {"amount": "0.5", "unit": "g/kg"}, "interval": {"value": 4, "unit": "week"}, "courses": 1},
    ]
    bare = {"dose": None, "days_per_course": None, "courses": None}

    switched = asking.estimate(runtime, therapy=switch, price=None, site_of_care="home")
    tapered = asking.estimate(runtime, therapy=bare | {"phases": phases})

    # 1.37 x 30 / 4 = 10.275 g a week; 51.4 mL of a 20 % solution; 53 weeks begin in a year.
    order = switched["order"]
    assert (order["dose_mg"], order["volume_ml"], len(switched["infusions"])) == (10275, "51.4", 53)
    assert order["conversion"] == {
        "factor": "1.37",
        "previous_grams": "30",
        "previous_interval_days": 28,
        "weekly_grams": "10.275",
        "weekly_ml": "51.4",
        "fact_id": "label:hizentra:pi:2024-01-01",
    }
    assert [(day["service_on"], day["dose_mg"]) for day in tapered["infusions"]] == [
        ("2026-12-01", 70000),
        ("2026-12-22", 70000),
        ("2027-01-12", 35000),
    ]
    assert [phase["interval"]["unit"] for phase in tapered["order"]["phases"]] == ["day", "week"]
    assert "no_loading_dose" not in {item["code"] for item in tapered["assumptions"]}


def test_an_interval_is_said_in_its_own_unit(runtime):
    therapy = {"interval": {"value": 1, "unit": "month"}, "courses": None}

    flags = {
        language: {flag["code"]: flag for flag in asking.check(runtime, language=language, therapy=therapy)["flags"]}
        for language in ("en", "es")
    }

    said = [flags[language]["INTERVAL_OUTSIDE_LABEL"]["message"] for language in ("en", "es")]
    assert said == [
        "An interval of 1 month lies outside the label's 21 days.",
        "Un intervalo de 1 mes no es el de la etiqueta, que es de 21 días.",
    ]


def test_minutes_and_steps_are_written(runtime):
    steps = asking.claim(runtime, **CLAIMS["from the label's minutes"])["days"][0]["infusion"]
    ranged = asking.claim(runtime, **CLAIMS["a class default of minutes"])["days"][0]["infusion"]

    # 30, 120 and 240 mg/kg in the first 90 minutes, 610 at 12 in 50.83.
    assert (steps["minutes"], steps["minutes_range"], steps["basis"]) == (141, None, "label_rate_steps")
    assert steps["steps"][0] == {"mg_per_kg_min": "1", "minutes": 30}
    assert steps["steps"][-1] == {"mg_per_kg_min": "12", "minutes": None}
    assert ranged["minutes_range"]["low"] < ranged["minutes"] < ranged["minutes_range"]["high"]


def test_flags_come_gravest_first_with_owner_and_source(runtime):
    flags = asking.check(runtime, **CHECKS["medicare at home"])["flags"]

    ranks = ["blocks_payment", "likely_denial", "needs_document", "process", "advisory"]
    severities = [ranks.index(flag["severity"]) for flag in flags]
    assert severities == sorted(severities)
    assert (flags[0]["code"], flags[0]["owner"]) == ("SITE_NO_BENEFIT", "clinician")
    assert all(flag["source_ids"] and flag["message"] and flag["next_step"] and flag["plain"] for flag in flags)


def test_notices_stand_beside_every_result(runtime):
    assert len(asking.check(runtime)["notices"]) == 5
    assert len(asking.estimate(runtime)["notices"]) == 3
