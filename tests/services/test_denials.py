"""What a denial would leave the patient with: a figure, or the reason there is none."""

import pytest

from tests.services import asking

CHARGES = {"billed_charge_per_unit": "180.00", "billed_charge_administration": "600.00"}
NONE = {"low": None, "expected": None, "high": None}


def denied(runtime, **parts):
    document = asking.estimate(runtime, therapy={"courses": 2, "interval": {"value": 21, "unit": "day"}}, **parts)
    entered, found, *_ = document["scenarios"]
    assert entered == {"code": "as_entered", "patient_cost": document["summary"]["patient_cost"]}
    assert found["code"] == "denied"
    return found


def point(amount):
    return dict.fromkeys(("low", "expected", "high"), amount)


def medicare(runtime, reason, notice=None, price=CHARGES):
    denial = {"reason": reason} | ({} if notice is None else {"notice": notice})
    return denied(runtime, coverage=asking.MEDICARE, price=price, denial=denial)


def test_after_a_signed_notice_the_charge_is_owed(runtime):
    found = medicare(runtime, "not_necessary", "signed")

    # 140 x 180.00 + 600.00 = 25,800.00 a visit, two visits.
    assert (found["owes"], found["next_infusion"], found["window"]) == (
        "billed_charge",
        point("25800.00"),
        point("51600.00"),
    )
    assert (found["reason"], found["notice"], found["window_is_likely"]) == ("not_necessary", "signed", False)


@pytest.mark.parametrize("left_out", [None, "billed_charge_per_unit", "billed_charge_administration"])
def test_a_charge_that_is_not_whole_is_no_figure(left_out, runtime):
    price = None if left_out is None else {name: CHARGES[name] for name in CHARGES if name != left_out}

    found = medicare(runtime, "not_necessary", "signed", price)

    assert (found["owes"], found["next_infusion"], found["window"]) == ("billed_charge", NONE, NONE)
    assert "which was not given" in found["why"]


def test_without_a_notice_nothing_is_owed(runtime):
    found = medicare(runtime, "not_necessary", "none")

    assert (found["owes"], found["next_infusion"], found["window"]) == ("nothing", point("0.00"), point("0.00"))


def test_whether_a_notice_was_signed_is_not_guessed(runtime):
    found = medicare(runtime, "not_necessary")

    assert (found["owes"], found["next_infusion"], found["notice"]) == ("unknown", NONE, None)
    assert "notice" in found["why"]


def test_a_notice_that_makes_no_difference_need_not_be_said(runtime):
    assert medicare(runtime, "no_benefit")["owes"] == "billed_charge"


def test_the_reason_is_not_guessed(runtime):
    found = denied(runtime)

    assert (found["owes"], found["reason"], found["next_infusion"]) == ("unknown", None, NONE)


def test_what_is_not_on_file_for_a_payer_is_unknown(runtime):
    found = denied(runtime, denial={"reason": "not_necessary", "notice": "signed"})

    assert (found["owes"], found["window"]) == ("unknown", NONE)
    assert "not on file" in found["why"]


def test_the_fact_behind_a_denial_is_listed(runtime):
    document = asking.estimate(
        runtime, coverage=asking.MEDICARE, price=CHARGES, denial={"reason": "not_necessary", "notice": "signed"}
    )

    assert "denial_liability:medicare:not_necessary:signed:2024-01-01" in {fact["id"] for fact in document["facts"]}


@pytest.mark.parametrize(
    ("reason", "notice", "modifiers"),
    [
        ("not_necessary", "signed", ["GA"]),
        ("not_necessary", "none", ["GZ"]),
        ("no_benefit", "signed", ["GX", "GY"]),
        ("no_benefit", "none", ["GY"]),
    ],
)
def test_the_claim_says_whether_a_notice_was_signed(reason, notice, modifiers, runtime):
    assert medicare(runtime, reason, notice)["modifiers"] == modifiers


def test_other_payers_know_no_such_modifiers(runtime):
    assert denied(runtime, denial={"reason": "not_necessary", "notice": "signed"})["modifiers"] == []


def test_a_denied_window_leaves_out_what_the_balances_hold_already(runtime):
    therapy = {"courses": 3, "interval": {"value": 21, "unit": "day"}, "start_on": "2026-11-10"}
    document = asking.estimate(
        runtime,
        therapy=therapy,
        coverage=asking.MEDICARE,
        price=CHARGES,
        denial={"reason": "not_necessary", "notice": "signed"},
    )

    # 10 November lies before the balances' day, 1 and 22 December after it: two visits of 25,800.00.
    assert document["scenarios"][1]["window"] == point("51600.00")


def test_nobody_can_deny_who_pays_without_insurance(runtime):
    document = asking.estimate(runtime, coverage={"payer": "self_pay"})

    assert [each["code"] for each in document["scenarios"]] == ["as_entered"]
