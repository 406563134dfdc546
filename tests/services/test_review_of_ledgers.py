"""Ledgers and help over coverage that changes, once answered wrongly: each stays as the input that showed it."""

import pytest

from tests.services.reviewing import (
    AGREED,
    PLAN,
    SECOND,
    adjudicate,
    card,
    cents,
    codes,
    estimate,
    line,
    of,
    scenario,
)


def period(first_day, last_day=None, plan=PLAN, *, assistance=None, **coverage):
    found = {
        "first_day": first_day,
        "last_day": last_day,
        "coverage": {"payer": "commercial", "plan": plan, **coverage},
    }
    return {name: value for name, value in (found | {"assistance": assistance}).items() if value is not None}


HALVES = (("2027-01-01", "2027-06-30"), ("2027-07-01", None))
CHEAPER = PLAN | {"deductible": {"individual": "500.00"}}
FEBRUARY, AUGUST = line("a", "2027-02-01", "3000.00"), line("b", "2027-08-01", "3000.00")


def test_a_grant_is_spent_once(runtime):
    document = adjudicate(
        runtime,
        FEBRUARY,
        AUGUST,
        coverage_periods=[period(*HALVES[0]), period(*HALVES[1], plan=CHEAPER)],
        assistance={"grant": {"amount": "500.00"}},
    )

    assert of(document, "assistance_paid") == [("500.00",), ("0.00",)]


def test_a_month_of_a_maximizer_is_spent_once(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-06-01", "3000.00"),
        line("b", "2027-06-20", "3000.00"),
        coverage_periods=[period("2027-01-01", "2027-06-15"), period("2027-06-16", plan=CHEAPER)],
        assistance=card("1200.00", "maximizer"),
    )

    # A month's part of 1,200.00 is 100.00.
    assert of(document, "assistance_paid") == [("100.00",), ("0.00",)]


@pytest.mark.parametrize(
    "more",
    [
        {"assistance": card("100.00")},
        {"assistance": {"grant": {"amount": "1.00"}}},
        {"authorization": {"status": "approved"}},
        {"secondaries": [SECOND]},
    ],
)
def test_a_plan_s_ledger_goes_on_whatever_else_changes(more, runtime):
    document = adjudicate(runtime, FEBRUARY, AUGUST, coverage_periods=[period(*HALVES[0]), period(*HALVES[1], **more)])

    # 1,000.00 and 20 % of 2,000.00; then 20 % of 3,000.00, whoever pays of it.
    assert of(document, "patient_share", "deductible")[0] == ("1400.00", "1000.00")
    assert of(document, "deductible", "coinsurance")[1] == ("0.00", "600.00")
    assert document["lines"][1]["balances_after"]["out_of_pocket_met"] == "2000.00"
    assert "new_coverage_from_nothing" not in codes(document)


def test_a_second_payer_s_ledger_goes_on_too(runtime):
    second = {
        "kind": "commercial",
        "method": "standard",
        "plan": AGREED
        | {"deductible": {"individual": "1000.00"}, "cost_share": {"default": {"coinsurance_percent": "0"}}},
    }
    first, then = ({"secondaries": [second]}, {"secondaries": [second], "authorization": {"status": "approved"}})
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "1000.00"),
        AUGUST,
        coverage_periods=[period(*HALVES[0], **first), period(*HALVES[1], **then)],
    )

    # The second plan's deductible is met in February: it pays all 600.00 of August.
    assert of(document, "secondary_paid", "patient_cost") == [("0.00", "1000.00"), ("600.00", "0.00")]


NOTHING_MET = {"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}


@pytest.mark.parametrize(
    "more",
    [{}, {"authorization": {"status": "approved"}}, {"assistance": {"grant": {"amount": "1.00"}}}],
)
@pytest.mark.parametrize("balances", [NOTHING_MET, {"as_of": "2027-03-10", "deductible_met": "1000.00"}])
def test_an_estimate_s_ledger_goes_on_whatever_else_changes(balances, more, runtime):
    whole = estimate(runtime, coverage={"payer": "commercial", "plan": PLAN, "balances": balances})
    periods = [period(*HALVES[0], balances=balances), period(*HALVES[1], **more)]
    document = estimate(runtime, coverage=None, coverage_periods=periods)

    assert document["summary"]["patient_cost"] == whole["summary"]["patient_cost"]
    assert document["summary"]["limit_reached_on"] == whole["summary"]["limit_reached_on"]
    assert [year["patient_cost"] for year in document["years"]] == [year["patient_cost"] for year in whole["years"]]


def test_an_estimate_s_grant_is_spent_once(runtime):
    periods = [period(*HALVES[0], balances=NOTHING_MET), period(*HALVES[1], plan=CHEAPER)]
    grant = {"grant": {"amount": "500.00"}}
    document = estimate(runtime, coverage=None, coverage_periods=periods, assistance=grant)

    assert cents(scenario(document, "as_entered")) - cents(scenario(document, "with_assistance")) == 500_00
    assert "new_coverage_from_nothing" in codes(document)


def test_what_a_programme_has_paid_by_a_later_coverage_s_balances_stands(runtime):
    later = period(
        *HALVES[1],
        plan=CHEAPER,
        balances={
            "as_of": "2027-07-01",
            "deductible_met": "0.00",
            "out_of_pocket_met": "0.00",
            "assistance_used": "1900.00",
        },
    )
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "300.00"),
        AUGUST,
        coverage_periods=[period(*HALVES[0]), later],
        assistance=card("2000.00"),
    )

    # 500.00 and 20 % of 2,500.00, of which the card has 100.00 left to pay.
    assert of(document, "assistance_paid", "patient_cost") == [("300.00", "0.00"), ("100.00", "900.00")]
