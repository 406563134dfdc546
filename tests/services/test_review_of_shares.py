"""What callers said and what was left open of plans, once passed over: each stays as the input that showed it."""

import pytest

from tests.services.reviewing import (
    PLAN,
    adjudicate,
    card,
    codes,
    estimate,
    line,
    of,
    scenario,
)

COMMERCIAL = {"payer": "commercial", "plan": PLAN}
NOTHING_MET = {"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}


def with_plan(**more):
    return {"payer": "commercial", "plan": PLAN | more, "balances": NOTHING_MET}


def cost_of(document, code="with_assistance"):
    return next(each for each in document["scenarios"] if each["code"] == code)["patient_cost"]


@pytest.mark.parametrize(
    "coverage",
    [
        with_plan(issue_state="TX") | {"funding": "fully_insured"},
        with_plan(issue_state="TX", funding="fully_insured"),
    ],
)
def test_who_funds_a_plan_is_heard_wherever_it_is_said(coverage, runtime):
    document = estimate(runtime, coverage=coverage, assistance={"copay_program": {"annual_maximum": "1200.00"}})

    # 1,000.00 + 20 % of 500.00, then twelve days of 300.00: 4,700.00, of which the card pays 1,200.00.
    assert cost_of(document) == {"low": "3500.00", "expected": "3500.00", "high": "3500.00"}
    assert "accumulator_banned" in codes(document)


@pytest.mark.parametrize(
    ("said", "missing"),
    [({"issue_state": "TX"}, "plan.funding"), ({"funding": "fully_insured"}, "plan.issue_state")],
)
def test_whether_a_state_s_law_binds_an_accumulator_is_asked(said, missing, runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "1000.00"),
        line("b", "2027-03-01", "1000.00"),
        plan=PLAN | said,
        assistance=card("600.00", "accumulator"),
    )

    # Where the card counts: 400.00 and 20 % of 1,000.00. Where not: 400.00, 600.00 of deductible and 20 % of 400.00.
    assert document["patient_cost"] == {"low": "600.00", "expected": None, "high": "1080.00"}
    assert document["narrow_with"] == [missing]


def test_an_accumulator_of_which_no_law_speaks_is_as_stated(runtime):
    lines = [line("a", "2027-02-01", "1000.00"), line("b", "2027-03-01", "1000.00")]

    for said in ({}, {"funding": "self_funded", "issue_state": "TX"}, {"issue_state": "CA"}):
        document = adjudicate(runtime, *lines, plan=PLAN | said, assistance=card("600.00", "accumulator"))
        assert document["patient_cost"]["low"] == document["patient_cost"]["high"] == "1080.00"


def test_an_estimate_says_what_accounts_could_pay_and_takes_nothing_off(runtime):
    document = estimate(
        runtime,
        {"courses": 2},
        coverage=with_plan(),
        assistance={"accounts": {"hsa": "5000.00", "hra": "400.00"}},
    )

    # Two days of 1,500.00: 1,000.00 of deductible and 20 % of 500.00, then 300.00.
    assert document["summary"]["patient_cost"]["expected"] == "1400.00"
    assert document["sources_of_money"] == [
        {"kind": "hra", "amount": {"low": "400.00", "expected": "400.00", "high": "400.00"}},
        {"kind": "hsa", "amount": {"low": "1000.00", "expected": "1000.00", "high": "1000.00"}},
    ]


def halves(first, second):
    return [
        {"first_day": "2027-01-01", "last_day": "2027-06-30", "coverage": COMMERCIAL, **first},
        {"first_day": "2027-07-01", "coverage": COMMERCIAL, **second},
    ]


def test_an_account_of_one_coverage_pays_of_its_days_alone(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "1500.00"),
        line("b", "2027-08-01", "1500.00"),
        coverage_periods=halves({"assistance": {"accounts": {"fsa": "2000.00"}}}, {}),
    )

    # Of 1,100.00 and 300.00 the account of the first half could pay the 1,100.00.
    assert document["sources_of_money"] == [{"kind": "fsa", "amount": "1100.00"}]


def test_an_account_that_lasts_is_spent_once(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "1500.00"),
        line("b", "2027-08-01", "1500.00"),
        coverage_periods=halves({}, {}),
        assistance={"accounts": {"hsa": "1200.00"}},
    )

    assert document["sources_of_money"] == [{"kind": "hsa", "amount": "1200.00"}]


def test_a_period_is_named_by_its_place_as_it_was_sent(runtime):
    later, earlier = halves({}, {})[::-1]
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "1500.00"),
        line("b", "2027-08-01", "1500.00"),
        coverage_periods=[later | {"coverage": COMMERCIAL | {"plan": PLAN | {"hdhp": True}}}, earlier],
    )

    # The plan of the second half was sent first.
    fields = {item["code"]: item["field"] for item in document["assumptions"]}
    assert fields["new_coverage_from_nothing"] == "coverage_periods[0].coverage.balances"
    assert fields["balances_taken_as_zero"] == "coverage_periods[1].coverage.balances"


def test_an_estimate_names_a_period_by_its_place_as_it_was_sent(runtime):
    later, earlier = halves({}, {})[::-1]
    document = estimate(
        runtime,
        {"start_on": "2027-05-04"},
        coverage=None,
        coverage_periods=[later | {"coverage": {"payer": "commercial"}}, earlier],
    )

    assert document["summary"]["narrow_with"][0] == "coverage_periods[0].coverage.plan.out_of_pocket_max"


def test_a_maximizer_whose_card_is_used_up_is_said(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "3000.00"),
        balances=NOTHING_MET | {"assistance_used": "1200.00"},
        assistance=card("1200.00", "maximizer"),
    )

    assert of(document, "plan_paid", "patient_cost") == [("3000.00", "0.00")]
    assert "maximizer_used_up" in {item["code"] for item in document["lines"][0]["why"]}
    assert "maximizer_used_up" in codes(document)


def test_a_maximizer_with_something_left_says_nothing_of_it(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "3000.00"),
        balances=NOTHING_MET | {"assistance_used": "0.00"},
        assistance=card("1200.00", "maximizer"),
    )

    assert of(document, "plan_paid", "assistance_paid") == [("2900.00", "100.00")]
    assert "maximizer_used_up" not in codes(document)


def test_an_estimate_says_that_a_maximizer_s_card_is_used_up(runtime):
    document = estimate(
        runtime,
        coverage=with_plan() | {"balances": NOTHING_MET | {"assistance_used": "1200.00"}},
        assistance=card("1200.00", "maximizer", covers=["drug", "administration"]),
    )

    assert scenario(document, "with_assistance") == "0.00"
    assert "maximizer_used_up" in codes(document)


FAMILY = PLAN | {
    "deductible": {"individual": "1000.00", "family": "2000.00"},
    "out_of_pocket_max": {"individual": "1500.00", "family": "2500.00"},
}


def test_another_member_s_limit_is_not_the_patient_s(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "500.00"),
        line("b", "2027-03-01", "9000.00", member="spouse"),
        plan=FAMILY,
    )
    year = document["years"][0]

    # The spouse reaches 1,500.00; the patient has paid 500.00, the family 2,000.00.
    assert year["limit_reached_on"] is None
    assert year["balances_after"]["out_of_pocket_met"] == "500.00"
    assert year["balances_after"]["family_out_of_pocket_met"] == "2000.00"
    assert [(each["member"], each["limit_reached_on"]) for each in year["members"]] == [
        ("self", None),
        ("spouse", "2027-03-01"),
    ]
    assert year["members"][1]["balances_after"]["out_of_pocket_met"] == "1500.00"


def test_the_family_s_limit_is_everybody_s(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "500.00"),
        line("b", "2027-03-01", "9000.00", member="spouse"),
        line("c", "2027-04-01", "9000.00", member="child"),
        plan=FAMILY,
    )

    # 500.00 + 1,500.00, and the child reaches the 2,500.00 of the family.
    assert of(document, "patient_cost") == [("500.00",), ("1500.00",), ("500.00",)]
    assert document["years"][0]["limit_reached_on"] == "2027-04-01"
    assert [each["limit_reached_on"] for each in document["years"][0]["members"]] == [
        "2027-04-01",
        "2027-03-01",
        "2027-04-01",
    ]


def test_the_only_member_with_lines_is_the_patient(runtime):
    document = adjudicate(runtime, line("b", "2027-03-01", "9000.00", member="spouse"), plan=FAMILY)

    assert document["years"][0]["limit_reached_on"] == "2027-03-01"
    assert document["years"][0]["balances_after"]["out_of_pocket_met"] == "1500.00"
    assert "members" not in document["years"][0]


@pytest.mark.parametrize(
    ("method", "paid", "cost"),
    [("standard", "2500.00", "500.00"), ("maintenance_of_benefits", "2500.00", "500.00")],
)
def test_a_second_plan_pays_of_what_the_first_does_not_cover_out_of_network(method, paid, cost, runtime):
    second = PLAN | {"deductible": {"individual": "500.00"}, "cost_share": {"default": {"coinsurance_percent": "0"}}}
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "3000.00", network="out", billed_amount="3000.00"),
        plan=PLAN | {"out_of_network": "none"},
        secondaries=[{"kind": "commercial", "method": method, "plan": second}],
    )

    # An expense that one of the plans covers is allowable: 3,000.00 less the second plan's deductible of 500.00.
    assert of(document, "plan_paid", "secondary_paid", "patient_cost") == [("0.00", paid, cost)]
    assert "later_plan_taken_in_network" in codes(document)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"csr": "zero"}, {"csr_zero_beside_terms"}),
        ({"csr": "limited"}, {"csr_limited_by_place"}),
        ({"csr": "zero", "deductible": "none", "cost_share": {"default": {"coinsurance_percent": "0"}}}, set()),
        ({"csr": "94"}, set()),
    ],
)
def test_a_variant_that_owes_nothing_beside_terms_that_ask_is_said(terms, expected, runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00"), plan=PLAN | terms)

    assert {code for code in codes(document) if code.startswith("csr_")} == expected


UNSAID_METHOD = {
    "kind": "commercial",
    "plan": PLAN | {"deductible": "none", "out_of_pocket_max": "none"},
    "balances": {"deductible_met": "0.00", "out_of_pocket_met": "0.00"},
}


def test_how_a_second_plan_coordinates_is_a_range_where_it_was_not_said(runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00"), secondaries=[UNSAID_METHOD])

    # 1,400.00 is left; the second plan pays it of its 2,400.00. Without duplication it pays 2,400.00 - 1,600.00,
    # and 600.00 is left; by maintenance of benefits 80 % of 1,400.00.
    assert of(document, "secondary_paid", "patient_cost") == [("1400.00", "0.00")]
    assert document["patient_cost"] == {"low": "0.00", "expected": None, "high": "600.00"}
    assert document["narrow_with"] == ["secondaries[0].method"]


def test_an_estimate_ranges_over_how_a_second_plan_coordinates(runtime):
    coverage = with_plan() | {"secondaries": [UNSAID_METHOD]}
    document = estimate(runtime, {"courses": 2}, coverage=coverage)

    # Of two days of 1,500.00, 1,100.00 and 300.00 are left: without duplication the second plan pays 1,200.00 - 400.00
    # of the first day, and nothing beyond the 1,200.00 already paid of the second.
    assert document["summary"]["patient_cost"] == {"low": "0.00", "expected": "0.00", "high": "600.00"}
    assert document["summary"]["narrow_with"][0] == "coverage.secondaries[0].method"


def test_what_other_members_have_met_is_asked(runtime):
    lines = [line("a", "2027-02-01", "500.00"), line("b", "2027-03-01", "500.00", member="spouse")]
    family = NOTHING_MET | {"family_deductible_met": "0.00", "family_out_of_pocket_met": "0.00"}
    asked = adjudicate(runtime, *lines, plan=FAMILY, balances=family)
    told = adjudicate(
        runtime, *lines, plan=FAMILY, balances=family | {"members": {"spouse": {"deductible_met": "0.00"}}}
    )

    fields = {item["code"]: item["field"] for item in asked["assumptions"]}
    assert fields["balances_partly_taken_as_zero"] == "balances.members.spouse"
    assert "balances_partly_taken_as_zero" not in codes(told)
