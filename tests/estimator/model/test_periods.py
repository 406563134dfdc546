"""Quarters, months, windows and plan years."""

from datetime import date

import pytest

from estimator.model import periods
from estimator.model.periods import Period, Quarter

D = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2026-01-01", "2026q1"),
        ("2026-03-31", "2026q1"),
        ("2026-04-01", "2026q2"),
        ("2026-09-30", "2026q3"),
        ("2026-12-31", "2026q4"),
        ("2028-02-29", "2028q1"),
    ],
)
def test_the_quarter_of_a_day(day, quarter):
    assert str(periods.quarter_of(D(day))) == quarter


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (Quarter(2026, 1), "2026-01-01", "2026-03-31"),
        (Quarter(2026, 2), "2026-04-01", "2026-06-30"),
        (Quarter(2026, 4), "2026-10-01", "2026-12-31"),
    ],
)
def test_a_quarter_s_days(quarter, first, last):
    assert (quarter.first_day, quarter.last_day) == (D(first), D(last))


@pytest.mark.parametrize(
    ("earlier", "later", "count"),
    [
        (Quarter(2026, 4), Quarter(2027, 1), 1),
        (Quarter(2026, 4), Quarter(2026, 4), 0),
        (Quarter(2026, 4), Quarter(2028, 3), 7),
        (Quarter(2027, 1), Quarter(2026, 4), -1),
    ],
)
def test_quarters_are_counted(earlier, later, count):
    assert earlier.quarters_until(later) == count


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-01-31", 2, "2027-03-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2027-03-31", -1, "2027-02-28"),
    ],
)
def test_a_day_the_month_lacks_becomes_its_last(day, months, expected):
    assert periods.add_months(D(day), months) == D(expected)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-05", 12, "2028-01-04"),
        ("2027-01-01", 12, "2027-12-31"),
        ("2028-02-29", 12, "2029-02-27"),
        ("2027-03-01", 1, "2027-03-31"),
        ("2026-11-21", 12, "2027-11-20"),
    ],
)
def test_a_window_ends_the_day_before_its_anniversary(start, months, end):
    assert periods.window_end(D(start), months) == D(end)


def test_a_window_of_a_year_touches_up_to_thirteen_months():
    touched = periods.months_touched(D("2027-01-05"), D("2028-01-04"))

    assert (len(touched), touched[0], touched[-1]) == (13, "2027-01", "2028-01")
    assert periods.months_touched(D("2027-01-01"), D("2027-12-31"))[-1] == "2027-12"
    assert periods.months_touched(D("2027-05-05"), D("2027-05-05")) == ["2027-05"]


@pytest.mark.parametrize(
    ("day", "starts_on", "first", "last"),
    [
        ("2027-02-01", "2027-01-01", "2027-01-01", "2027-12-31"),
        ("2026-12-31", "2027-01-01", "2026-01-01", "2026-12-31"),
        ("2027-06-30", "2019-07-01", "2026-07-01", "2027-06-30"),
        ("2027-07-01", "2019-07-01", "2027-07-01", "2028-06-30"),
        # A plan year that begins on 29 February begins on the 28th of a common year.
        ("2027-02-27", "2024-02-29", "2026-02-28", "2027-02-27"),
        ("2027-02-28", "2024-02-29", "2027-02-28", "2028-02-28"),
        ("2028-02-28", "2024-02-29", "2027-02-28", "2028-02-28"),
        ("2028-02-29", "2024-02-29", "2028-02-29", "2029-02-27"),
    ],
)
def test_the_plan_year_of_a_day(day, starts_on, first, last):
    assert periods.plan_year_of(D(day), D(starts_on)) == Period(D(first), D(last))


@pytest.mark.parametrize(
    ("day", "inside"), [("2026-12-31", False), ("2027-01-01", True), ("2027-03-31", True), ("2027-04-01", False)]
)
def test_a_period_holds_its_first_and_last_day(day, inside):
    assert Period(D("2027-01-01"), D("2027-03-31")).holds(D(day)) is inside


def test_a_period_without_an_end_holds_every_later_day():
    assert Period(D("2027-01-01"), None).holds(D("2999-01-01"))


def test_a_day_s_month():
    assert periods.month_of(D("2027-01-05")) == "2027-01"
