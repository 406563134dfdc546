"""Claims and estimates as billers read them: charges, described drugs, waste, supplies, hospital departments."""

from copy import deepcopy

import pytest

from estimator.errors import InvalidRequest
from schemas.claim_lines import CLAIM_LINES_REQUEST
from services.wording import problem_sentence
from tests.schemas import requests
from tests.services import asking


def test_a_charge_below_what_is_allowed_is_what_is_shared(runtime):
    plan = {
        "year_starts_on": "2027-01-01",
        "deductible": {"individual": "1500.00"},
        "out_of_pocket_max": "none",
        "cost_share": {"default": {"coinsurance_percent": "20"}},
    }
    price = {
        "drug_allowed_per_unit": "60",
        "billed_charge_per_unit": "50",
        "administration_allowed_per_visit": "300",
        "billed_charge_administration": "250",
    }
    document = asking.estimate(
        runtime, therapy={"start_on": "2027-01-05"}, price=price, coverage={"payer": "commercial", "plan": plan}
    )

    # 140 x 50.00 + 250.00 = 7,250.00; 1,500.00 + 20 % of 5,750.00 = 2,650.00.
    assert document["summary"]["allowed_total"]["high"] == "7250.00"
    assert document["summary"]["patient_cost"]["high"] == "2650.00"
    assert "allowed_at_charge" in {item["code"] for item in document["assumptions"]}


def test_a_critical_access_hospital_shares_by_its_charges(runtime):
    where = {
        "therapy": {"start_on": "2026-02-10"},
        "site_of_care": "critical_access_hospital",
        "coverage": {"payer": "medicare"},
    }
    charges = {"billed_charge_per_unit": "100", "billed_charge_administration": "400"}
    known = asking.estimate(runtime, price=charges, **where)
    unknown = asking.estimate(runtime, price=None, **where)

    # Charges of 14,000.00 and 400.00: 283.00 + 20 % of 14,117.00 = 3,106.40.
    assert known["summary"]["patient_cost"]["high"] == "3106.40"
    assert unknown["summary"]["patient_cost"]["high"] is None
    assert unknown["summary"]["narrow_with"][0] == "price.billed_charge_per_unit"


def test_a_described_drug_says_what_its_claim_supposes(runtime):
    rituximab = {"hcpcs": "Q5115", "mg_per_unit": "10", "package_mg": [100], "concentration_percent": "1"}
    order = {"product": None, "custom_product": rituximab, "dose": {"amount": "700", "unit": "mg"}}
    document = asking.claim(
        runtime, therapy=order, site_of_care="hospital_outpatient", price=None, coverage={"payer": "medicare"}
    )
    said = {item["code"]: item["message"] for item in document["assumptions"]}

    # 700 mg at 1 % (10 mg in a millilitre) are 70 mL.
    assert document["order"]["volume_ml"] == "70"
    assert document["days"][0]["lines"][0]["revenue_code"] == "0636"
    assert "96413" in said["simple_infusion_codes_taken"]
    assert "unclassified_code_one_unit" not in said


def test_an_unclassified_code_is_not_said_to_be_no_immune_globulin(runtime):
    described = {"hcpcs": "C9399", "mg_per_unit": "500", "package_mg": [5000]}
    document = asking.claim(runtime, therapy={"product": None, "custom_product": described})
    flag = next(flag for flag in document["flags"] if flag["code"] == "NOT_IMMUNE_GLOBULIN")

    assert "any drug without a code of its own" in flag["message"]
    assert "unclassified_code_one_unit" in {item["code"] for item in document["assumptions"]}


def test_discarded_units_beyond_an_authorization_are_named(runtime):
    order = {"product": "privigen", "dose": {"amount": "33", "unit": "g"}, "interval_days": 21, "courses": 6}
    coverage = asking.EMPLOYER | {"authorization": {"status": "approved", "units": 396}}
    document = asking.estimate(runtime, therapy=order, coverage=coverage)
    flag = next(each for each in document["coverage_check"]["flags"] if each["code"] == "PA_UNITS_EXCEEDED")

    # 33 g are 66 units; of 20 + 10 + 5 g, 2 g or 4 units are left: six times 70 and 4.
    assert "420 units, 24 of them discarded" in flag["message"]


def test_a_supply_beyond_a_day_s_edit_is_advised_to_be_shorter(runtime):
    order = {"product": "xembify", "route": "sc", "diagnosis": "D83.1", "dose": {"amount": "16", "unit": "g"}}
    order |= {"interval_days": 7, "dispense": {"days_supply": 90}, "courses": None}
    document = asking.claim(runtime, therapy=order, site_of_care="home", price=None, coverage={"payer": "medicare"})
    flag = next(flag for flag in document["flags"] if flag["code"] == "MUE_OVER")

    assert "supply" in flag["message"]
    assert "fewer days" in flag["next_step"]


def test_named_packages_are_those_of_each_day(runtime):
    order = {"product": "privigen", "dose": {"amount": "66", "unit": "g"}, "days_per_course": 2}
    order |= {"vial_policy": "given", "vials": [{"grams": "20", "count": 3}, {"grams": "10", "count": 1}]}

    for document in (asking.claim(runtime, therapy=order), asking.estimate(runtime, therapy=order)):
        said = {item["code"]: item["message"] for item in document["assumptions"]}
        assert "each of the 2 days" in said["vials_each_day"]


HOSPITAL = {"site_of_care": "hospital_outpatient", "price": None, "coverage": {"payer": "medicare"}}


@pytest.mark.parametrize(
    ("department", "on", "amounts", "modifiers"),
    [
        # 217.31 and twice 47.84; at 40 %: 86.92 (86.924) and twice 19.14 (19.136).
        ("on_campus", "2026-02-10", ("217.31", "95.68"), []),
        ("off_campus_excepted", "2026-02-10", ("86.92", "38.28"), ["PO"]),
        ("off_campus_excepted_rural_sole_community", "2026-02-10", ("217.31", "95.68"), ["PO"]),
        ("off_campus_nonexcepted", "2026-02-10", ("86.92", "38.28"), ["PN"]),
        # 2025: the whole 210.69 and twice 46.14 where excepted; 84.28 (84.276) and twice 18.46 (18.456) where not.
        ("off_campus_excepted", "2025-11-11", ("210.69", "92.28"), ["PO"]),
        ("off_campus_nonexcepted", "2025-11-11", ("84.28", "36.92"), ["PN"]),
    ],
)
def test_a_department_off_the_campus_is_paid_its_part_for_giving_the_drug(department, on, amounts, modifiers, runtime):
    document = asking.claim(runtime, therapy={"start_on": on}, hospital_department=department, **HOSPITAL)
    drug, first, further = document["days"][0]["lines"]

    assert (first["allowed_amount"], further["allowed_amount"]) == amounts
    assert drug["modifiers"] == ["JA", "JZ", *modifiers]
    assert first["modifiers"] == further["modifiers"] == modifiers
    assert drug["price_basis"] == "payment_limit"
    assert "on_campus_taken" not in {item["code"] for item in document["assumptions"]}


def test_a_department_that_was_not_said_is_taken_to_lie_on_the_campus(runtime):
    document = asking.claim(runtime, **HOSPITAL)
    office = asking.claim(runtime, **HOSPITAL | {"site_of_care": "physician_office"})

    said = {item["code"]: item["field"] for item in document["assumptions"]}
    assert said["on_campus_taken"] == "hospital_department"
    assert "on_campus_taken" not in {item["code"] for item in office["assumptions"]}


def test_a_plan_s_own_price_is_the_same_in_every_department(runtime):
    where = HOSPITAL | {"coverage": {"payer": "commercial"}, "hospital_department": "off_campus_excepted"}
    drug, first, _ = asking.claim(runtime, **where)["days"][0]["lines"]
    on_campus = asking.claim(runtime, **where | {"hospital_department": "on_campus"})["days"][0]["lines"][1]

    assert first["allowed_range"] == on_campus["allowed_range"]
    assert "PO" not in drug["modifiers"]


def said(document):
    return {item["code"]: item for item in document["assumptions"]}


def flagged(document):
    return {flag["code"] for flag in document.get("flags") or document["coverage_check"]["flags"]}


def test_waste_is_held_against_the_market_where_only_some_sizes_are_at_hand(runtime):
    # 33 g of 20 and 5 g: 35 g are opened and 2 g are left; the market has 20 + 10 and three of 1 g.
    order = {"dose": {"amount": "33", "unit": "g"}, "stock_grams": ["20", "5"]}
    document = asking.claim(runtime, therapy=order)
    without = asking.claim(runtime, therapy=order | {"stock_grams": None})

    assert "WASTE_AVOIDABLE" in flagged(document)
    assert "WASTE_AVOIDABLE" not in flagged(without)
    assert min(each["discarded_units"] for each in document["days"][0]["alternatives"]) == 0


def test_packages_without_a_price_are_named(runtime):
    order = {"vial_policy": "lowest_acquisition_cost", "package_prices": {"13533-0800-24": "1000.00"}}

    for document in (asking.claim(runtime, therapy=order), asking.estimate(runtime, therapy=order)):
        assert "40 g, 10 g" in said(document)["packages_without_price"]["message"]


def test_a_code_of_several_products_names_no_package(runtime):
    document = asking.claim(runtime, therapy={"product": None, "hcpcs": "J1561"})
    drug = document["days"][0]["lines"][0]

    assert (drug["code"], drug["units"], drug["ndc"], drug["claim_ndc"]) == ("J1561", 140, None, [])
    assert "name the product" in said(document)["code_covers_products"]["message"]


@pytest.mark.parametrize(
    ("code", "place", "order", "coverage"),
    [
        ("home_visit_as_long_as_infusion", "home", {}, asking.EMPLOYER),
        ("administration_outside_benefits", "physician_office", {}, {"payer": "medicare", "benefit": "part_d"}),
        ("nurse_visits_only_at_home", "physician_office", {"nurse_visits": "none"}, asking.EMPLOYER),
    ],
)
def test_what_is_not_on_the_lines_is_said(code, place, order, coverage, runtime):
    document = asking.claim(runtime, therapy=order, site_of_care=place, coverage=coverage, price=None)
    other = asking.claim(runtime)

    assert code in said(document)
    assert code not in said(other)


@pytest.mark.parametrize(("product", "pump"), [("hizentra", "E0779"), ("hyqvia", "E0781")])
def test_the_pump_of_medicare_s_supplier_is_named(product, pump, runtime):
    order = {"product": product, "route": "sc", "diagnosis": "D83.1", "dose": {"amount": "10", "unit": "g"}}
    document = asking.claim(runtime, therapy=order, site_of_care="home", coverage={"payer": "medicare"}, price=None)

    assert pump in said(document)["home_pump_not_counted"]["message"]


@pytest.mark.parametrize(
    ("interval", "is_outside"),
    [
        # The label of Privigen has 21 to 28 days; a calendar month lasts 28 to 31, two months 59 to 62.
        ({"value": 1, "unit": "month"}, False),
        ({"value": 2, "unit": "month"}, True),
        ({"value": 31, "unit": "day"}, True),
        ({"value": 28, "unit": "day"}, False),
    ],
)
def test_a_month_is_inside_a_label_s_days_where_it_can_last_as_long(interval, is_outside, runtime):
    order = {"product": "privigen", "diagnosis": "D83.1", "dose": {"amount": "0.5", "unit": "g/kg"}}
    document = asking.estimate(runtime, therapy=order | {"interval": interval, "courses": None})

    assert ("INTERVAL_OUTSIDE_LABEL" in flagged(document)) is is_outside


def test_a_loading_dose_that_opens_a_taper_is_held_against_the_label_s_own(runtime):
    loading = {"dose": {"amount": "2", "unit": "g/kg"}, "days_per_course": 2, "interval_days": 21, "courses": 1}
    then = {"dose": {"amount": "1", "unit": "g/kg"}, "interval_days": 21}
    order = dict.fromkeys(("dose", "days_per_course", "courses")) | {"phases": [loading, then]}
    twice = order | {"phases": [loading | {"courses": 2}, then]}

    # The label of Gamunex-C in CIDP has 2 g/kg once at the start, and 1 g/kg every three weeks.
    once = asking.claim(runtime, therapy=order)["order"]["label_range"]
    assert (once["low"], once["high"], once["position"]) == ("2", "2", "within")
    assert asking.claim(runtime, therapy=twice)["order"]["label_range"]["position"] == "above"


def refused(runtime, body):
    """Give what is said of each pointer of a request that is refused."""
    with pytest.raises(InvalidRequest) as caught:
        asking.plain(asking.claim_lines.bill(requests.read(CLAIM_LINES_REQUEST, body), runtime=runtime, language="en"))
    texts = runtime.texts["en"]
    return {problem.pointer: problem_sentence(texts, problem) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        ("patient.weight", "70kg", 'such as {"value": 70, "unit": "kg"}'),
        ("patient.weight", 70, 'unit is needed beside the number, such as {"value": 70, "unit": "kg"}'),
        ("patient.age_years", "forty", "whole number"),
        ("therapy.dose", {"amount": "1,5", "unit": "g"}, "a comma is not read"),
        ("therapy.custom_product.mg_per_unit", "0", "above zero"),
        ("therapy.product", None, "product, hcpcs or custom_product"),
    ],
)
def test_a_refusal_says_what_to_send_instead(at, value, says, runtime):
    body = deepcopy(asking.body())
    *path, name = at.split(".")
    place = body
    for key in path:
        place = place.setdefault(key, {})
    place[name] = value

    assert any(says in message for message in refused(runtime, body).values())


@pytest.mark.parametrize(
    ("dose", "meant"),
    [
        # Of 70 kg: 70 g are 1 g/kg; 400 g would be 5.7 g/kg, and 400 mg/kg are 0.4.
        ({"amount": "70", "unit": "g/kg"}, "Did you mean 70 g?"),
        ({"amount": "400", "unit": "g/kg"}, "Did you mean 400 mg/kg?"),
    ],
)
def test_grams_said_per_kilogram_are_asked_back_as_what_is_plausible(dose, meant, runtime):
    assert meant in refused(runtime, asking.body(therapy={"dose": dose}))["/therapy/dose"]
