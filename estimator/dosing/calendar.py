"""A regimen laid on the calendar."""

from datetime import date, timedelta
from typing import NamedTuple

from estimator.dosing.course import Course
from estimator.dosing.intervals import course_start
from estimator.dosing.regimen import Regimen
from estimator.model.claims import Infusion
from estimator.model.codes import Phase
from estimator.model.levels import Tri, point
from estimator.model.periods import Period
from estimator.model.quantities import Milligrams

LONGEST_PLAN_YEAR = timedelta(days=366)
"""Infusions so long before the window may have counted in the plan year that it begins in."""

Infusions = tuple[Infusion, ...]


class Calendar(NamedTuple):
    """A regimen's days, per level: the dates are the same at every level, the milligrams may differ.

    ``earlier`` are those before the window that may count in the plan year it begins in; they have the number 0.
    """

    infusions: Tri[Infusions]
    earlier: Tri[Infusions]
    first_course_on: date


def schedule(regimen: Regimen, *, start_on: date, window: Period) -> Calendar:
    """Lay the regimen on the calendar: the infusions that fall inside the window, and those shortly before it."""
    last_day = window.last_day
    assert last_day is not None  # a window always ends
    first_course_on = start_on
    if regimen.loading is not None and regimen.loading_then_after_days is not None:
        first_course_on = start_on + timedelta(days=regimen.loading_then_after_days)
    low, earlier_low = _lay_out(regimen, regimen.course.low, start_on, first_course_on, window.first_day, last_day)
    if regimen.course.is_point:
        return Calendar(point(low), point(earlier_low), first_course_on)
    expected, earlier_expected = (
        (None, None)
        if regimen.course.expected is None
        else _lay_out(regimen, regimen.course.expected, start_on, first_course_on, window.first_day, last_day)
    )
    high, earlier_high = _lay_out(regimen, regimen.course.high, start_on, first_course_on, window.first_day, last_day)
    earlier = Tri(earlier_low, earlier_expected, earlier_high)
    return Calendar(Tri(low, expected, high), earlier, first_course_on)


def _lay_out(
    regimen: Regimen, course: Course, start_on: date, first_course_on: date, first_day: date, last_day: date
) -> tuple[Infusions, Infusions]:
    found: list[Infusion] = []
    earlier: list[Infusion] = []

    def give(phase: Phase, number: int, first_on: date, doses: tuple[Milligrams, ...]) -> None:
        for day, mg in enumerate(doses):
            on = first_on + timedelta(days=day)
            if first_day <= on <= last_day:
                found.append(Infusion(len(found) + 1, phase, number, day + 1, on, mg))
            elif first_day - LONGEST_PLAN_YEAR <= on < first_day:
                earlier.append(Infusion(0, phase, number, day + 1, on, mg))

    if regimen.loading is not None:
        give(Phase.LOADING, 1, start_on, regimen.loading.mg_per_day)
    count = 0
    while regimen.courses is None or count < regimen.courses:
        if count and regimen.interval is None:
            break
        on = first_course_on if regimen.interval is None else course_start(first_course_on, regimen.interval, count)
        if on > last_day:
            break
        give(Phase.MAINTENANCE, count + 1, on, course.mg_per_day)
        count += 1
    return tuple(found), tuple(earlier)
