"""Help with the share: a scenario of an estimate, and what an adjudication says where something about it is open."""

import pytest

from tests.services import asking

CARD = {"copay_program": {"annual_maximum": "10000.00"}}
NEXT_YEAR = {"start_on": "2027-01-05", "courses": 4, "interval": {"value": 28, "unit": "day"}}


def point(amount):
    return {"low": amount, "expected": amount, "high": amount}


def scenario(runtime, code="with_assistance", **parts):
    document = asking.estimate(runtime, **parts)
    return next(item for item in document["scenarios"] if item["code"] == code), document


def test_help_is_counted_in_its_own_scenario_alone(runtime):
    found, document = scenario(runtime, assistance=CARD | {"accumulator_program": "none"})

    # 1,500 + 20 % of 7,089 for the drug, which the card pays; 62 for giving it.
    assert found["patient_cost"] == point("62.00")
    assert document["summary"]["patient_cost"] == point("2979.80")
    assert "assistance_in_scenario" in {item["code"] for item in document["assumptions"]}


def test_what_a_card_pays_may_meet_no_deductible(runtime):
    found, _ = scenario(runtime, assistance=CARD)

    # Under an accumulator the deductible is still open when the infusion is billed: all of its 310.
    assert found["patient_cost"] == {"low": "62.00", "expected": None, "high": "310.00"}


def test_how_the_plan_counts_help_makes_a_range(runtime):
    found, _ = scenario(runtime, therapy=NEXT_YEAR, assistance={"copay_program": {"annual_maximum": "1000.00"}})

    # The maximum of 6,000 is reached; the card's 1,000 is in it, or 1,000 more is owed.
    assert found["patient_cost"] == {"low": "5000.00", "expected": None, "high": "6000.00"}
    assert found["alternatives"] == [
        {"accumulator_program": "none", "patient_cost": point("5000.00")},
        {"accumulator_program": "accumulator", "patient_cost": point("6000.00")},
    ]


@pytest.mark.parametrize(
    ("therapy", "code"),
    [
        ({"product": "gamunex-c"}, "assistance_program_not_on_file"),
        ({"product": "privigen"}, "assistance_maximum_not_on_file"),
    ],
)
def test_a_programme_whose_maximum_is_not_on_file_is_no_figure(therapy, code, runtime):
    found, document = scenario(runtime, therapy=therapy, assistance={"copay_program": "auto"})

    assert found["patient_cost"] == point(None)
    assert code in {item["code"] for item in document["assumptions"]}
    assert found["why"]


def test_a_use_that_is_not_on_the_label_gets_no_help_where_the_terms_say_so(runtime):
    found, document = scenario(
        runtime,
        therapy={"diagnosis": "G70.01", "indication": "myasthenia_gravis", "product": "privigen"},
        assistance={"copay_program": {"annual_maximum": "1000.00", "on_label_only": True}},
    )

    assert found["patient_cost"] == document["summary"]["patient_cost"]
    assert "assistance_on_label_only" in {item["code"] for item in document["assumptions"]}


def test_patients_of_federal_programmes_may_not_take_a_manufacturers_help(runtime):
    found, document = scenario(runtime, coverage=asking.MEDICARE, assistance=CARD)

    assert found["patient_cost"] == document["summary"]["patient_cost"]
    assert "assistance_refused_federal" in {item["code"] for item in document["assumptions"]}


LINES = [
    {"id": "a", "service_on": "2027-02-01", "category": "drug", "allowed_amount": "1000.00"},
    {"id": "b", "service_on": "2027-03-01", "category": "drug", "allowed_amount": "1000.00"},
]
FULL = {"deductible": {"individual": "1000"}, "out_of_pocket_max": {"individual": "1000"}}


def adjudicated(runtime, assistance, *, lines=LINES, **plan):
    terms = FULL | {"cost_share": {"default": {"coinsurance_percent": "20"}}} | plan
    return asking.adjudicate(runtime, payer="commercial", plan=terms, assistance=assistance, lines=lines)


def test_an_adjudication_answers_both_ways_and_asks(runtime):
    document = adjudicated(runtime, {"copay_program": {"annual_maximum": "600"}})

    # 1,000 with 600 of it the card's; or 400 and then 600 more.
    assert document["patient_cost"] == {"low": "400.00", "expected": None, "high": "1000.00"}
    assert document["totals"]["patient_cost"] == "1000.00"
    assert document["narrow_with"] == ["assistance.accumulator_program"]
    effect = next(item["effect"] for item in document["assumptions"] if item["code"] == "accumulator_unknown")
    assert effect == {"low": "400.00", "expected": None, "high": "1000.00"}


def test_where_both_ways_agree_nothing_is_asked(runtime):
    document = adjudicated(runtime, {"copay_program": {"annual_maximum": "600"}}, lines=LINES[:1])

    assert document["patient_cost"] == point("400.00")
    assert document["narrow_with"] == []


@pytest.mark.parametrize("program", ["auto", {"patient_pays": "10.00"}])
def test_an_unknown_maximum_leaves_the_cost_open_and_the_share_known(program, runtime):
    document = adjudicated(runtime, {"copay_program": program, "accumulator_program": "none"}, lines=LINES[:1])

    line = document["lines"][0]
    assert (line["patient_share"], line["assistance_paid"], line["patient_cost"]) == ("1000.00", None, None)
    assert (document["totals"]["patient_cost"], document["years"][0]["patient_cost"]) == (None, None)
    assert document["narrow_with"] == ["assistance.copay_program"]
    assert line["why"][-1]["code"].startswith("assistance_")


def test_accounts_are_where_the_money_comes_from_and_no_reduction(runtime):
    document = adjudicated(runtime, {"accounts": {"hsa": "900.00", "hra": "400.00"}})

    assert document["totals"]["patient_cost"] == "1000.00"
    assert document["sources_of_money"] == [
        {"kind": "hra", "amount": "400.00"},
        {"kind": "hsa", "amount": "600.00"},
    ]


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"funding": "fully_insured", "issue_state": "AR"}, "accumulator_banned"),
        ({"funding": "self_funded", "issue_state": "AR"}, "accumulator_unknown"),
        ({"funding": "fully_insured", "issue_state": "AR", "hdhp": True}, "copay_help_in_hdhp"),
    ],
)
def test_laws_bind_insured_plans_alone(plan, code, runtime):
    document = adjudicated(runtime, {"copay_program": {"annual_maximum": "600"}}, **plan)

    assert code in {item["code"] for item in document["assumptions"]}


def test_a_grant_is_not_used_up_on_what_a_later_payer_pays(runtime):
    lines = [line | {"service_on": line["service_on"].replace("2027", "2026"), "category": "visit"} for line in LINES]
    document = asking.adjudicate(
        runtime,
        payer="medicare",
        plan={"deductible": {"individual": "183"}},
        secondaries=[{"kind": "medigap", "medigap_plan": "G"}],
        assistance={"grant": {"amount": "200"}},
        lines=lines,
    )

    # Plan G pays all but the Part B deductible; the grant pays that, and 17 of it is left over.
    assert [line["assistance_paid"] for line in document["lines"]] == ["183.00", "0.00"]
    assert document["totals"]["patient_cost"] == "0.00"


def without_limits(percent):
    share = {"default": {"coinsurance_percent": percent}}
    return {"deductible": "none", "out_of_pocket_max": "none", "cost_share": share}


def test_a_card_pays_of_what_a_second_plan_leaves(runtime):
    second = {"kind": "commercial", "method": "non_duplication", "plan": without_limits("10")}
    document = asking.adjudicate(
        runtime,
        payer="commercial",
        plan=without_limits("20"),
        secondaries=[second | {"balances": {"deductible_met": "0"}}],
        assistance={
            "copay_program": {"annual_maximum": "150", "patient_pays": "10.00"},
            "accumulator_program": "none",
        },
        lines=LINES,
    )

    # 200 of each 1,000; by non-duplication the second plan adds 900 - 800 = 100; of the 100 left the patient pays 10.
    assert [line["secondary_paid"] for line in document["lines"]] == ["100.00", "100.00"]
    assert [line["assistance_paid"] for line in document["lines"]] == ["90.00", "60.00"]
    assert [line["patient_cost"] for line in document["lines"]] == ["10.00", "40.00"]


def test_a_programme_is_for_who_has_commercial_insurance(runtime):
    document = asking.adjudicate(runtime, payer="self_pay", assistance=CARD, lines=LINES)

    assert document["totals"]["patient_cost"] == "2000.00"
    assert "assistance_needs_commercial" in {item["code"] for item in document["assumptions"]}


def test_each_line_shows_what_is_left_of_a_programme(runtime):
    document = adjudicated(runtime, {"copay_program": {"annual_maximum": "1500"}, "accumulator_program": "none"})

    after = [line["balances_after"] for line in document["lines"]]
    assert [(each["assistance_used"], each["assistance_left"]) for each in after] == [
        ("1000.00", "500.00"),
        ("1000.00", "500.00"),
    ]
    assert document["lines"][0]["explain"] == (
        "The plan allows $1,000.00 for this line. $1,000.00 goes to your deductible. You pay $0.00; the plan pays "
        "$0.00. Help pays $1,000.00 of your part. By then $1,000.00 of your yearly limit of $1,000.00 has been met."
    )
