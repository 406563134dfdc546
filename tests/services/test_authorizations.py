"""What of an estimate rests on the authorization on file, and what on one that has not been given."""

import pytest

from tests.services import asking

# 140 units at 61.35 and 310.00: 8,899.00 a day, on 1 and 22 December, 12 January and 2 February. The first of a plan
# year costs 1,500 + 20 % of 7,399 = 2,979.80, the second 20 % of 8,899 = 1,779.80.
FOUR = {"interval": {"value": 21, "unit": "day"}, "courses": 4}
ALL = ["2026-12-01", "2026-12-22", "2027-01-12", "2027-02-02"]
OPEN = {"price": {"administration_allowed_per_visit": "310.00"}}


def split(runtime, language="en", periods=None, status="approved", **given):
    coverage = asking.EMPLOYER | {"authorization": {"status": status} | given}
    whole = {"coverage": coverage} if periods is None else {"coverage": None, "coverage_periods": periods(coverage)}
    return asking.estimate(runtime, language, therapy=FOUR, **whole)


def dates(part):
    return part["infusion_days"], part["first_day"], part["last_day"]


@pytest.mark.parametrize(
    ("given", "inside", "beyond", "headline"),
    [
        (
            {"last_day": "2027-01-31"},
            (3, ALL[0], ALL[2], "26697.00", "18957.60", "7739.40"),
            (1, ALL[3], ALL[3], "8899.00", "7119.20", "1779.80"),
            "until January 12, 2027. 1 infusion, on February 2, 2027, needs a new one; it may cost you $1,779.80,",
        ),
        (
            {"visits": 2},
            (2, ALL[0], ALL[1], "17798.00", "13038.40", "4759.60"),
            (2, ALL[2], ALL[3], "17798.00", "13038.40", "4759.60"),
            "2 infusions from January 12, 2027 on need a new one; they may cost you $4,759.60, counted above.",
        ),
        # The second day takes 280 of 279 units: the whole day and all after it need more.
        (
            {"units": 279},
            (1, ALL[0], ALL[0], "8899.00", "5919.20", "2979.80"),
            (3, ALL[1], ALL[3], "26697.00", "20157.60", "6539.40"),
            "3 infusions from December 22, 2026 on need a new one",
        ),
        (
            {"first_day": "2026-12-15"},
            (3, ALL[1], ALL[3], "26697.00", "20157.60", "6539.40"),
            (1, ALL[0], ALL[0], "8899.00", "5919.20", "2979.80"),
            "1 infusion, on December 1, 2026, lies outside the approval on file and needs one of its own",
        ),
    ],
)
def test_the_estimate_splits_where_the_authorization_ends(given, inside, beyond, headline, runtime):
    document = split(runtime, **given)

    for name, (*days, allowed, plan_paid, cost) in {"inside": inside, "beyond": beyond}.items():
        part = document["authorization"][name]
        assert dates(part) == tuple(days)
        assert (part["allowed"]["expected"], part["plan_paid"]["expected"]) == (allowed, plan_paid)
        assert part["patient_cost"] == dict.fromkeys(("low", "expected", "high"), cost)
    assert headline in document["summary"]["headline"]
    assert document["authorization"]["under_other_coverage"] is None


@pytest.mark.parametrize(
    "given", [{"status": "pending", "visits": 4}, {"status": "denied", "visits": 4}, {"code": "J1569", "visits": 4}]
)
def test_nothing_rests_on_an_approval_that_is_not_given_or_is_for_another_code(given, runtime):
    document = split(runtime, **given)

    assert dates(document["authorization"]["inside"]) == (0, None, None)
    assert document["authorization"]["inside"]["patient_cost"]["high"] == "0.00"
    assert dates(document["authorization"]["beyond"]) == (4, ALL[0], ALL[3])
    assert "None of these infusions lies within an approval on file" in document["summary"]["headline"]


def test_where_the_payer_authorizes_nothing_nothing_rests_on_an_approval(runtime):
    coverage = {"payer": "medicare", "authorization": {"status": "not_requested", "visits": 2}}
    document = asking.estimate(runtime, therapy=FOUR, coverage=coverage)

    assert document["authorization"]["visits"] == {"authorized": 2, "planned": 4, "left": -2}
    assert (document["authorization"]["inside"], document["authorization"]["beyond"]) == (None, None)
    assert "approval" not in document["summary"]["headline"]


def test_an_authorization_that_reaches_every_day_adds_no_sentence(runtime):
    document = split(runtime, visits=4, units=560, last_day="2027-02-02", first_day="2026-12-01", code="J1561")

    assert dates(document["authorization"]["inside"]) == (4, ALL[0], ALL[3])
    assert dates(document["authorization"]["beyond"]) == (0, None, None)
    assert "approval" not in document["summary"]["headline"]


def test_days_under_a_later_coverage_are_on_neither_side(runtime):
    def periods(coverage):
        return [
            {"first_day": "2026-01-01", "last_day": "2026-12-31", "coverage": coverage},
            {"first_day": "2027-01-01", "coverage": {"payer": "medicare"}},
        ]

    document = split(runtime, periods=periods, visits=1)["authorization"]

    assert [dates(document[name])[0] for name in ("inside", "beyond", "under_other_coverage")] == [1, 1, 2]
    assert dates(document["under_other_coverage"])[1:] == (ALL[2], ALL[3])


def test_where_prices_are_open_each_side_is_a_range(runtime):
    coverage = asking.EMPLOYER | {"authorization": {"status": "approved", "visits": 2}}
    document = asking.estimate(runtime, therapy=FOUR, coverage=coverage, **OPEN)

    low, high = (document["authorization"]["beyond"]["patient_cost"][level] for level in ("low", "high"))
    assert float(low) < float(high)
    assert "they may cost you between" in document["summary"]["headline"]


def test_the_split_is_said_in_spanish(runtime):
    said = split(runtime, "es", visits=2)["summary"]["headline"]

    assert "2 infusiones desde el 12 de enero de 2027 necesitan una nueva; pueden costarle $4,759.60" in said
