"""Medicaid's limit on a family's cost sharing, by its income: in each quarter and in the year (42 CFR 447.56(f))."""

from tests.services import asking
from tests.services.reviewing import adjudicate, codes, line, of

FIFTH = {
    "year_starts_on": "2026-01-01",
    "deductible": "none",
    "out_of_pocket_max": "none",
    "cost_share": {"default": {"coinsurance_percent": "20"}},
}
ALONE = {"size": 1, "income_per_year": "20000.00"}
"""5 % is 1,000.00 a year and 250.00 a quarter; 20,000 is 125 % of the guideline of 2026, 15,960."""


def test_a_quarter_takes_no_more_than_its_part_of_the_limit(runtime):
    days = ("2026-01-05", "2026-02-05", "2026-04-05", "2026-07-05", "2026-10-05", "2026-12-05")
    lines = [line(str(place), on, "6000.00") for place, on in enumerate(days)]
    document = adjudicate(runtime, *lines, payer="medicaid", plan=FIFTH, household=ALONE)

    assert of(document, "patient_cost") == [
        (cost,) for cost in ("250.00", "0.00", "250.00", "250.00", "250.00", "0.00")
    ]
    assert document["lines"][0]["why"][-1] == {"code": "income_limit_of_quarter", "params": {"amount": "950.00"}}
    # The last lines fall to the year's limit, which the fourth quarter reaches too.
    assert document["years"][0]["limit_reached_on"] == "2026-10-05"
    assert document["lines"][5]["why"][-1]["code"] == "out_of_pocket_max_reached"


def test_a_quarter_s_limit_is_the_whole_family_s(runtime):
    lines = [line("a", "2026-01-05", "500.00"), line("b", "2026-02-05", "6000.00", member="child")]
    document = adjudicate(runtime, *lines, payer="medicaid", plan=FIFTH, household=ALONE)

    # 20 % of 500.00, then what is left of 250.00.
    assert of(document, "patient_cost") == [("100.00",), ("150.00",)]


def test_a_percentage_above_the_band_of_the_income_is_doubted(runtime):
    tenth = FIFTH | {"cost_share": {"default": {"coinsurance_percent": "10"}}}

    def said(plan, **more):
        return codes(adjudicate(runtime, line("a", "2026-01-05", "500.00"), payer="medicaid", plan=plan, **more))

    assert "medicaid_percent_above_maximum" in said(FIFTH, household=ALONE)
    assert "medicaid_percent_above_maximum" not in said(tenth, household=ALONE)
    # Above 150 % a fifth may be asked.
    assert "medicaid_percent_above_maximum" not in said(FIFTH, household=ALONE | {"income_per_year": "30000.00"})


def test_an_estimate_without_a_plan_holds_each_quarter_to_the_limit(runtime):
    every_3_weeks = {"courses": None, "interval": {"value": 21, "unit": "day"}}
    document = asking.estimate(
        runtime,
        therapy=every_3_weeks,
        patient=asking.WEIGHT | {"household": ALONE},
        coverage={"payer": "medicaid"},
        price=None,
    )

    # From December 2026 to November 2027: five quarters, of which the first holds two infusions.
    assert document["summary"]["patient_cost"]["high"] == "1250.00"
    assert [year["patient_cost_bounds"]["high"] for year in document["years"]] == ["250.00", "1000.00"]
