"""Costs of which something is open: bills, denials, what is known of the rest, and how it is said."""

import pytest

from tests.services.reviewing import (
    OUTSIDE,
    PLAN,
    adjudicate,
    card,
    codes,
    estimate,
    line,
    of,
)

NOTHING_MET = {"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"}


def with_plan(**more):
    return {"payer": "commercial", "plan": PLAN | more, "balances": NOTHING_MET}


def test_a_bill_that_nobody_knows_leaves_the_cost_open_above(runtime):
    document = adjudicate(
        runtime, line("a", "2027-02-01", "3000.00", network="out"), plan=PLAN | {"out_of_network": OUTSIDE}
    )
    found = document["lines"][0]

    # 1,000.00 and half of 2,000.00 by the plan's terms; what the provider charges on top was not said.
    assert (found["patient_share"], found["balance_bill"], found["patient_cost"]) == ("2000.00", None, None)
    assert found["patient_cost_range"] == {"low": "2000.00", "expected": None, "high": None}
    assert document["patient_cost"] == {"low": "2000.00", "expected": None, "high": None}
    assert (document["totals"]["patient_cost"], document["years"][0]["patient_cost"]) == (None, None)
    assert document["narrow_with"] == ["lines.billed_amount"]
    assert "You pay at least $2,000.00" in found["explain"]


@pytest.mark.parametrize(
    ("line_says", "bounds", "asked"),
    [
        (
            {"denial": {"reason": "not_necessary", "notice": "none"}, "billed_amount": "5000.00"},
            ("0.00", "5000.00"),
            [],
        ),
        ({"denial": {"reason": "not_necessary", "notice": "none"}}, ("0.00", None), ["lines.billed_amount"]),
        ({"billed_amount": "5000.00"}, ("0.00", "5000.00"), ["lines.denial"]),
        (
            {"denial": {"reason": "no_authorization", "notice": "none"}, "network": "out", "billed_amount": "5000.00"},
            ("0.00", "5000.00"),
            [],
        ),
    ],
)
def test_a_denied_line_whose_bearer_is_not_known_is_a_range(line_says, bounds, asked, runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00", covered=False, **line_says))
    low, high = bounds

    assert document["lines"][0]["patient_cost"] is None
    assert document["lines"][0]["patient_cost_range"] == {"low": low, "expected": None, "high": high}
    assert document["patient_cost"] == {"low": low, "expected": None, "high": high}
    assert document["narrow_with"] == asked


@pytest.mark.parametrize(("payer", "reason"), [("medicare", "not_necessary"), ("commercial", "no_authorization")])
def test_a_notice_that_was_not_said_leaves_a_denied_line_open_where_it_decides(payer, reason, runtime):
    plan = None if payer == "medicare" else PLAN
    denied = line("a", "2026-02-01", "6000.00", covered=False, billed_amount="9000.00", denial={"reason": reason})
    document = adjudicate(runtime, denied, payer=payer, plan=plan)

    # With a notice the patient may owe the charge, without one nothing.
    assert document["lines"][0]["patient_cost"] is None
    assert document["patient_cost"] == {"low": "0.00", "expected": None, "high": "9000.00"}
    assert document["narrow_with"] == ["lines.denial"]


def test_a_notice_that_decides_nothing_is_not_asked_for(runtime):
    denied = line("a", "2026-02-01", "6000.00", covered=False, billed_amount="9000.00", denial={"reason": "no_benefit"})

    # Medicare has no such benefit: the patient owes the charge with a notice and without one.
    assert of(adjudicate(runtime, denied, payer="medicare", plan=None), "patient_cost") == [("9000.00",)]


def test_a_denied_line_whose_bearer_is_known_asks_for_nothing(runtime):
    denial = {"reason": "no_authorization", "notice": "none"}
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00", covered=False, denial=denial))

    assert of(document, "provider_liability", "patient_cost") == [("3000.00", "0.00")]
    assert document["narrow_with"] == []
    assert "denied_borne_in_network" in codes(document)


def test_what_network_contracts_usually_say_of_a_denial_is_said_so(runtime):
    denial = {"reason": "no_authorization", "notice": "none"}
    document = estimate(runtime, {"courses": 2}, coverage=with_plan(), denial=denial)
    found = next(each for each in document["scenarios"] if each["code"] == "denied")

    assert found["next_infusion"]["expected"] == "0.00"
    assert "usually bears it" in found["why"]


def test_what_is_known_bounds_a_year_with_a_line_that_is_not(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "3000.00"),
        line("b", "2027-03-01", "1000.00", covered=False, billed_amount="1500.00"),
    )

    # 1,000.00 + 20 % of 2,000.00, and the charge at most.
    assert document["patient_cost"] == {"low": "1400.00", "expected": None, "high": "2900.00"}


SAID = [
    (
        {"cost_share": {"default": {"copay": "30", "coinsurance_percent": "20", "maximum": "250"}}},
        {},
        [
            "$30.00 is your copay. $1,000.00 goes to your deductible.",
            "Your coinsurance at 20 % comes to only $220.00:",
            "the plan asks at most $250.00 a visit, apart from the deductible.",
            "You pay $1,250.00; the plan pays $1,750.00.",
            "By then $1,250.00 of your yearly limit of $5,000.00 has been met.",
        ],
    ),
    (
        {"pharmacy_deductible": "250"},
        {},
        [
            "$250.00 goes to your drug deductible. Your coinsurance at 20 % comes to $550.00.",
            "You pay $800.00; the plan pays $2,200.00.",
            "By then $800.00 of your yearly limit of $5,000.00 has been met.",
        ],
    ),
    (
        {"out_of_pocket_max": {"individual": "1000.00"}},
        {"balances": NOTHING_MET | {"deductible_met": "1000.00", "out_of_pocket_met": "1000.00"}},
        [
            "Your coinsurance at 20 % comes to $600.00.",
            "You had reached your yearly limit already: $600.00 is taken off.",
            "You pay $0.00; the plan pays $3,000.00.",
            "By then $1,000.00 of your yearly limit of $1,000.00 has been met.",
        ],
    ),
]


@pytest.mark.parametrize(("plan", "more", "sentences"), SAID)
def test_a_line_is_explained_as_a_counsellor_would(plan, more, sentences, runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00"), plan=PLAN | plan, **more)

    assert document["lines"][0]["explain"] == " ".join(["The plan allows $3,000.00 for this line.", *sentences])


def test_a_maximizer_s_part_is_no_copay_in_the_whole(runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00"), assistance=card("1200.00", "maximizer"))

    assert document["explain"] == (
        "The plan allows $3,000.00 in all. $100.00 of it is what your plan sets by the copay program. "
        "You pay $0.00; the plan pays $2,900.00. Help pays $100.00 of your part."
    )


def test_nothing_is_said_of_lines_that_nobody_knows(runtime):
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00", covered=False))

    assert document["explain"] == "Lines whose share is not known are left out of this."


CHARGES = {"billed_charge_per_unit": "40.00", "billed_charge_administration": "600.00"}
AGREED_PRICES = {"drug_allowed_per_unit": "10.00", "administration_allowed_per_visit": "100.00"}


def denied(document):
    found = next(each for each in document["scenarios"] if each["code"] == "denied")
    return found["owes"], found["next_infusion"], found["window"]


def test_a_denial_that_nobody_can_place_ranges_from_nothing_to_the_charge(runtime):
    document = estimate(
        runtime,
        {"courses": 2},
        coverage=with_plan(),
        price=AGREED_PRICES | CHARGES,
        denial={"reason": "not_necessary", "notice": "none"},
    )

    # 140 units at 40.00, and 600.00 for giving it: 6,200.00 a day.
    assert denied(document) == (
        "unknown",
        {"low": "0.00", "expected": None, "high": "6200.00"},
        {"low": "0.00", "expected": None, "high": "12400.00"},
    )


def test_a_denial_that_nobody_can_place_without_a_charge_is_no_figure(runtime):
    document = estimate(
        runtime, {"courses": 2}, coverage=with_plan(), denial={"reason": "not_necessary", "notice": "none"}
    )

    assert denied(document) == ("unknown", *[{"low": None, "expected": None, "high": None}] * 2)


def test_an_estimate_out_of_network_without_a_charge_is_open_above(runtime):
    coverage = with_plan(out_of_network=OUTSIDE) | {
        "network": "out",
        "balances": NOTHING_MET | {"out_of_network": {"deductible_met": "0.00", "out_of_pocket_met": "0.00"}},
    }
    asked = estimate(runtime, {"courses": 1}, coverage=coverage)
    told = estimate(runtime, {"courses": 1}, coverage=coverage, price=AGREED_PRICES | CHARGES)

    # 1,000.00 and half of 500.00; with the charge of 6,200.00 the rest of it, 4,700.00, comes on top.
    open_above = {"low": "1250.00", "expected": "1250.00", "high": None}
    assert asked["summary"]["patient_cost"] == asked["summary"]["next_infusion"]["patient_cost"] == open_above
    assert [year["patient_cost"] for year in asked["years"]] == [open_above]
    assert asked["infusions"][0]["patient_cost"] == open_above
    assert asked["months"][0]["patient_cost"] == open_above
    assert asked["summary"]["narrow_with"][0] == "price.billed_charge_per_unit"
    assert "may cost you $1,250.00 or more" in asked["summary"]["headline"]
    assert told["summary"]["patient_cost"] == {"low": "5950.00", "expected": "5950.00", "high": "5950.00"}


def test_every_line_of_an_estimate_shows_what_has_been_met_by_then(runtime):
    document = estimate(runtime, {"courses": 2}, coverage=with_plan())
    drug, giving = document["infusions"][0]["lines"][:2]

    # 1,000.00 and 20 % of 400.00; then 20 % of 100.00.
    assert (drug["balances_after"]["deductible_met"], drug["balances_after"]["out_of_pocket_met"]) == (
        "1000.00",
        "1080.00",
    )
    assert giving["balances_after"]["out_of_pocket_met"] == "1100.00"


def test_the_headline_says_what_help_leaves_and_what_a_maximizer_does(runtime):
    counted = estimate(runtime, {"courses": 2}, coverage=with_plan(), assistance=card("600.00"))
    maximized = estimate(runtime, {"courses": 2}, coverage=with_plan(), assistance=card("600.00", "maximizer"))

    # 1,400.00 less 600.00. The maximizer leaves the 100.00 of giving it, twice, to the deductible.
    assert "With the help you named, it may cost you $800.00." in counted["summary"]["headline"]
    assert "With the help you named, it may cost you $200.00." in maximized["summary"]["headline"]
    assert "sets your part of the drug to what the copay program gives" in maximized["summary"]["headline"]


def test_what_help_leaves_of_a_cost_that_is_open_above_is_open_too(runtime):
    met = NOTHING_MET | {"out_of_network": {"deductible_met": "0.00", "out_of_pocket_met": "0.00"}}
    coverage = with_plan(out_of_network=OUTSIDE) | {"network": "out", "balances": met}
    document = estimate(runtime, {"courses": 1}, coverage=coverage, assistance=card("300.00"))

    # 1,250.00 by the plan's terms, less 300.00.
    assert "With the help you named, it may cost you $950.00 or more." in document["summary"]["headline"]


@pytest.mark.parametrize(
    ("outside", "is_uncapped", "reached"),
    [
        ("none", True, None),
        (None, None, None),
        (OUTSIDE | {"out_of_pocket_max": "none"}, True, None),
        (OUTSIDE, False, "2027-01-05"),
    ],
)
def test_out_of_network_the_yearly_limit_is_the_one_there(outside, is_uncapped, reached, runtime):
    charge = {"billed_charge_per_unit": "100.00", "billed_charge_administration": "100.00"}
    price = {"drug_allowed_per_unit": "100.00", "administration_allowed_per_visit": "100.00"}
    document = estimate(
        runtime,
        {"courses": 2},
        coverage=with_plan(out_of_network=outside) | {"network": "out"},
        price=price | charge,
    )
    summary = document["summary"]

    # 140 units at 100.00 and 100.00 for giving them: 1,000.00 and half of 13,100.00 pass 5,000.00 on the first day.
    assert (summary["uncapped"], summary["limit_reached_on"]) == (is_uncapped, reached)
    assert ("no yearly limit" in summary["headline"]) is (is_uncapped is True)
