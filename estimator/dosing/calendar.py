"""A regimen laid on the calendar."""

from datetime import date, timedelta

from estimator.dosing.course import Course
from estimator.dosing.intervals import course_start
from estimator.dosing.regimen import Regimen
from estimator.model.claims import Infusion
from estimator.model.codes import Phase
from estimator.model.levels import Tri, point
from estimator.model.periods import Period
from estimator.model.quantities import Milligrams


def schedule(regimen: Regimen, *, start_on: date, window: Period) -> tuple[Tri[tuple[Infusion, ...]], date]:
    """Lay the regimen on the calendar and keep the infusions that fall inside the window.

    Gives the infusions per level (the dates are the same at every level, the milligrams may differ) and the first day
    of the first maintenance course.
    """
    last_day = window.last_day
    assert last_day is not None  # a window always ends
    first_course_on = start_on
    if regimen.loading is not None and regimen.loading_then_after_days is not None:
        first_course_on = start_on + timedelta(days=regimen.loading_then_after_days)
    low = _lay_out(regimen, regimen.course.low, start_on, first_course_on, window.first_day, last_day)
    if regimen.course.is_point:
        return point(low), first_course_on
    expected = (
        None
        if regimen.course.expected is None
        else _lay_out(regimen, regimen.course.expected, start_on, first_course_on, window.first_day, last_day)
    )
    high = _lay_out(regimen, regimen.course.high, start_on, first_course_on, window.first_day, last_day)
    return Tri(low, expected, high), first_course_on


def _lay_out(
    regimen: Regimen, course: Course, start_on: date, first_course_on: date, first_day: date, last_day: date
) -> tuple[Infusion, ...]:
    found: list[Infusion] = []

    def give(phase: Phase, number: int, first_on: date, doses: tuple[Milligrams, ...]) -> None:
        for day, mg in enumerate(doses):
            on = first_on + timedelta(days=day)
            if first_day <= on <= last_day:
                found.append(Infusion(len(found) + 1, phase, number, day + 1, on, mg))

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
    return tuple(found)
