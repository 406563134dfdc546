"""Plans, help and later payers that once were answered wrongly: each stays as the input that showed it."""

import pytest

from tests.services.reviewing import (
    NO_DEDUCTIBLE,
    OUTSIDE,
    PLAN,
    SECOND,
    adjudicate,
    card,
    codes,
    estimate,
    line,
    of,
    scenario,
)

BOTH = [line("a", "2027-02-01", "2500.00"), line("b", "2027-03-01", "1000.00", category="administration")]


@pytest.mark.parametrize(
    "help_named",
    [card("500.00", covers=["drug", "administration"]), {"grant": {"amount": "500.00"}}],
)
def test_help_is_not_used_up_on_what_the_second_payer_pays(help_named, runtime):
    document = adjudicate(runtime, *BOTH, plan=NO_DEDUCTIBLE, secondaries=[SECOND], assistance=help_named)

    # The second plan pays the 500.00 of the drug; of giving it, 20 % of 1,000.00, it pays nothing, and help does.
    assert of(document, "plan_paid", "secondary_paid", "assistance_paid", "patient_cost") == [
        ("2000.00", "500.00", "0.00", "0.00"),
        ("800.00", "0.00", "200.00", "0.00"),
    ]
    assert "copay_program" not in {item["code"] for item in document["lines"][0]["why"]}


def test_an_accumulator_takes_nothing_out_for_help_that_paid_nothing(runtime):
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "2500.00"),
        secondaries=[SECOND],
        assistance=card("5000.00", "accumulator"),
    )

    # 1,000.00 of deductible and 20 % of 1,500.00; the second plan pays all of it.
    assert of(document, "secondary_paid", "assistance_paid") == [("1300.00", "0.00")]
    assert document["lines"][0]["balances_after"]["deductible_met"] == "1000.00"
    assert document["lines"][0]["balances_after"]["out_of_pocket_met"] == "1300.00"


def test_an_accumulator_takes_out_what_the_card_pays_of_what_a_second_payer_leaves(runtime):
    administration = {"category": "administration"}
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "500.00", **administration),
        line("b", "2027-03-01", "1500.00", **administration),
        line("c", "2027-04-01", "1000.00"),
        secondaries=[SECOND],
        assistance=card("5000.00", "accumulator", covers=["administration"]),
    )

    # The card pays 500.00 and then 1,000.00 + 20 % of 500.00, and none of it counts: the drug meets the deductible.
    assert of(document, "secondary_paid", "assistance_paid", "patient_cost") == [
        ("0.00", "500.00", "0.00"),
        ("0.00", "1100.00", "0.00"),
        ("1000.00", "0.00", "0.00"),
    ]
    assert document["lines"][2]["balances_after"]["deductible_met"] == "1000.00"


def test_an_estimate_s_help_comes_after_the_second_payer(runtime):
    document = estimate(
        runtime,
        {"courses": 3},
        price={"drug_allowed_per_unit": "10.00", "administration_allowed_per_visit": "500.00"},
        coverage={"payer": "commercial", "plan": NO_DEDUCTIBLE, "secondaries": [SECOND]},
        assistance=card("500.00", covers=["drug", "administration"]),
    )

    # 20 % of 500.00 three times is within the card.
    assert scenario(document, "with_assistance") == "0.00"


def test_what_was_met_in_network_counts_outside_where_the_plan_says_so(runtime):
    plan = PLAN | {"out_of_network": OUTSIDE | {"cross_accumulates": True}}
    balances = {"as_of": "2027-01-01", "deductible_met": "1000.00", "out_of_pocket_met": "5000.00"}
    outside = line("a", "2027-02-01", "4000.00", network="out", billed_amount="4000.00")

    assert adjudicate(runtime, outside, plan=plan, balances=balances)["patient_cost"]["high"] == "0.00"


def test_what_was_met_out_of_network_and_not_said_is_named(runtime):
    plan = PLAN | {"out_of_network": OUTSIDE}
    balances = {"as_of": "2027-05-01", "deductible_met": "1000.00", "out_of_pocket_met": "5000.00"}
    outside = line("a", "2027-06-01", "4000.00", network="out", billed_amount="4000.00")
    document = adjudicate(runtime, outside, plan=plan, balances=balances)

    # 1,000.00 and half of 3,000.00.
    assert document["patient_cost"]["high"] == "2500.00"
    assert "balances_partly_taken_as_zero" in codes(document)


def test_what_was_met_out_of_network_and_not_said_is_a_range(runtime):
    outside = OUTSIDE | {"deductible": {"individual": "3000.00"}, "out_of_pocket_max": {"individual": "9000.00"}}
    coverage = {
        "payer": "commercial",
        "plan": PLAN | {"out_of_network": outside},
        "network": "out",
        "balances": {"as_of": "2027-09-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"},
    }
    document = estimate(runtime, {"courses": 2, "start_on": "2027-09-05"}, coverage=coverage)
    cost = document["summary"]["patient_cost"]

    # Two days of 1,500.00: 3,000.00 of deductible at most, nothing where 9,000.00 has been met; what the provider
    # charges on top was not said.
    assert (cost["low"], cost["expected"], cost["high"]) == ("0.00", "3000.00", None)
    assert "coverage.balances.out_of_network.deductible_met" in document["summary"]["narrow_with"]


def test_an_accumulator_leaves_a_ledger_that_can_be(runtime):
    plan = PLAN | {"coinsurance_counts_to_out_of_pocket": False}
    document = adjudicate(
        runtime, line("a", "2027-02-01", "3000.00"), plan=plan, assistance=card("900.00", "accumulator")
    )

    # 1,400.00 is owed and the card pays 900.00: the patient's own 500.00 meets deductible and maximum.
    after = document["lines"][0]["balances_after"]
    assert (after["deductible_met"], after["out_of_pocket_met"]) == ("500.00", "500.00")


@pytest.mark.parametrize(("terms", "cost"), [("none", "3000.00"), (OUTSIDE, "2000.00")])
def test_a_maximizer_holds_in_network_alone(terms, cost, runtime):
    outside = line("a", "2027-02-01", "3000.00", network="out", billed_amount="3000.00")
    document = adjudicate(
        runtime, outside, plan=PLAN | {"out_of_network": terms}, assistance=card("1200.00", "maximizer")
    )

    # 1,000.00 and half of 2,000.00, where there are terms; what is not covered is never helped with.
    assert document["lines"][0]["patient_share"] == cost
    assert "maximizer" not in {item["code"] for item in document["lines"][0]["why"]}


def test_a_maximizer_makes_no_plan_pay_out_of_network(runtime):
    coverage = {
        "payer": "commercial",
        "plan": PLAN | {"out_of_network": "none"},
        "network": "out",
        "balances": {"as_of": "2027-01-01", "deductible_met": "0.00", "out_of_pocket_met": "0.00"},
    }
    document = estimate(runtime, {"courses": 2}, coverage=coverage, assistance=card("1200.00", "maximizer"))

    costs = [
        each["patient_cost"] for each in document["scenarios"] if each["code"] in ("as_entered", "with_assistance")
    ]
    assert costs == [{"low": "3000.00", "expected": "3000.00", "high": None}] * 2


def test_balances_that_were_not_said_are_named(runtime):
    document = adjudicate(
        runtime, line("a", "2027-02-01", "3000.00"), balances={"as_of": "2027-01-02", "deductible_met": "0.00"}
    )
    said = next(item for item in document["assumptions"] if item["code"] == "balances_partly_taken_as_zero")

    assert said["field"] == "balances.out_of_pocket_met"


def test_what_remains_of_the_family_s_is_not_added_to_its_members(runtime):
    plan = PLAN | {
        "tier": "family",
        "deductible": {"individual": "3000.00", "family": "3000.00", "rule": "aggregate"},
        "out_of_pocket_max": {"individual": "8000.00", "family": "8000.00", "rule": "aggregate"},
    }
    balances = {
        "as_of": "2027-01-02",
        "deductible_remaining": "1000.00",
        "members": {"spouse": {"deductible_met": "500.00"}},
    }
    document = adjudicate(runtime, line("a", "2027-02-01", "3000.00"), plan=plan, balances=balances)

    # 1,000.00 remains, then 20 % of 2,000.00.
    assert of(document, "deductible", "patient_cost") == [("1000.00", "1400.00")]


FAMILY = PLAN | {
    "tier": "family",
    "deductible": {"individual": "1000.00", "family": "2000.00"},
    "out_of_pocket_max": {"individual": "5000.00", "family": "9000.00"},
}


@pytest.mark.parametrize(("met", "after"), [({}, "580.00"), ({"out_of_pocket_met": "100.00"}, "680.00")])
def test_a_member_s_deductible_is_not_in_a_maximum_it_does_not_count_to(met, after, runtime):
    balances = {"as_of": "2027-01-02", "members": {"spouse": {"deductible_met": "900.00", **met}}}
    document = adjudicate(
        runtime,
        line("a", "2027-02-01", "3000.00", member="spouse"),
        plan=FAMILY | {"deductible_counts_to_out_of_pocket": False},
        balances=balances,
    )

    # 100.00 of deductible, and 20 % of 2,900.00, which alone counts.
    assert document["lines"][0]["balances_after"]["out_of_pocket_met"] == after


def test_the_family_has_met_what_its_members_have(runtime):
    balances = {"as_of": "2027-01-02", "members": {"spouse": {"deductible_met": "900.00"}}}
    document = adjudicate(runtime, line("a", "2027-02-01", "30.00", member="spouse"), plan=FAMILY, balances=balances)
    after = document["lines"][0]["balances_after"]

    assert (after["out_of_pocket_met"], after["family_out_of_pocket_met"]) == ("930.00", "930.00")


DENIED = {"covered": False, "denial": {"reason": "not_necessary", "notice": "signed"}}


@pytest.mark.parametrize(
    ("payer", "more", "cost"), [("medicare", DENIED, "80.00"), ("commercial", {}, "16.00"), ("medicare", {}, "80.00")]
)
def test_no_more_is_allowed_than_was_charged(payer, more, cost, runtime):
    document = adjudicate(
        runtime,
        line("a", "2026-02-01", "100.00", billed_amount="80.00", **more),
        payer=payer,
        plan=None if payer == "medicare" else NO_DEDUCTIBLE,
    )

    # 20 % of 80.00; under Medicare's deductible, and where a notice was signed, all of it.
    assert of(document, "allowed_amount", "patient_cost", "write_off") == [("80.00", cost, "0.00")]
    assert "allowed_lowered_to_charge" in codes(document)
