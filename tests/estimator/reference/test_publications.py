"""When the next issue of a publication is expected, worked out by counting days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.publications import Publication, Status, outlook, period_start, publication
from tests.estimator.reference.facts import fact

QUARTERLY = Publication("limits", "Limits", "payment_limit", "", "quarter", 1, 12, 0, "payment_limits", "f")
YEARLY = QUARTERLY._replace(every="year", usual_days_before=47, late_days_before=17)
CODES = QUARTERLY._replace(every="year", first_month=10, usual_days_before=90)
YEAR_2027 = Period(date(2027, 1, 1), date(2027, 12, 31))
GUIDELINES = YEARLY._replace(usual_days_before=-14, late_days_before=-31)


@pytest.mark.parametrize(
    ("today", "status", "missing"),
    [
        # On file up to 2026 Q4: 2027 Q1 is expected on 20 December 2026 and late from 1 January 2027.
        (date(2026, 12, 19), Status.EXPECTED, 0),
        (date(2026, 12, 20), Status.DUE, 0),
        (date(2026, 12, 31), Status.DUE, 0),
        (date(2027, 1, 1), Status.LATE, 1),
        (date(2027, 3, 31), Status.LATE, 1),
        (date(2027, 4, 1), Status.LATE, 2),
        (date(2028, 1, 1), Status.LATE, 5),
    ],
)
def test_a_quarterly_file_is_due_and_then_late(today, status, missing):
    found = outlook(QUARTERLY, date(2026, 10, 1), today)

    assert found == (Period(date(2027, 1, 1), date(2027, 3, 31)), date(2026, 12, 20), date(2027, 1, 1), status, missing)


@pytest.mark.parametrize(
    ("item", "newest", "following", "expected_on", "late_on"),
    [
        (
            YEARLY,
            date(2026, 1, 1),
            Period(date(2027, 1, 1), date(2027, 12, 31)),
            date(2026, 11, 15),
            date(2026, 12, 15),
        ),
        # A correction within the year belongs to its year.
        (
            YEARLY,
            date(2026, 7, 1),
            Period(date(2027, 1, 1), date(2027, 12, 31)),
            date(2026, 11, 15),
            date(2026, 12, 15),
        ),
        (CODES, date(2026, 10, 1), Period(date(2027, 10, 1), date(2028, 9, 30)), date(2027, 7, 3), date(2027, 10, 1)),
        (CODES, date(2027, 4, 1), Period(date(2027, 10, 1), date(2028, 9, 30)), date(2027, 7, 3), date(2027, 10, 1)),
        (
            GUIDELINES,
            date(2026, 1, 1),
            Period(date(2027, 1, 1), date(2027, 12, 31)),
            date(2027, 1, 15),
            date(2027, 2, 1),
        ),
    ],
)
def test_a_yearly_publication_counts_from_its_own_year(item, newest, following, expected_on, late_on):
    found = outlook(item, newest, date(2026, 1, 2))

    assert (found.next, found.expected_on, found.late_on) == (following, expected_on, late_on)


def test_where_nothing_is_on_file_the_issue_of_today_is_missing():
    found = outlook(QUARTERLY, None, date(2026, 11, 21))

    assert (found.next.first_day, found.status, found.missing) == (date(2026, 10, 1), Status.LATE, 1)


@given(newest=st.dates(date(2000, 1, 1), date(2090, 1, 1)), today=st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_the_next_issue_begins_where_the_newest_ends(newest, today):
    for item in (QUARTERLY, YEARLY, CODES):
        found = outlook(item, newest, today)

        assert newest < found.next.first_day
        assert period_start(item, found.next.first_day) == found.next.first_day
        assert period_start(item, found.next.last_day) == found.next.first_day
        assert (found.missing > 0) == (found.status is Status.LATE)


@pytest.mark.parametrize(
    ("name", "wrong"), [("every", "week"), ("first_month", 13), ("usual_days_before", None), ("late_days_before", "x")]
)
def test_a_record_that_cannot_be_used_is_refused(name, wrong):
    value = {
        "title": "Limits",
        "kind": "payment_limit",
        "every": "quarter",
        "first_month": 1,
        "usual_days_before": 12,
        "late_days_before": 0,
    }
    assert publication(fact(value, kind="publication", key="limits")).file is None

    with pytest.raises(BadFact, match=name):
        publication(fact({**value, name: wrong}, kind="publication", key="limits"))
