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

    ``earlier`` are those before the window that may count in the plan year it begins in; they have the number 0.
    """

    infusions: Tri[Infusions]
    earlier: Tri[Infusions]
    first_course_on: date


def schedule(regimen: Regimen, *, start_on: date, window: Period) -> Calendar:
    """Lay the regimen on the calendar: the infusions that fall inside the window, and those shortly before it."""
    last_day = window.last_day
    assert last_day is not None  # a window always ends
    segments = regimen.segments
    first_course_on = _first_course_on(segments, start_on)
    low, earlier_low = _lay_out(segments, Level.LOW, start_on, window.first_day, last_day)
    if regimen.course.is_point:
        return Calendar(point(low), point(earlier_low), first_course_on)
    expected, earlier_expected = (
        (None, None)
        if regimen.course.expected is None
        else _lay_out(segments, Level.EXPECTED, start_on, window.first_day, last_day)
    )
    high, earlier_high = _lay_out(segments, Level.HIGH, start_on, window.first_day, last_day)
    earlier = Tri(earlier_low, earlier_expected, earlier_high)
    return Calendar(Tri(low, expected, high), earlier, first_course_on)


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


def _lay_out(
    segments: tuple[Segment, ...], level: Level, start_on: date, first_day: date, last_day: date
) -> tuple[Infusions, Infusions]:
    found: list[Infusion] = []
    earlier: list[Infusion] = []
    numbers = {phase: count(1) for phase in Phase}
    for phase, first_on, course in _courses(segments, level, start_on, last_day):
        number = next(numbers[phase])
        for day, mg in enumerate(course.mg_per_day):
            on, most_mg = first_on + timedelta(days=day), course.most_mg(mg)
            if first_day <= on <= last_day:
                found.append(Infusion(len(found) + 1, phase, number, day + 1, on, mg, most_mg))
            elif first_day - LONGEST_PLAN_YEAR <= on < first_day:
                earlier.append(Infusion(0, phase, number, day + 1, on, mg, most_mg))
    return tuple(found), tuple(earlier)


def _courses(
    segments: tuple[Segment, ...], level: Level, start_on: date, last_day: date
) -> Iterator[tuple[Phase, date, Course]]:
    """Give the courses in time order, up to the last day; each segment begins where the one before it has ended."""
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
            yield segment.phase, on, course
            done += 1
        if segment.interval is not None:
            begins = course_start(begins, segment.interval, done)
        else:
            begins += timedelta(days=segment.then_after_days or len(course.mg_per_day))
