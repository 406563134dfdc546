"""The rounding of a Summary of Benefits and Coverage, held against published coverage examples."""

import pytest

from tests.services import asking


def summary(runtime, *, deductible, lines, rounding="sbc", **plan):
    terms = {
        "year_starts_on": "2027-01-01",
        "deductible": {"individual": deductible},
        "out_of_pocket_max": "none",
        "cost_share": {"default": {"coinsurance_percent": "20"}},
    }
    made = [
        {"id": str(place), "service_on": "2027-02-01", "category": category, "allowed_amount": amount} | more
        for place, (category, amount, more) in enumerate(lines)
    ]
    return asking.adjudicate(runtime, payer="commercial", plan=terms | plan, lines=made, rounding=rounding)


def test_a_published_example_that_rounds(runtime):
    document = summary(runtime, deductible="2900", lines=[("facility", "12800.00", {})])

    # 2,900, and 20 % of 9,900 = 1,980 is printed as 2,000: 4,900 in all.
    assert document["totals"]["patient_cost"] == "4880.00"
    assert document["summary_of_benefits"] == {
        "deductibles": "2900.00",
        "copayments": "0.00",
        "coinsurance": "2000.00",
        "limits_or_exclusions": "0.00",
        "total": "4900.00",
        "fact_id": "benefit_rule:sbc:rounding:2012-09-23",
    }


def test_a_published_example_that_does_not(runtime):
    document = summary(runtime, deductible="1800", lines=[("facility", "12700.00", {})], rounding="none")

    # 1,800 and 2,180, printed as they are.
    assert document["totals"]["patient_cost"] == "3980.00"
    assert document["summary_of_benefits"] is None


def test_below_a_hundred_the_step_is_ten_and_the_total_adds_up_what_is_rounded(runtime):
    uncovered = {"covered": False, "billed_amount": "64.00", "denial": {"reason": "not_necessary", "notice": "signed"}}
    document = asking.adjudicate(
        runtime,
        payer="medicare",
        plan={"deductible": {"individual": "75"}},
        rounding="sbc",
        lines=[
            {"id": "a", "service_on": "2026-02-01", "category": "visit", "allowed_amount": "325.00"},
            {"id": "b", "service_on": "2026-02-01", "category": "visit", "allowed_amount": "64.00"} | uncovered,
        ],
    )

    # 75, 20 % of 250 = 50, and 64 that is not covered: to the nearest ten.
    found = document["summary_of_benefits"]
    assert [found[name] for name in ("deductibles", "coinsurance", "limits_or_exclusions", "total")] == [
        "80.00",
        "50.00",
        "60.00",
        "190.00",
    ]


def test_what_a_limit_takes_off_comes_off_the_coinsurance(runtime):
    document = summary(
        runtime,
        deductible="1000",
        lines=[("facility", "10000.00", {})],
        out_of_pocket_max={"individual": "2000"},
    )

    found = document["summary_of_benefits"]
    assert (found["deductibles"], found["coinsurance"], found["total"]) == ("1000.00", "1000.00", "2000.00")


@pytest.mark.parametrize("network", ["out"])
def test_with_a_share_that_is_not_known_nothing_is_rounded(network, runtime):
    document = summary(runtime, deductible="1000", lines=[("facility", "100.00", {"network": network})])

    assert document["summary_of_benefits"] is None
