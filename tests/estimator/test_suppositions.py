"""What a caller left open of plan and balances → the kindest and the hardest terms there can be."""

from datetime import date

import pytest

from estimator.model.claims import LedgerState
from estimator.model.codes import Payer, Site
from estimator.model.levels import Level
from estimator.model.money import HUNDRED_PERCENT
from estimator.model.plan import NO_LIMIT, Balances, Limit, Tier
from estimator.suppositions import supposed_terms
from tests.estimator.orders import cents, order, plan

LOW, EXPECTED, HIGH = Level
FIRST = date(2026, 11, 21)
LATEST = date(2027, 11, 13)
OFFICE, HOSPITAL = Site.PHYSICIAN_OFFICE, Site.HOSPITAL_OUTPATIENT


def supposed(book, *, site=OFFICE, first_on=FIRST, latest_on=LATEST, **parts):
    return supposed_terms(order(**parts), site=site, first_on=first_on, latest_on=latest_on, book=book)


def year(found, plan_level, start, balances_level=HIGH):
    return found.of(plan_level, balances_level).for_year(start)


def said(found):
    return [(item.code, dict(item.params)) for item in found.assumptions]


def test_no_plan_is_anything_from_nothing_owed_to_the_federal_limit(book):
    found = supposed(book)

    low, high = year(found, LOW, date(2026, 1, 1)), year(found, HIGH, date(2026, 1, 1))
    assert (low.deductible, low.out_of_pocket_max, low.default_rule.coinsurance) == (0, 0, 0)
    assert (high.deductible, high.out_of_pocket_max, high.default_rule.coinsurance) == (
        cents("10600"),
        cents("10600"),
        HUNDRED_PERCENT,
    )
    assert year(found, HIGH, date(2027, 1, 1)).out_of_pocket_max == cents("12000")
    assert found.of(EXPECTED, EXPECTED) is None
    assert found.plan_is_open


def test_an_unknown_plan_is_said_once_for_each_plan_year(book):
    params = [params for code, params in said(supposed(book)) if code == "plan_unknown"]

    assert [(item["year"], item["limit"]) for item in params] == [("2026", "10600"), ("2027", "12000")]


def test_the_limit_is_that_of_the_year_in_which_the_plan_year_starts(book):
    own = plan(None, None, year_starts_on=date(2026, 7, 1))
    found = supposed(book, plan=own)

    # A plan year that starts in July 2026 has the limit of 2026 to its end.
    assert year(found, HIGH, date(2026, 7, 1)).out_of_pocket_max == cents("10600")
    assert year(found, HIGH, date(2027, 7, 1)).out_of_pocket_max == cents("12000")


def test_a_limit_not_published_is_carried_forward_by_name(book):
    found = supposed(book, payer=Payer.MEDICARE_ADVANTAGE)

    # In network 8,300, 8,850, 9,350, 9,250: the largest change of a year is 8,850 / 8,300 = 1.066265.
    # 9,250 x 1.066265 = 9,862.95.
    assert year(found, HIGH, date(2026, 1, 1)).out_of_pocket_max == cents("9250")
    assert year(found, HIGH, date(2027, 1, 1)).out_of_pocket_max == cents("9863")
    assert ("federal_limit_carried_forward", {"year": "2027", "last_day": "2026-12-31"}) in said(found)


def test_a_published_limit_is_not_carried_forward(book):
    assert "federal_limit_carried_forward" not in dict(said(supposed(book)))


@pytest.mark.parametrize(
    ("own", "low", "high", "pointers"),
    [
        # Only the maximum is missing: at least the deductible, at most the federal limit.
        (
            plan("1500", None),
            ("1500", "1500", 20_000),
            ("1500", "10600", 20_000),
            ("coverage.plan.out_of_pocket_max",),
        ),
        # Only the deductible: from none to all of the maximum.
        (plan(None, "6000"), ("0", "6000", 20_000), ("6000", "6000", 20_000), ("coverage.plan.deductible",)),
        # Only the share: from nothing to everything.
        (
            plan("1500", "6000", share=None),
            ("1500", "6000", 0),
            ("1500", "6000", 100_000),
            ("coverage.plan.cost_share",),
        ),
    ],
)
def test_what_a_plan_leaves_open_is_completed_at_its_kindest_and_hardest(own, low, high, pointers, book):
    found = supposed(book, plan=own)

    for level, expected in ((LOW, low), (HIGH, high)):
        terms = year(found, level, date(2026, 1, 1))
        assert (terms.deductible, terms.out_of_pocket_max) == (cents(expected[0]), cents(expected[1]))
        assert terms.default_rule.coinsurance == expected[2]
    assert found.plan_pointers == pointers
    code = "plan_incomplete" if "coverage.plan.out_of_pocket_max" in pointers else "plan_incomplete_within_maximum"
    assert dict(said(found))[code]["missing"] == ", ".join(pointers)


def test_a_whole_plan_supposes_nothing(book):
    given = Balances(as_of=date(2026, 11, 20), deductible_met=0, out_of_pocket_met=0)
    found = supposed(book, plan=plan("1500", "6000"), balances=given)

    assert not found.plan_is_open
    assert not found.balances_are_open
    assert said(found) == []
    assert year(found, LOW, date(2026, 1, 1)) == year(found, HIGH, date(2026, 1, 1))


def test_balances_left_open_are_anything_from_all_to_nothing_met(book):
    found = supposed(book, plan=plan("1500", "6000"))

    assert found.balances_are_open
    opening = {level: found.of(HIGH, level).opening for level in Level}
    assert (opening[LOW].deductible_met, opening[LOW].out_of_pocket_met) == (cents("1500"), cents("6000"))
    assert opening[EXPECTED] == opening[HIGH]
    assert (opening[HIGH].deductible_met, opening[HIGH].out_of_pocket_met) == (0, 0)
    assert "balances_assumed_zero" in dict(said(found))


@pytest.mark.parametrize(
    ("first_on", "year_starts_on", "is_open"),
    [
        (date(2026, 11, 21), date(2026, 1, 1), True),  # in the middle of a year that runs
        (date(2027, 1, 1), date(2027, 1, 1), False),  # the first day of a plan year: nothing can have been met
        (date(2027, 1, 5), date(2027, 1, 1), False),  # a plan year that has not begun on the day of asking
        (date(2027, 1, 5), date(2026, 7, 1), True),  # it began in July 2026
    ],
)
def test_balances_matter_only_in_a_plan_year_that_runs(first_on, year_starts_on, is_open, book):
    found = supposed(book, plan=plan("1500", "6000", year_starts_on=year_starts_on), first_on=first_on)

    assert found.balances_are_open is is_open


def test_balances_without_a_day_stand_as_of_today(book):
    given = Balances(deductible_met=cents("300"), out_of_pocket_met=cents("300"))
    found = supposed(book, plan=plan("1500", "6000"), balances=given, first_on=date(2026, 12, 1))

    terms = found.of(HIGH, HIGH)
    assert terms.history_until == date(2026, 11, 21)
    assert ("balances_as_of_assumed", {"as_of": "2026-11-21"}) in said(found)


def test_balances_without_a_day_do_not_swallow_infusions_of_the_past(book):
    given = Balances(deductible_met=cents("300"), out_of_pocket_met=cents("300"))
    found = supposed(book, plan=plan("1500", "6000"), balances=given, first_on=date(2026, 2, 10))

    terms = found.of(HIGH, HIGH)
    assert (terms.opening_on, terms.history_until) == (date(2026, 2, 10), date(2026, 2, 9))


@pytest.mark.parametrize("payer", ["tricare", "va", "medicaid", "unknown"])
def test_a_payer_whose_rules_are_not_on_file_has_no_terms_without_a_plan(payer, book):
    assert supposed(book, payer=Payer(payer)) is None
    assert supposed(book, payer=Payer(payer), plan=plan("0", "3000")) is not None


def test_an_incomplete_plan_of_a_payer_without_a_federal_limit_is_bounded_by_nothing(book):
    found = supposed(book, payer=Payer.TRICARE, plan=plan("0", None))

    assert year(found, HIGH, date(2026, 1, 1)).out_of_pocket_max == NO_LIMIT
    assert "plan_incomplete_without_limit" in dict(said(found))


def test_medicare_s_published_amounts_suppose_nothing(book):
    met = Balances(as_of=date(2026, 1, 1), deductible_met=0)
    found = supposed(book, payer=Payer.MEDICARE, balances=met, first_on=date(2026, 2, 10), latest_on=date(2026, 12, 1))

    assert year(found, LOW, date(2026, 1, 1)).deductible == year(found, HIGH, date(2026, 1, 1)).deductible == 283_00
    assert (found.plan_is_open, said(found)) == (False, [])
    assert "medicare_amount:part_b_deductible:2026" in found.fact_ids


def test_medicare_s_deductible_past_the_newest_year_ranges_as_it_moved(book):
    found = supposed(book, payer=Payer.MEDICARE)

    # 226, 240, 257, 283: the changes of a year are 1.061947, 1.070833 and 1.101167. 283 x 1.101167 = 311.63, in the
    # whole dollars of the source 312; it never fell.
    deductibles = [year(found, level, date(2027, 1, 1)).deductible for level in Level]
    assert deductibles == [283_00, 283_00, 312_00]
    assert found.plan_is_open
    assert found.plan_pointers == ("coverage.plan.deductible",)
    params = dict(said(found))["medicare_amount_carried_forward"]
    assert params == {"about": "part_b_deductible", "last_day": "2026-12-31"}


def test_a_deductible_the_caller_gives_is_not_supposed(book):
    own = plan("300", "none")
    found = supposed(book, payer=Payer.MEDICARE, plan=own)

    assert [year(found, level, date(2027, 1, 1)).deductible for level in Level] == [300_00] * 3
    assert "medicare_amount_carried_forward" not in dict(said(found))


def test_a_hospital_day_is_capped_by_the_inpatient_deductible_of_its_year(book):
    found = supposed(book, payer=Payer.MEDICARE, site=HOSPITAL)

    # 2027: 1,600, 1,632, 1,676, 1,736 rose by at most 1.035800: 1,736 x 1.0358 = 1,798.15.
    assert year(found, HIGH, date(2026, 1, 1)).day_ceiling == 1736_00
    assert [year(found, level, date(2027, 1, 1)).day_ceiling for level in Level] == [1736_00, 1736_00, 1798_00]
    carried = [params["about"] for code, params in said(found) if code == "medicare_amount_carried_forward"]
    assert carried == ["part_b_deductible", "part_a_deductible"]
    assert "hospital_day_ceiling" in dict(said(found))


def test_an_office_has_no_ceiling(book):
    found = supposed(book, payer=Payer.MEDICARE)

    assert year(found, HIGH, date(2026, 1, 1)).day_ceiling is None
    assert "hospital_day_ceiling" not in dict(said(found))


def test_medicare_has_no_maximum_to_be_met(book):
    found = supposed(book, payer=Payer.MEDICARE, balances=Balances(as_of=FIRST, deductible_met=0))

    assert "out_of_pocket_met_assumed" not in dict(said(found))


def test_what_counts_to_the_maximum_was_not_said(book):
    found = supposed(book, plan=plan("1500", "6000"), balances=Balances(as_of=FIRST, deductible_met=0))

    assert dict(said(found))["balances_partly_unknown"] == {"missing": "coverage.balances.out_of_pocket_met"}
    assert found.balances_are_open
    assert found.of(LOW, LOW).opening.out_of_pocket_met == cents("6000")
    assert found.of(HIGH, HIGH).opening.out_of_pocket_met == 0


def test_a_plan_year_that_was_not_said_is_the_calendar_s(book):
    own = plan("1500", "6000", year_starts_on=None)

    assert "plan_year_calendar" in dict(said(supposed(book, plan=own)))


def test_a_family_plan_left_open_keeps_its_family_amounts(book):
    own = plan(deductible_limit=Limit(None, cents("3000")), maximum="6000")
    found = supposed(book, plan=own)

    assert found.plan_pointers == ("coverage.plan.deductible",)


def test_all_met_is_one_person_s_maximum_where_no_family_takes_part(book):
    opening = supposed(book, plan=plan("1500", "6000")).of(HIGH, LOW).opening

    assert opening == LedgerState(cents("1500"), cents("6000"), cents("1500"), cents("6000"))


def test_all_met_is_the_family_s_maximum_where_one_takes_part(book):
    own = plan(
        deductible_limit=Limit(cents("1500"), cents("3000")),
        maximum_limit=Limit(cents("6000"), cents("12000")),
        tier=Tier.FAMILY,
    )

    opening = supposed(book, plan=own).of(HIGH, LOW).opening

    assert opening == LedgerState(cents("1500"), cents("6000"), cents("3000"), cents("12000"))


def test_all_met_of_a_plan_without_a_maximum_is_its_deductible(book):
    opening = supposed(book, plan=plan("1500", "none")).of(HIGH, LOW).opening

    assert opening == LedgerState(cents("1500"), 0, cents("1500"), 0)


@pytest.mark.parametrize(("balances", "lowest"), [(None, 283_00), (Balances(as_of=FIRST, deductible_met=0), 0)])
def test_medicare_s_deductible_is_supposed_met_only_where_nothing_was_said(balances, lowest, book):
    found = supposed(book, payer=Payer.MEDICARE, balances=balances)

    assert found.of(LOW, LOW).opening.deductible_met == lowest
    assert found.of(LOW, HIGH).opening.deductible_met == 0
