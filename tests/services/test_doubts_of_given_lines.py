"""What given lines leave open or can hardly mean is said by name, and not raised where it does not hold."""

import pytest

from tests.services.reviewing import PLAN, adjudicate, codes, line

DAY = line("a", "2027-02-01", "6000.00")
PHARMACY = line("a", "2027-02-01", "6000.00", category="pharmacy")
HDHP = PLAN | {"deductible": {"individual": "2000.00"}, "hdhp": True}


def said(runtime, *lines, **whole):
    return codes(adjudicate(runtime, *lines, **whole))


@pytest.mark.parametrize(("as_of", "is_earlier"), [("2026-12-31", True), ("2027-01-01", False)])
def test_balances_whose_plan_year_ended_before_the_lines_are_named(as_of, is_earlier, runtime):
    met = {"as_of": as_of, "deductible_met": "1000.00", "out_of_pocket_met": "5000.00"}
    document = adjudicate(runtime, DAY, balances=met)

    # Met in 2027 the limit leaves nothing; met in 2026 it counts nowhere: 1,000.00 and a fifth of 5,000.00.
    assert document["patient_cost"]["high"] == ("2000.00" if is_earlier else "0.00")
    assert ("balances_of_earlier_year" in codes(document)) is is_earlier


@pytest.mark.parametrize(("maximum", "is_doubted"), [("8700.00", False), ("8700.01", True)])
def test_a_high_deductible_plan_above_the_law_s_maximum_is_doubted(maximum, is_doubted, runtime):
    plan = HDHP | {"out_of_pocket_max": {"individual": maximum}}

    # 8,700 is the most for one person in 2027.
    assert ("hdhp_maximum_above_limit" in said(runtime, DAY, plan=plan)) is is_doubted


@pytest.mark.parametrize(
    ("drug", "more", "is_named"),
    [
        (DAY, {"pharmacy_deductible": "none"}, True),
        (DAY, {"pharmacy_deductible": "250.00"}, True),
        (DAY, {"pharmacy_deductible": "combined"}, False),
        (PHARMACY, {"pharmacy_deductible": "none"}, False),
    ],
)
def test_a_drug_deductible_taken_for_a_drug_that_is_given_is_named(drug, more, is_named, runtime):
    assert ("drug_deductible_on_given_drugs" in said(runtime, drug, plan=PLAN | more)) is is_named


@pytest.mark.parametrize(
    ("payer", "site", "is_named"),
    [("medicare", "home", True), ("medicare", "physician_office", False), ("commercial", "home", False)],
)
def test_original_medicare_s_lines_at_home_are_named(payer, site, is_named, runtime):
    home = line("a", "2026-02-01", "6000.00", code="J1561", site_of_care=site)
    plan = None if payer == "medicare" else PLAN

    assert ("medicare_at_home_supposed" in said(runtime, home, payer=payer, plan=plan)) is is_named


def test_tricare_behind_a_drug_plan_is_not_counted_and_said_so(runtime):
    document = adjudicate(
        runtime,
        line("a", "2026-01-05", "1000.00", category="pharmacy"),
        payer="medicare",
        benefit="part_d",
        plan=None,
        secondaries=[{"kind": "tricare_for_life"}],
    )

    # 615.00 and a quarter of 385.00.
    assert document["patient_cost"]["high"] == "711.25"
    assert "tricare_pharmacy_not_counted" in codes(document)
