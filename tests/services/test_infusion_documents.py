"""What a part of the window may cost by itself, beside the columns of the whole runs."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from estimator.benefits.day import BILL_UNKNOWN
from estimator.model.claims import Share
from services import infusion_documents
from tests.estimator.orders import line
from tests.services import asking

EVERY_4_WEEKS = {"courses": None, "interval": {"value": 28, "unit": "day"}, "start_on": "2027-01-05"}
ALLOWED = "8899.00"  # 140 x 61.35 + 310.00


def bounds(part):
    return part["patient_cost_bounds"]["low"], part["patient_cost_bounds"]["high"]


def test_a_late_infusion_under_an_unknown_plan_may_still_cost_all_that_is_allowed(runtime):
    document = asking.estimate(runtime, therapy=EVERY_4_WEEKS, coverage={"payer": "commercial"})
    fifth = document["infusions"][4]

    # In the highest whole run the federal limit of 2027, 12,000.00, is reached with the second infusion.
    assert fifth["patient_cost"] == {"low": "0.00", "expected": None, "high": "0.00"}
    assert bounds(fifth) == ("0.00", ALLOWED)


def test_months_and_plan_years_have_bounds_of_their_own(runtime):
    document = asking.estimate(runtime, therapy=EVERY_4_WEEKS, coverage={"payer": "commercial"})
    months = {month["month"]: month for month in document["months"]}

    # One infusion on 12 October, none in December after the 7th, thirteen in the plan year: its limit bounds them.
    assert bounds(months["2027-10"]) == ("0.00", ALLOWED)
    assert bounds(document["years"][0]) == ("0.00", "12000.00")


def test_a_month_without_an_infusion_costs_nothing(runtime):
    document = asking.estimate(runtime, therapy=EVERY_4_WEEKS | {"courses": 1}, coverage={"payer": "commercial"})

    assert bounds(document["months"][5]) == ("0.00", "0.00")


def test_where_nothing_is_open_the_bounds_are_the_cost(runtime):
    document = asking.estimate(runtime, therapy={"start_on": "2026-12-01"})
    (infusion,) = document["infusions"]

    # 1,500.00 and 20 % of the remaining 7,399.00.
    assert bounds(infusion) == ("2979.80", "2979.80")
    assert infusion["patient_cost"]["expected"] == "2979.80"


def test_without_a_price_the_bounds_are_unknown(runtime):
    document = asking.estimate(runtime, price=None, coverage={"payer": "self_pay"})

    assert bounds(document["infusions"][0]) == (None, None)
    assert bounds(document["years"][0]) == (None, None)


def test_no_part_costs_more_than_the_plan_can_ask_for_it(runtime):
    # A trial's finding: nothing said of balances, 20 % up to 5,000. One infusion costs 20 % of 8,899 at most.
    plan = asking.PLAN | {"deductible": {"individual": "none"}, "out_of_pocket_max": {"individual": "5000.00"}}
    document = asking.estimate(
        runtime,
        therapy={"interval": {"value": 21, "unit": "day"}, "courses": None, "start_on": "2026-12-01"},
        coverage={"payer": "commercial", "plan": plan},
    )

    assert document["summary"]["next_infusion"]["patient_cost"]["high"] == "1779.80"
    # Two infusions in 2026, sixteen in 2027, where the limit is reached.
    assert bounds(document["years"][0]) == ("0.00", "3559.60")
    assert bounds(document["years"][1]) == ("5000.00", "5000.00")
    # Nothing has been met when 2027 begins: 1,779.80 twice, 1,440.40, and nothing after that.
    assert [bounds(infusion)[1] for infusion in document["infusions"]] == ["1779.80"] * 4 + ["1440.40"] + ["0.00"] * 13
    assert max(float(bounds(month)[1]) for month in document["months"]) <= 5000


WEEKLY = {"interval": {"value": 7, "unit": "day"}, "courses": 3, "start_on": "2027-01-05"}


def limited(maximum, price=asking.PRICE):
    plan = asking.PLAN | {"deductible": {"individual": "none"}, "out_of_pocket_max": {"individual": maximum}}
    return {"therapy": WEEKLY, "coverage": {"payer": "commercial", "plan": plan}, "price": price}


NO_DRUG_PRICE = {"administration_allowed_per_visit": "310.00"}


def test_a_limit_on_one_day_is_bounded_by_that_day(runtime):
    document = asking.estimate(runtime, **limited("3000.00"))

    # 20 % of 8,899.00 is 1,779.80: the second infusion passes 3,000.00.
    assert document["summary"]["limit_reached_on"] == "2027-01-12"
    assert document["summary"]["limit_reached_bounds"] == {"first": "2027-01-12", "last": "2027-01-12"}


def test_a_limit_that_prices_move_is_reached_between_two_days(runtime):
    # Offices take 106 to 130 % of a payment limit near $50: 20 % of an infusion is over 1,400.00 and under 1,500.00 at
    # the lowest, over 1,500.00 at the highest.
    document = asking.estimate(runtime, **limited("3000.00", NO_DRUG_PRICE))

    assert document["summary"]["limit_reached_on"] is None
    assert document["summary"]["limit_reached_bounds"] == {"first": "2027-01-12", "last": "2027-01-19"}
    assert document["years"][0]["limit_reached_bounds"] == {"first": "2027-01-12", "last": "2027-01-19"}
    assert "between January 12, 2027 and January 19, 2027" in document["summary"]["headline"]


def test_a_day_costs_no_more_than_what_earlier_days_leave_of_the_limit(runtime):
    # Two infusions come to 2,800.00 at the least, so that the third finds 200.00 of the 3,000.00 at the most.
    third = asking.estimate(runtime, **limited("3000.00", NO_DRUG_PRICE))["infusions"][2]

    assert Decimal(bounds(third)[1]) < 200


def test_a_limit_that_may_not_be_reached_has_no_last_day(runtime):
    # Three infusions stay under 4,500.00 at the lowest and pass 5,000.00 at the highest.
    document = asking.estimate(runtime, **limited("5000.00", NO_DRUG_PRICE))

    assert document["summary"]["limit_reached_bounds"] == {"first": "2027-01-19", "last": None}
    assert "on January 19, 2027 at the earliest" in document["summary"]["headline"]


def test_a_limit_that_is_never_reached_is_not_bounded(runtime):
    document = asking.estimate(runtime, **limited("6000.00"))

    assert document["summary"]["limit_reached_bounds"] is None
    assert document["years"][0]["limit_reached_bounds"] is None


def test_the_first_infusion_shows_its_own_minutes_and_the_next_theirs(runtime):
    therapy = {"diagnosis": "D80.0", "product": "qivigy", "dose": {"amount": "30", "unit": "g"}, "first_infusion": True}
    document = asking.estimate(
        runtime, therapy=therapy | {"interval": {"value": 28, "unit": "day"}, "courses": 3, "infusion_minutes": None}
    )

    # 428.57 mg/kg. First: 30 minutes each at 1, 2, 4 and 6 mg/kg/min are 390, the rest at 8 takes 4.8 minutes more.
    # Later: 15 minutes each at 2, 4 and 6 are 180, the rest at 8 takes 31.1 minutes more.
    assert [day["infusion"]["minutes"] for day in document["infusions"]] == [125, 77, 77]
    assert [len(day["infusion"]["steps"]) for day in document["infusions"]] == [5, 4, 4]


def test_a_charge_that_is_unknown_leaves_the_other_lines_of_its_day_known(runtime):
    outside = {
        "deductible": "none",
        "out_of_pocket_max": "none",
        "cost_share": {"default": {"coinsurance_percent": "40"}},
    }
    document = asking.estimate(
        runtime,
        coverage=asking.EMPLOYER | {"network": "out", "plan": asking.PLAN | {"out_of_network": outside}},
        price=asking.PRICE | {"billed_charge_per_unit": "100.00"},
    )
    drug, administration = document["infusions"][0]["lines"][:2]

    # The drug: 40 % of 8,589.00 is 3,435.60, and 14,000.00 - 8,589.00 on top. What is charged for infusing nobody said.
    assert drug["patient_cost"] == {"low": "8846.60", "expected": "8846.60", "high": "8846.60"}
    assert administration["patient_cost"]["low"] is not None
    assert administration["patient_cost"]["high"] is None


@pytest.mark.parametrize(
    ("open_lines", "expected"),
    [
        ((), [False, False, False]),
        ((0,), [True, False, False]),
        # The run has one line less of giving the drug: that line is open where the other one is.
        ((1,), [False, True, True]),
    ],
)
def test_a_line_that_a_run_lacks_is_open_like_the_others_of_its_kind(open_lines, expected):
    shown = (line("100.00"), line("50.00", "administration"), line("20.00", "administration"))
    shares = [
        Share(patient_share=cost, why=(BILL_UNKNOWN,) if n in open_lines else ()) for n, cost in enumerate((40, 8))
    ]
    day = SimpleNamespace(shares=shares, claim=SimpleNamespace(lines=shown[:2]))

    found = infusion_documents._line_costs(day, shown)

    assert [(cost.amount, cost.is_open) for cost in found] == list(zip([40, 8, 0], expected, strict=True))


def test_a_limit_that_may_be_met_before_is_met_on_the_first_day_at_the_earliest(runtime):
    # Nothing is said of what has been met: all of the 3,000.00 or none, and then the second day of the year passes it.
    asked = limited("3000.00")
    asked["therapy"] = WEEKLY | {"start_on": "2026-12-01"}
    document = asking.estimate(runtime, **asked)

    assert document["summary"]["limit_reached_bounds"] == {"first": "2026-12-01", "last": "2026-12-08"}
