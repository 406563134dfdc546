"""Periods of days, calendar quarters, months and plan years. Every period names its first and last day."""

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

MONTHS_IN_YEAR = 12
DAYS_REMEMBERED = 4096
"""Days whose quarter, month or plan year is remembered: the same few hundred days are asked about all the time."""


class Period(NamedTuple):
    """The days from ``first_day`` to ``last_day``, both inclusive; no last day means none is known."""

    first_day: date
    last_day: date | None

    def holds(self, day: date) -> bool:
        """Say whether ``day`` lies inside."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def overlap(one: Period, other: Period) -> Period:
    """Give the days that two periods share; they must share some."""
    last_days = [day for day in (one.last_day, other.last_day) if day is not None]
    return Period(max(one.first_day, other.first_day), min(last_days) if last_days else None)


class Quarter(NamedTuple):
    """A calendar quarter, ordered in time."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}q{self.number}"

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Last day of the quarter."""
        month = 3 * self.number
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def quarters_until(self, later: "Quarter") -> int:
        """Count the quarters from this one to ``later`` (negative when ``later`` lies before)."""
        return (later.year - self.year) * 4 + later.number - self.number


@lru_cache(maxsize=DAYS_REMEMBERED)
def quarter_of(day: date) -> Quarter:
    """Give the calendar quarter that contains ``day``."""
    return Quarter(day.year, (day.month + 2) // 3)


@lru_cache(maxsize=DAYS_REMEMBERED)
def month_of(day: date) -> str:
    """Give the calendar month that contains ``day`` as ``2027-01``."""
    return f"{day.year:04d}-{day.month:02d}"


def add_months(day: date, months: int) -> date:
    """Move ``day`` by whole calendar months; a day the target month lacks becomes that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def window_end(start_on: date, months: int) -> date:
    """Give the last day of a window of whole months that starts on ``start_on``.

    A twelve-month window from 2027-01-05 ends on 2028-01-04. From 29 February the anniversary is 28 February of a
    common year, and the window ends the day before it.
    """
    return add_months(start_on, months) - timedelta(days=1)


def months_touched(first_day: date, last_day: date) -> list[str]:
    """List every calendar month that the days from ``first_day`` to ``last_day`` touch."""
    months = []
    year, month = first_day.year, first_day.month
    while (year, month) <= (last_day.year, last_day.month):
        months.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months


@lru_cache(maxsize=DAYS_REMEMBERED)
def plan_year_of(day: date, year_starts_on: date) -> Period:
    """Give the plan year that contains ``day`` for a plan whose year starts each year on the given month and day."""
    start = _anniversary(year_starts_on, day.year)
    if start > day:
        start = _anniversary(year_starts_on, day.year - 1)
    return Period(start, _anniversary(year_starts_on, start.year + 1) - timedelta(days=1))


def _anniversary(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
