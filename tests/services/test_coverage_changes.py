"""A change of plan within the window: each coverage has its own prices, terms and ledger."""

import pytest

from estimator.errors import InvalidRequest
from schemas.adjudications import ADJUDICATION_REQUEST
from schemas.estimates import ESTIMATE_REQUEST
from tests.schemas.requests import problems
from tests.services import asking

SHARE_20 = {"default": {"coinsurance_percent": "20"}}
OLD = {"deductible": {"individual": "1000"}, "out_of_pocket_max": {"individual": "3000"}, "cost_share": SHARE_20}
NEW = {
    "deductible": {"individual": "2000"},
    "out_of_pocket_max": {"individual": "4000"},
    "cost_share": {"default": {"coinsurance_percent": "10"}},
}


def period(first_day, last_day=None, plan=OLD, **more):
    return {"first_day": first_day, "last_day": last_day, "coverage": {"payer": "commercial", "plan": plan}} | more


def lines(*days, allowed="5000.00"):
    return [
        {"id": str(place), "service_on": on, "category": "drug", "allowed_amount": allowed}
        for place, on in enumerate(days)
    ]


def costs(document):
    return [line["patient_cost"] for line in document["lines"]]


def test_open_enrollment_changes_plan_and_ledger(runtime):
    document = asking.adjudicate(
        runtime,
        coverage_periods=[period("2026-01-01", "2026-12-31"), period("2027-01-01", plan=NEW)],
        lines=lines("2027-01-05", "2026-12-01"),
    )

    # 2,000 + 10 % of 3,000; 1,000 + 20 % of 4,000.
    assert costs(document) == ["2300.00", "1800.00"]
    assert document["totals"]["patient_cost"] == "4100.00"
    assert [year["plan_year"] for year in document["years"]] == ["2026-01-01/2026-12-31", "2027-01-01/2027-12-31"]
    assert "new_coverage_from_nothing" in {item["code"] for item in document["assumptions"]}


def test_a_change_in_mid_year_begins_a_deductible_anew_and_cuts_the_year(runtime):
    document = asking.adjudicate(
        runtime,
        coverage_periods=[period("2027-01-01", "2027-06-30"), period("2027-07-01", plan=NEW)],
        lines=lines("2027-06-30", "2027-07-01"),
    )

    assert costs(document) == ["1800.00", "2300.00"]
    assert [(year["plan_year"], year["patient_cost"]) for year in document["years"]] == [
        ("2027-01-01/2027-06-30", "1800.00"),
        ("2027-07-01/2027-12-31", "2300.00"),
    ]


def test_credit_of_the_earlier_carrier_counts_only_where_it_is_said(runtime):
    balances = {"as_of": "2027-07-01", "deductible_met": "1500", "out_of_pocket_met": "1800"}
    later = period("2027-07-01", plan=NEW)
    later["coverage"]["balances"] = balances
    document = asking.adjudicate(
        runtime, coverage_periods=[period("2027-01-01", "2027-06-30"), later], lines=lines("2027-08-01")
    )

    assert costs(document) == ["950.00"]  # 500 + 10 % of 4,500


def test_the_same_coverage_after_itself_goes_on(runtime):
    document = asking.adjudicate(
        runtime,
        coverage_periods=[period("2027-01-01", "2027-06-30"), period("2027-07-01")],
        lines=lines("2027-06-01", "2027-07-01"),
    )

    assert costs(document) == ["1800.00", "1000.00"]  # the deductible is met once


def test_a_copay_programme_goes_on_from_one_plan_to_the_next(runtime):
    document = asking.adjudicate(
        runtime,
        coverage_periods=[period("2027-01-01", "2027-06-30"), period("2027-07-01", plan=NEW)],
        assistance={"copay_program": {"annual_maximum": "2000"}, "accumulator_program": "none"},
        lines=lines("2027-06-01", "2027-07-01"),
    )

    assert [line["assistance_paid"] for line in document["lines"]] == ["1800.00", "200.00"]


def test_a_change_from_employer_to_medicare(runtime):
    document = asking.adjudicate(
        runtime,
        coverage_periods=[
            period("2026-01-01", "2026-06-30"),
            {"first_day": "2026-07-01", "coverage": {"payer": "medicare"}},
        ],
        lines=lines("2026-06-01", "2026-07-01"),
    )

    # 283 is the Part B deductible of 2026; 20 % of 4,717.
    assert costs(document) == ["1800.00", "1226.40"]


def test_every_line_must_have_a_coverage(runtime):
    body = {"coverage_periods": [period("2027-01-01", "2027-06-30")], "lines": lines("2027-06-30", "2027-07-01")}
    with pytest.raises(InvalidRequest) as refused:
        asking.adjudicate(runtime, **body)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/lines/1/service_on", "no_coverage_on")]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (
            {"coverage_periods": [period("2027-01-01"), period("2027-07-01")]},
            {("/coverage_periods/1/first_day", "periods_overlap")},
        ),
        (
            {"coverage_periods": [period("2027-07-01", "2027-06-30")]},
            {("/coverage_periods/0/last_day", "period_backwards")},
        ),
        ({"coverage_periods": [period("2027-01-01")], "plan": OLD}, {("/plan", "conflict")}),
        (
            {"coverage_periods": [period("2027-01-01", price={"drug_allowed_per_unit": "50"})]},
            {("/coverage_periods/0/price", "price_of_lines")},
        ),
        (
            {"coverage_periods": [{"first_day": "2027-01-01", "coverage": {}}]},
            {("/coverage_periods/0/coverage/payer", "required")},
        ),
        (
            {"coverage_periods": [period("2027-01-01", plan=None)]},
            {("/coverage_periods/0/coverage/plan", "required")},
        ),
        ({}, {("/payer", "required")}),
    ],
)
def test_periods_that_cannot_be_are_refused_by_name(more, found):
    assert problems(ADJUDICATION_REQUEST, more | {"lines": lines("2027-01-05")}) >= found


# 70 g and 180 minutes: 140 x 61.35 + 310 = 8,899 under the first plan, 140 x 50 + 100 = 7,100 under the second.
BEFORE = asking.PLAN
CHANGE = {
    "coverage": None,
    "price": None,
    "therapy": {"courses": 2, "interval": {"value": 35, "unit": "day"}},
    "coverage_periods": [
        {
            "first_day": "2026-01-01",
            "last_day": "2026-12-31",
            "coverage": {"payer": "commercial", "plan": BEFORE, "balances": asking.NOTHING_MET},
            "price": asking.PRICE,
        },
        {
            "first_day": "2027-01-01",
            "coverage": {"payer": "commercial", "plan": NEW | {"deductible": "none", "year_starts_on": "2027-01-01"}},
            "price": {"drug_allowed_per_unit": "50.00", "administration_allowed_per_visit": "100.00"},
        },
    ],
}


def test_an_estimate_prices_and_shares_each_day_under_its_own_coverage(runtime):
    document = asking.estimate(runtime, **CHANGE)

    # 1,500 + 20 % of 7,399 = 2,979.80; then 10 % of 7,100.
    assert [infusion["patient_cost"]["expected"] for infusion in document["infusions"]] == ["2979.80", "710.00"]
    assert document["summary"]["patient_cost"] == {"low": "3689.80", "expected": "3689.80", "high": "3689.80"}
    assert [(year["plan_year"], year["patient_cost"]["high"]) for year in document["years"]] == [
        ("2026-01-01/2026-12-31", "2979.80"),
        ("2027-01-01/2027-12-31", "710.00"),
    ]


def test_what_a_later_coverage_leaves_open_is_asked_for_by_its_place(runtime):
    changed = dict(CHANGE)
    first, second = CHANGE["coverage_periods"]
    changed["coverage_periods"] = [first, second | {"coverage": {"payer": "commercial"}}]

    document = asking.estimate(runtime, **changed)

    assert document["summary"]["patient_cost"]["low"] == "2979.80"
    assert document["summary"]["narrow_with"][0] == "coverage_periods[1].coverage.plan.out_of_pocket_max"


def test_help_goes_on_from_one_coverage_to_the_next_in_an_estimate(runtime):
    changed = CHANGE | {"assistance": {"copay_program": {"annual_maximum": "600"}, "accumulator_program": "none"}}

    document = asking.estimate(runtime, **changed)

    helped = next(item for item in document["scenarios"] if item["code"] == "with_assistance")
    assert helped["patient_cost"]["expected"] == "2489.80"  # 600 in each calendar year


def test_an_estimate_of_days_without_coverage_is_refused(runtime):
    changed = CHANGE | {"coverage_periods": CHANGE["coverage_periods"][:1]}
    with pytest.raises(InvalidRequest) as refused:
        asking.estimate(runtime, **changed)

    assert [(item.pointer, item.code) for item in refused.value.problems] == [("/coverage_periods", "no_coverage_on")]


def test_an_estimate_takes_coverage_or_periods_and_not_both():
    body = {
        "therapy": {"diagnosis": "G61.81"},
        "coverage": {"payer": "medicare"},
        "coverage_periods": [period("2026-01-01")],
    }

    assert problems(ESTIMATE_REQUEST, body) == {("/coverage", "conflict")}


OUTSIDE = {
    "deductible": {"individual": "3000"},
    "out_of_pocket_max": {"individual": "12000"},
    "cost_share": {"default": {"coinsurance_percent": "40"}},
}


def scenario(document, code="out_of_network"):
    return next(item for item in document["scenarios"] if item["code"] == code)


def test_out_of_network_is_a_scenario(runtime):
    plan = asking.PLAN | {"out_of_network": OUTSIDE}
    charges = asking.PRICE | {"billed_charge_per_unit": "100.00", "billed_charge_administration": "400.00"}

    document = asking.estimate(runtime, coverage=asking.EMPLOYER | {"plan": plan}, price=charges)

    # 3,000 + 40 % of 5,589 = 5,235.60 and 14,000 - 8,589 for the drug; 40 % of 310 and 90 for giving it.
    assert scenario(document)["patient_cost"]["expected"] == "10860.60"
    assert document["summary"]["patient_cost"]["expected"] == "2979.80"


def test_out_of_network_terms_that_were_not_given_are_no_figure(runtime):
    found = scenario(asking.estimate(runtime))

    assert found["patient_cost"] == {"low": None, "expected": None, "high": None}
    assert "out of network was not given" in found["why"]


def test_an_estimate_out_of_network_ranges_where_its_terms_are_not_known(runtime):
    document = asking.estimate(runtime, coverage=asking.EMPLOYER | {"network": "out"})

    assert document["summary"]["patient_cost"] == {"low": "0.00", "expected": None, "high": None}
    assert document["summary"]["narrow_with"] == ["price.billed_charge_per_unit", "coverage.plan.out_of_network"]


def test_an_estimate_out_of_network_goes_by_its_terms(runtime):
    plan = asking.PLAN | {"out_of_network": OUTSIDE}

    document = asking.estimate(runtime, coverage=asking.EMPLOYER | {"plan": plan, "network": "out"})

    # 3,000 + 40 % of 5,899; what the provider charges on top is not known.
    assert document["summary"]["patient_cost"]["expected"] == "5359.60"
    codes = {item["code"] for item in document["assumptions"]}
    assert {"out_of_network_allowed", "balance_bill_unknown"} <= codes


def test_a_missing_authorization_out_of_network_is_nobodys_for_certain(runtime):
    plan = asking.PLAN | {"out_of_network": OUTSIDE}
    denial = {"reason": "no_authorization", "notice": "none"}
    coverage = asking.EMPLOYER | {"plan": plan}

    inside = scenario(asking.estimate(runtime, coverage=coverage, denial=denial), "denied")
    outside = scenario(asking.estimate(runtime, coverage=coverage | {"network": "out"}, denial=denial), "denied")

    assert (inside["owes"], outside["owes"]) == ("nothing", "unknown")
    assert outside["next_infusion"] == {"low": None, "expected": None, "high": None}


def test_a_denial_goes_by_the_coverage_of_the_next_infusion(runtime):
    first, second = CHANGE["coverage_periods"]
    changed = CHANGE | {
        "as_of": "2026-12-15",
        "denial": {"reason": "not_necessary", "notice": "none"},
        "coverage_periods": [first, second | {"coverage": {"payer": "medicare", "balances": {"deductible_met": "0"}}}],
    }

    found = scenario(asking.estimate(runtime, **changed), "denied")

    # Medicare's provider bears a denial without notice; the window lies under two payers.
    assert (found["owes"], found["next_infusion"]["expected"]) == ("nothing", "0.00")
    assert found["window"] == {"low": None, "expected": None, "high": None}


def test_what_the_last_months_met_is_a_range_where_it_was_not_said(runtime):
    plan = asking.PLAN | {"fourth_quarter_carryover": {}, "out_of_pocket_max": "none"}
    balances = {"as_of": "2026-11-20", "deductible_met": "900.00", "out_of_pocket_met": "900.00"}
    coverage = {"payer": "commercial", "plan": plan, "balances": balances}

    document = asking.estimate(runtime, coverage=coverage, therapy={"start_on": "2027-01-05"})

    # 1,500 of the deductible or 600; 20 % of the rest of 8,899.
    assert document["summary"]["patient_cost"] == {"low": "2259.80", "expected": "2979.80", "high": "2979.80"}
    assert document["summary"]["narrow_with"] == ["coverage.balances.fourth_quarter_deductible"]
