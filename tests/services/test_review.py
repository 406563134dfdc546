"""Questions that once were answered wrongly: each stays as the input that showed it."""

import pytest

from tests.services import asking

EVERY_4_WEEKS = {"courses": 5, "interval": {"value": 28, "unit": "day"}, "start_on": "2026-08-20"}
OPEN_PLAN = {"payer": "commercial"}
NONE_MET = {"deductible_met": "0.00", "out_of_pocket_met": "0.00"}


def point(amount):
    return dict.fromkeys(("low", "expected", "high"), amount)


def codes(document):
    return {item["code"] for item in document["assumptions"]}


def balanced(as_of, **met):
    return asking.EMPLOYER | {"balances": {"as_of": as_of, **(met or NONE_MET)}}


def test_what_lies_ahead_under_an_unknown_plan_is_not_nothing(runtime):
    document = asking.estimate(runtime, therapy=EVERY_4_WEEKS, coverage=OPEN_PLAN)
    ahead = document["summary"]["ahead"]

    # 10 December is ahead. Nothing may be owed, or all that is allowed: 140 x 61.35 + 310.00.
    assert ahead == {"infusion_days": 1, "patient_cost": {"low": "0.00", "expected": None, "high": "8899.00"}}
    assert document["summary"]["next_infusion"]["patient_cost"] == ahead["patient_cost"]
    assert "between $0.00 and $8,899.00" in document["summary"]["headline"]


def test_bounds_in_a_sentence_are_in_order(runtime):
    document = asking.estimate(
        runtime,
        therapy=EVERY_4_WEEKS | {"dose": {"amount": "0.4", "unit": "g/kg"}},
        coverage=balanced("2026-08-01"),
        price=None,
        site_of_care=None,
    )
    ahead = document["summary"]["ahead"]["patient_cost"]

    assert float(ahead["low"]) < float(ahead["high"])


@pytest.mark.parametrize(
    ("route", "product", "basis", "has_expectation"),
    [("iv", "gamunex-c", "weight_unknown", True), ("sc", "gamunex-c", "unknown", False)],
)
def test_giving_the_drug_is_not_free_because_its_minutes_are_unknown(route, product, basis, has_expectation, runtime):
    therapy = {
        "product": product,
        "route": route,
        "dose": {"amount": "70", "unit": "g"},
        "infusion_minutes": None,
    }
    document = asking.estimate(runtime, therapy=therapy, patient=None, price=None, coverage=asking.MEDICARE)
    infusion = document["infusions"][0]

    assert "administration" in {line["category"] for line in infusion["lines"]}
    assert infusion["infusion"]["basis"] == basis
    assert (document["summary"]["patient_cost"]["expected"] is not None) is has_expectation
    assert "therapy.infusion_minutes" in document["summary"]["narrow_with"]


def test_without_minutes_a_claim_says_that_giving_the_drug_is_not_on_it(runtime):
    therapy = {"product": "gamunex-c", "route": "sc", "dose": {"amount": "10", "unit": "g"}, "infusion_minutes": None}
    document = asking.claim(runtime, therapy=therapy, patient=None, price=None, coverage={"payer": "medicare"})

    assert {line["category"] for line in document["days"][0]["lines"]} == {"drug"}
    assert "minutes_unknown_not_billed" in codes(document)


@pytest.mark.parametrize("window", [{"start_on": "2026-11-21", "months": 1}, {"start_on": "2026-09-01"}])
def test_an_infusion_costs_the_same_wherever_the_window_begins(window, runtime):
    therapy = {"start_on": "2026-09-01", "courses": None, "interval": {"value": 28, "unit": "day"}}
    document = asking.estimate(runtime, therapy=therapy, coverage=balanced("2026-08-31"), window=window)

    # 1 and 29 September and 27 October reach the limit of 6,000: 24 November costs nothing more.
    found = next(each for each in document["infusions"] if each["service_on"] == "2026-11-24")
    assert found["patient_cost"] == point("0.00")
    assert ("infusions_before_window" in codes(document)) is (window["start_on"] == "2026-11-21")


def test_infusions_before_the_window_are_no_part_of_its_cost(runtime):
    therapy = {"start_on": "2027-01-05", "courses": None, "interval": {"value": 21, "unit": "day"}}
    coverage = asking.EMPLOYER | {"balances": None}
    window = {"start_on": "2027-07-01", "months": 6}

    document = asking.estimate(runtime, therapy=therapy, coverage=coverage, window=window)

    # The limit was reached on 16 February, and the infusions from July on cost nothing.
    assert document["summary"]["patient_cost"] == point("0.00")
    assert document["summary"]["limit_reached_on"] == "2027-02-16"
    assert document["infusions"][0]["number"] == 1


@pytest.mark.parametrize(
    "met",
    [
        {"deductible_remaining": "500.00", "out_of_pocket_remaining": "700.00"},
        {"deductible_met": "2500.00", "out_of_pocket_met": "5300.00"},
    ],
)
def test_what_remains_of_a_family_s_aggregate_amount_is_counted(met, runtime):
    plan = asking.PLAN | {
        "deductible": {"family": "3000.00", "rule": "aggregate"},
        "out_of_pocket_max": {"family": "6000.00", "rule": "aggregate"},
    }
    coverage = {"payer": "commercial", "plan": plan, "balances": {"as_of": "2026-11-20", **met}}

    assert asking.estimate(runtime, coverage=coverage)["summary"]["patient_cost"]["expected"] == "700.00"


def test_packages_of_one_size_may_be_named_twice(runtime):
    therapy = {
        "dose": {"amount": "25", "unit": "g"},
        "vial_policy": "given",
        "vials": [{"grams": "20", "count": 1}, {"grams": "20", "count": 1}],
    }

    vials = asking.claim(runtime, therapy=therapy)["days"][0]["vials"]

    assert [(each["grams"], each["count"]) for each in vials] == [("20", 2)]


def test_balances_without_amounts_say_nothing(runtime):
    said = asking.estimate(runtime, coverage={"payer": "medicare", "balances": {"as_of": "2026-11-20"}}, price=None)
    silent = asking.estimate(runtime, coverage={"payer": "medicare"}, price=None)

    assert said["summary"]["patient_cost"] == silent["summary"]["patient_cost"]
    assert said["summary"]["patient_cost"]["low"] != said["summary"]["patient_cost"]["high"]


def test_an_unsaid_deductible_leaves_a_range(runtime):
    document = asking.estimate(runtime, coverage=balanced("2026-11-20", out_of_pocket_met="3000.00"))

    # Nothing met: 1,500 + 20 % of 7,399.00 = 2,979.80; wholly met: 20 % of 8,899.00 = 1,779.80.
    assert document["summary"]["patient_cost"] == {"low": "1779.80", "expected": "2979.80", "high": "2979.80"}
    assert "coverage.balances.deductible_met" in document["summary"]["narrow_with"]


def test_balances_say_nothing_of_an_earlier_plan_year(runtime):
    therapy = {"start_on": "2026-11-25", "courses": 5, "interval": {"value": 28, "unit": "day"}}
    document = asking.estimate(runtime, therapy=therapy, coverage=balanced("2027-02-01"))

    assert [year["plan_year"] for year in document["years"]] == ["2027-01-01/2027-12-31"]
    assert "earlier_plan_year_not_counted" in codes(document)


def test_a_window_wholly_inside_the_balances_is_said_to_be(runtime):
    document = asking.estimate(runtime, therapy={"start_on": "2026-11-01"}, coverage=balanced("2026-11-20"))

    assert document["summary"]["headline"] == (
        "Every infusion of this time is inside the balances already; nothing more was counted."
    )


def test_another_usual_interval_is_offered_with_what_it_would_cost(runtime):
    therapy = {"diagnosis": "D80.0", "product": "privigen", "dose": None, "courses": None, "start_on": "2027-01-05"}
    price = {"drug_allowed_per_unit": "50.00", "administration_allowed_per_visit": "100.00"}
    coverage = {"payer": "medicare", "balances": {"as_of": "2026-12-31", "deductible_met": "0.00"}}

    document = asking.estimate(runtime, therapy=therapy, price=price, coverage=coverage)
    interval = next(item for item in document["assumptions"] if item["field"] == "therapy.interval")

    # At its highest, 0.8 g/kg: 56 g from packages of 60 g, 120 units at 50.00 and 100.00: 6,100.00, 20 % = 1,220.00.
    # Of a year's Part B deductible 20 % would be owed anyway. At its highest it is 312 in 2027 and 334 in 2028
    # (283 x 283 / 240). Every 28 days: 14 visits, the last on 4 January 2028: 17,080 + 80 % of 312 and of 334.
    # Every 21 days: 18 visits, all in 2027: 21,960 + 80 % of 312.
    assert interval["effect"] == {"low": "17596.80", "expected": None, "high": "22209.60"}
    assert "therapy.interval" in document["summary"]["narrow_with"]


def test_waste_of_the_same_fill_owes_no_second_copay(runtime):
    plan = asking.PLAN | {
        "deductible": {"individual": "none"},
        "cost_share": {
            "default": {"coinsurance_percent": "0"},
            "drug": {"copay": "100.00", "per": "fill"},
        },
    }
    therapy = {"dose": {"amount": "41", "unit": "g"}, "stock_grams": ["20"]}

    document = asking.estimate(runtime, therapy=therapy, coverage=asking.EMPLOYER | {"plan": plan})

    assert document["summary"]["patient_cost"] == point("100.00")


def test_a_visit_s_write_offs_add_up_to_its_charge(runtime):
    price = {"billed_charge_per_unit": "180.00", "billed_charge_administration": "600.00"}
    lines = asking.estimate(runtime, price=price, coverage=asking.MEDICARE)["infusions"][0]["lines"]

    for line in lines:
        assert float(line["billed_amount"]) == pytest.approx(float(line["allowed_amount"]) + float(line["write_off"]))
    # 140 x 180.00 + 600.00.
    assert sum(float(line["billed_amount"]) for line in lines) == pytest.approx(25800)


def test_every_plan_year_between_the_first_and_the_last_names_its_limit(runtime):
    therapy = {"start_on": "2026-12-15", "courses": None, "interval": {"value": 28, "unit": "day"}}
    document = asking.estimate(runtime, therapy=therapy, coverage=OPEN_PLAN, window={"months": 24})

    named = [item["message"] for item in document["assumptions"] if item["code"] == "plan_unknown"]
    assert [year for year in ("2026", "2027", "2028") if any(f"starting in {year}" in each for each in named)] == [
        "2026",
        "2027",
        "2028",
    ]


def test_a_denied_window_of_an_open_dose_is_a_range(runtime):
    therapy = {"diagnosis": "D80.0", "product": "privigen", "dose": None, "interval": {"value": 28, "unit": "day"}}
    price = {"billed_charge_per_unit": "180.00", "billed_charge_administration": "600.00"}
    denial = {"reason": "not_necessary", "notice": "signed"}

    window = asking.estimate(runtime, therapy=therapy, price=price, coverage=asking.MEDICARE, denial=denial)[
        "scenarios"
    ][1]["window"]

    # One course of 0.2 to 0.8 g/kg: 14 g from 15 g, 30 units, or 56 g from 60 g, 120 units, at 180.00, and 600.00.
    assert (window["low"], window["high"]) == ("6000.00", "22200.00")


def test_a_charge_below_what_is_allowed_leaves_no_negative_balance(runtime):
    line = {
        "id": "a",
        "service_on": "2026-12-01",
        "category": "drug",
        "allowed_amount": "200.00",
        "billed_amount": "100.00",
        "covered": False,
        "denial": {"reason": "not_necessary", "notice": "signed"},
    }
    found = asking.adjudicate(runtime, payer="medicare", lines=[line])["lines"][0]

    assert (found["non_covered"], found["balance_bill"], found["patient_cost"]) == ("100.00", "0.00", "100.00")


def test_a_loading_dose_is_held_against_the_labels_loading_dose(runtime):
    therapy = {
        "phase": "loading",
        "loading": {"dose": {"amount": "2", "unit": "g/kg"}, "days": 4},
        "courses": None,
        "infusion_minutes": None,
    }
    document = asking.claim(runtime, therapy=therapy)

    assert document["order"]["dose_mg"] == 140000
    # The label of Gamunex-C for CIDP: 2 g/kg to begin with, then 1 g/kg.
    label_range = document["order"]["label_range"]
    assert (label_range["low"], label_range["high"], label_range["position"]) == ("2", "2", "within")
    assert "loading_then_after_interval" not in codes(document)


def test_a_change_into_medicare_says_that_there_is_no_yearly_limit_from_then_on(runtime):
    periods = [
        {"first_day": "2026-01-01", "last_day": "2026-12-31", "coverage": asking.EMPLOYER},
        {"first_day": "2027-01-01", "coverage": {"payer": "medicare"}},
    ]
    document = asking.estimate(
        runtime, therapy=EVERY_4_WEEKS | {"start_on": "2026-12-01"}, coverage=None, coverage_periods=periods, price=None
    )
    summary = document["summary"]

    assert summary["uncapped"] is True
    assert "From January 1, 2027 on there is no yearly limit" in summary["headline"]


def test_who_has_no_coverage_is_not_told_about_the_limit_of_a_coverage(runtime):
    document = asking.estimate(runtime, coverage={"payer": "self_pay"}, price={"cash_price_per_unit": "95.00"})

    assert document["summary"]["uncapped"] is True
    assert "NO_OUT_OF_POCKET_MAXIMUM" not in {flag["code"] for flag in document["coverage_check"]["flags"]}


def test_there_is_no_next_infusion_when_all_lie_in_the_past(runtime):
    document = asking.estimate(
        runtime, therapy={"start_on": "2026-02-10", "courses": 1}, coverage=balanced("2026-01-01")
    )

    assert document["summary"]["ahead"]["infusion_days"] == 0
    assert document["summary"]["next_infusion"] is None


@pytest.mark.parametrize(("status", "flag", "warns"), [("denied", "PA_DENIED", True), ("pending", "PA_PENDING", False)])
def test_a_denied_authorization_is_no_missing_request(status, flag, warns, runtime):
    coverage = asking.EMPLOYER | {"authorization": {"status": status}}
    document = asking.estimate(runtime, coverage=coverage)
    flags = {item["code"] for item in document["coverage_check"]["flags"]}

    assert flag in flags
    assert "PA_REQUIRED" not in flags
    assert ("something may stand in the way" in document["summary"]["headline"]) is warns


def test_balances_that_can_hardly_be_meant_are_named(runtime):
    met = {"deductible_met": "2000.00", "out_of_pocket_met": "99999.00"}
    document = asking.estimate(runtime, coverage=balanced("2027-06-20", **met))

    named = {item["field"]: item for item in document["assumptions"] if item["code"] == "balances_above_plan"}
    assert set(named) == {"coverage.balances.deductible_met", "coverage.balances.out_of_pocket_met"}
    assert "$99,999.00, more than the plan's $6,000.00" in named["coverage.balances.out_of_pocket_met"]["message"]
    assert "balances_of_a_day_to_come" in codes(document)
    assert not {"balances_above_plan", "balances_of_a_day_to_come"} & codes(asking.estimate(runtime))


def test_a_deductible_above_the_maximum_is_named_in_adjudications_too(runtime):
    plan = asking.PLAN | {"deductible": {"individual": "9000.00"}}
    line = {"id": "a", "service_on": "2026-12-01", "category": "drug", "allowed_amount": "100.00"}
    document = asking.adjudicate(
        runtime, payer="commercial", plan=plan, balances=asking.NOTHING_MET, as_of="2026-11-21", lines=[line]
    )

    assert "deductible_above_maximum" in codes(document)


def test_what_is_allowed_is_a_range_in_order_where_the_payers_rules_are_missing(runtime):
    def allowed(product):
        therapy = {"diagnosis": "D83.9", "product": product, "dose": {"amount": "0.4", "unit": "g/kg"}}
        coverage = {"payer": "unknown"}
        document = asking.estimate(runtime, therapy=therapy, coverage=coverage, price=None, coverage_check=False)
        return {name: float(amount) for name, amount in document["summary"]["allowed_total"].items() if amount}

    anything, one = allowed(None), allowed("privigen")

    assert set(anything) == set(one) == {"low", "high"}  # no price of a plan can be expected
    assert anything["low"] <= one["low"]
    assert one["high"] <= anything["high"]
