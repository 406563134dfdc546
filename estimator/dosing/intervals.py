"""Intervals on the calendar and in days."""

from datetime import date, timedelta
from decimal import Decimal

from estimator.model.order import Interval, IntervalUnit
from estimator.model.periods import add_months

DAYS_A_WEEK = 7
LABEL_MONTH_DAYS = 30
ANY_YEAR = 2024


def course_start(first_on: date, interval: Interval, count: int) -> date:
    """Give the first day of the course that follows the first one ``count`` intervals later."""
    if interval.unit is IntervalUnit.MONTH:
        return add_months(first_on, interval.value * count)
    days = interval.value * (DAYS_A_WEEK if interval.unit is IntervalUnit.WEEK else 1)
    return first_on + timedelta(days=days * count)


def interval_span(interval: Interval) -> tuple[Decimal, Decimal]:
    """Give the fewest and the most days an interval can last: calendar months are of different lengths."""
    if interval.unit is not IntervalUnit.MONTH:
        return interval_days(interval), interval_days(interval)
    # Four years hold every succession of months, with and without a leap day.
    firsts = [date(ANY_YEAR + month // 12, month % 12 + 1, 1) for month in range(48)]
    lengths = [(add_months(first, interval.value) - first).days for first in firsts]
    return Decimal(min(lengths)), Decimal(max(lengths))


def interval_days(interval: Interval) -> Decimal:
    """Give an interval in days; a calendar month counts as the label's 30."""
    each = {IntervalUnit.DAY: 1, IntervalUnit.WEEK: DAYS_A_WEEK, IntervalUnit.MONTH: LABEL_MONTH_DAYS}
    return Decimal(interval.value * each[interval.unit])
