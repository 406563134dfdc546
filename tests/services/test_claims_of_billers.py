"""Claims and estimates as billers read them: charges, described drugs, waste, supplies, hospital departments."""

import pytest

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
