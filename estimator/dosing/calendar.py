"""A regimen laid on the calendar. Holidays and weekends are not looked at."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from estimator.dosing.course import Course
from estimator.dosing.intervals import course_start
from estimator.dosing.phases import Segment
from estimator.dosing.regimen import Regimen
from estimator.model.claims import Infusion
from estimator.model.codes import Phase
from estimator.model.levels import Level, Tri, point
from estimator.model.periods import Period

LONGEST_PLAN_YEAR = timedelta(days=366)
"""Infusions so long before the window may have counted in the plan year that it begins in."""

Infusions = tuple[Infusion, ...]


class Calendar(NamedTuple):
    """A regimen's days, per level: the dates are the same at every level, the milligrams may differ.

    ``earlier`` are those before the window that may count in the plan year it begins in, ``later`` those just behind it
    that may be shipped within it; they have the number 0.
    """

    infusions: Tri[Infusions]
    earlier: Tri[Infusions]
    first_course_on: date
    later: Tri[Infusions]


def schedule(regimen: Regimen, *, start_on: date, window: Period, beyond: int = 0) -> Calendar:
    """Lay the regimen on the calendar: the infusions that fall inside the window, and those shortly before it.

    ``beyond`` is how many days behind the window are laid out too.
    """
    last_day = window.last_day
    assert last_day is not None  # a window always ends
    segments = regimen.segments
    first_course_on = _first_course_on(segments, start_on)
    days = _Days(start_on, window.first_day, last_day, last_day + timedelta(days=beyond))
    low = _lay_out(segments, Level.LOW, days)
    if regimen.course.is_point:
        return Calendar(point(low.inside), point(low.before), first_course_on, point(low.behind))
    expected = None if regimen.course.expected is None else _lay_out(segments, Level.EXPECTED, days)
    high = _lay_out(segments, Level.HIGH, days)
    return Calendar(
        Tri(low.inside, None if expected is None else expected.inside, high.inside),
        Tri(low.before, None if expected is None else expected.before, high.before),
        first_course_on,
        Tri(low.behind, None if expected is None else expected.behind, high.behind),
    )


class _Days(NamedTuple):
    """The first infusion, the window's first and last day, and the last day that is laid out."""

    start_on: date
    first_day: date
    last_day: date
    until: date


class _LaidOut(NamedTuple):
    inside: Infusions
    before: Infusions
    behind: Infusions


def segment_starts(segments: tuple[Segment, ...], start_on: date) -> tuple[date, ...]:
    """Give the first day of each segment, up to the one that goes on without an end."""
    starts = []
    begins = start_on
    for segment in segments:
        starts.append(begins)
        if segment.interval is None:
            begins += timedelta(days=segment.then_after_days or len(segment.course.high.mg_per_day))
        elif segment.courses is not None:
            begins = course_start(begins, segment.interval, segment.courses)
        else:
            break
    return tuple(starts)


def _first_course_on(segments: tuple[Segment, ...], start_on: date) -> date:
    """Give the first day after the loading dose."""
    first = segments[0]
    if first.phase is Phase.LOADING and first.then_after_days is not None:
        return start_on + timedelta(days=first.then_after_days)
    return start_on


def _lay_out(segments: tuple[Segment, ...], level: Level, days: _Days) -> _LaidOut:
    inside: list[Infusion] = []
    before: list[Infusion] = []
    behind: list[Infusion] = []
    numbers = {phase: count(1) for phase in Phase}
    for phase, first_on, course, lasts in _courses(segments, level, days.start_on, days.until):
        number = next(numbers[phase])
        for day, mg in enumerate(course.mg_per_day):
            infusion = Infusion(
                0, phase, number, day + 1, first_on + timedelta(days=day), mg, course.most_mg(mg), lasts_days=lasts
            )
            if days.first_day <= infusion.service_on <= days.last_day:
                inside.append(infusion._replace(number=len(inside) + 1))
            elif days.first_day - LONGEST_PLAN_YEAR <= infusion.service_on < days.first_day:
                before.append(infusion)
            elif infusion.service_on > days.last_day:
                behind.append(infusion)
    return _LaidOut(tuple(inside), tuple(before), tuple(behind))


def _courses(
    segments: tuple[Segment, ...], level: Level, start_on: date, last_day: date
) -> Iterator[tuple[Phase, date, Course, int | None]]:
    """Give the courses in time order, up to the last day; each segment begins where the one before it has ended.

    Beside each are the days to the next one where the segment has an interval.
    """
    begins = start_on
    for segment in segments:
        course = segment.course[level]
        assert course is not None  # a level without a dose is not laid out
        done = 0
        while segment.courses is None or done < segment.courses:
            if done and segment.interval is None:
                break
            on = begins if segment.interval is None else course_start(begins, segment.interval, done)
            if on > last_day:
                return
            done += 1
            lasts = None if segment.interval is None else (course_start(begins, segment.interval, done) - on).days
            yield segment.phase, on, course, lasts
        if segment.interval is not None:
            begins = course_start(begins, segment.interval, done)
        else:
            begins += timedelta(days=segment.then_after_days or len(course.mg_per_day))
