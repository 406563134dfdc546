"""What follows what: a loading dose, the steps of a ramp-up, the phases of a taper, the courses that go on."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from estimator.dosing.conversion import Conversion
from estimator.dosing.course import Course, exact_mg, split_course
from estimator.dosing.intervals import DAYS_A_WEEK, interval_days
from estimator.errors import Problem
from estimator.model.codes import Phase
from estimator.model.levels import Assumption, Tri, point
from estimator.model.order import DosePer, Interval, Therapy, TherapyPhase
from estimator.model.quantities import Milligrams, plain, whole_milligrams
from estimator.reference.kinds import LabelDose


class Segment(NamedTuple):
    """Courses of one dose at one interval.

    ``courses`` is ``None`` for as long as the window lasts. Without an interval there is one course, and the next
    segment begins ``then_after_days`` after it.
    """

    phase: Phase
    course: Tri[Course]
    interval: Interval | None
    courses: int | None
    then_after_days: int | None = None


def ordered_phases(therapy: Therapy, weight_kg: Decimal | None, problems: list[Problem]) -> tuple[Segment, ...]:
    """Read the phases of an order. Each but the last needs its number of courses, and an interval to the next."""
    found = []
    for index, phase in enumerate(therapy.phases):
        pointer = f"/therapy/phases/{index}"
        is_last = index == len(therapy.phases) - 1
        if phase.courses is None and not is_last:
            problems.append(Problem(f"{pointer}/courses", "required", {"why": "phase_courses"}))
        if phase.interval is None and not (is_last and phase.courses == 1):
            problems.append(Problem(f"{pointer}/interval", "required", {"why": "phase_interval"}))
        course = _course_of(phase, weight_kg, pointer, problems)
        if course is None:
            continue
        if phase.interval is not None and len(course.mg_per_day) > interval_days(phase.interval):
            length = {"days": len(course.mg_per_day), "interval": str(interval_days(phase.interval))}
            problems.append(Problem(f"{pointer}/days_per_course", "schedule_overlap", length))
        found.append(Segment(Phase.MAINTENANCE, point(course), phase.interval, phase.courses))
    return tuple(found)


def _course_of(phase: TherapyPhase, weight_kg: Decimal | None, pointer: str, problems: list[Problem]) -> Course | None:
    if phase.mg_per_day is not None:
        return Course(phase.mg_per_day)
    if phase.dose is None:
        problems.append(Problem(f"{pointer}/dose", "required", {"why": "phase_dose"}))
        return None
    exact = exact_mg(phase.dose, weight_kg)
    if exact is None:
        problems.append(Problem("/patient/weight", "required", {"why": "dose_per_kg"}))
        return None
    days = phase.days_per_course or 1
    if phase.dose.per is DosePer.DAY:
        return Course((whole_milligrams(exact),) * days)
    return split_course(whole_milligrams(exact), days)


def ramp_up(
    therapy: Therapy,
    course: Tri[Course],
    interval: Interval | None,
    label_dose: LabelDose | None,
    conversion: Conversion | None,
    problems: list[Problem],
    assumptions: list[Assumption],
) -> tuple[Segment, ...]:
    """Give the smaller doses that come before the first full one, by the label's schedule.

    They are given when they are asked for, and when a switch from infusions by vein begins a therapy whose label has
    them. A schedule holds for the interval it is printed for alone.
    """
    wanted = therapy.ramp_up if therapy.ramp_up is not None else conversion is not None
    if not wanted:
        return ()
    schedules = () if label_dose is None else label_dose.ramp_up
    days = None if interval is None else interval_days(interval)
    steps = next((each.steps for each in schedules if each.interval_days == days), ())
    if not steps:
        if therapy.ramp_up:
            problems.append(Problem("/therapy/ramp_up", "no_ramp_up_on_file"))
        elif schedules:
            assumptions.append(Assumption("ramp_up_not_on_file", pointer="therapy.phases"))
        return ()
    found = []
    for (week, part), (next_week, _) in pairwise(steps):
        gap = (next_week - week) * DAYS_A_WEEK
        expected = None if course.expected is None else _part_of(course.expected, part)
        smaller = Tri(_part_of(course.low, part), expected, _part_of(course.high, part))
        found.append(Segment(Phase.MAINTENANCE, smaller, None, 1, gap))
    said = ", ".join(percent_of(part) for _, part in steps[:-1])
    assumptions.append(Assumption("ramp_up_from_label", (("percents", said),), "therapy.ramp_up"))
    return tuple(found)


def percent_of(part: Fraction) -> str:
    """Write a part of a dose as a percentage, to one place: 25 %, 33.3 %."""
    tenths = Fraction(1, 2) + part * 1000
    return f"{plain(Decimal(tenths.numerator // tenths.denominator) / 10)} %"


def _part_of(course: Course, part: Fraction) -> Course:
    """Give a part of a course, to the nearest milligram; half a milligram rounds up."""
    mg = Fraction(1, 2) + course.mg * part
    smaller = split_course(Milligrams(mg.numerator // mg.denominator), len(course.mg_per_day))
    return smaller._replace(cap_mg=course.cap_mg)


def highest_mg_per_kg(segments: tuple[Segment, ...], weight_kg: Decimal | None) -> Decimal | None:
    """Give the most milligrams per kg of any course."""
    if weight_kg is None or not segments:
        return None
    return max(Decimal(segment.course.high.mg) for segment in segments) / weight_kg
