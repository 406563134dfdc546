"""An order made complete."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from estimator.dosing.checks import LabelRange, check_dose, check_plausible, is_other_drug, label_range_of
from estimator.dosing.course import Course, exact_mg, split_course
from estimator.dosing.usual import loading_course, usual_choices, usual_course, usual_interval
from estimator.dosing.weight import Weighed, weigh
from estimator.errors import InvalidRequest, Problem
from estimator.model.codes import Route
from estimator.model.levels import Assumption, Tri, point
from estimator.model.order import DosePer, Interval, Patient, Therapy
from estimator.model.quantities import MG_PER_GRAM, Milligrams, grams_text, plain, whole_milligrams
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label

MAINTENANCE_PHASES = ("maintenance", "course", "sc_weekly")


class Regimen(NamedTuple):
    """An order made complete: what is given, how often, and what was supposed in making it complete."""

    course: Tri[Course]
    interval: Interval | None
    courses: int | None
    loading: Course | None
    loading_then_after_days: int | None
    mg_per_kg: Tri[Decimal] | None
    label_range: LabelRange | None
    assumptions: tuple[Assumption, ...]
    fact_ids: tuple[str, ...]
    interval_choices: tuple[int, ...] = ()
    weighed: Weighed | None = None


def complete(
    therapy: Therapy,
    patient: Patient,
    *,
    indication: str | None,
    label: Label | None,
    route: Route,
    book: ReferenceBook,
    policies: Sequence[str] = (),
) -> Regimen:
    """Turn an order into a complete regimen, taking what it leaves open from the label or from usual practice.

    Raises ``InvalidRequest`` with every problem found: a missing weight or dose, a dose or a frequency that no one
    could mean, a course longer than its interval. ``policies`` are those whose rule for the dosing weight counts.
    """
    problems: list[Problem] = []
    assumptions: list[Assumption] = []
    weighed = weigh(
        patient, therapy.dosing_weight, policies=policies, book=book, problems=problems, assumptions=assumptions
    )
    weight_kg = None if weighed is None else weighed.kg
    label_dose = label.dose(*MAINTENANCE_PHASES) if label is not None else None
    course, mg_per_kg = ordered_course(therapy, weight_kg, problems)
    fact_ids: list[str] = [label.fact_id] if label is not None else []
    if weighed is not None:
        fact_ids.extend(weighed.fact_ids)
    interval = therapy.interval
    courses = therapy.courses
    if course is None and not problems:
        # The usual practice on file is by vein; under the skin it serves only where the label doses by the course too.
        by_course = route is Route.IV or (label_dose is not None and label_dose.per == "course")
        course, mg_per_kg, interval, courses = usual_course(
            therapy, weight_kg, indication if by_course else None, label_dose, book, problems, assumptions, fact_ids
        )
    elif interval is None and courses != 1:
        interval, courses = usual_interval(courses, indication, label_dose, book, assumptions, fact_ids)
    if therapy.dose is not None and therapy.days_per_course is None and therapy.mg_per_day is None:
        assumptions.append(Assumption("days_per_course_default", pointer="therapy.days_per_course"))
    if course is None:
        raise InvalidRequest(_once(problems))
    course = _capped(course, therapy.dose_cap_mg, assumptions)
    if therapy.dose_cap_mg is not None and weight_kg is not None:
        per_kg = [None if one is None else Decimal(one.mg) / weight_kg for one in course]
        low, expected, high = per_kg
        mg_per_kg = None if low is None or high is None else Tri(low, expected, high)
    check_plausible(therapy, course, weight_kg, interval, route, book, problems)
    loading, then_after = loading_course(therapy, weight_kg, indication, label, interval, book, problems, assumptions)
    ordered_loading = None if therapy.loading is None else therapy.loading.dose
    if loading is not None and ordered_loading is not None and not is_other_drug(therapy, book):
        check_dose("/therapy/loading/dose", ordered_loading, loading, weight_kg, route, book, problems)
    if problems:
        raise InvalidRequest(_once(problems))
    if loading is not None:
        loading = _capped(point(loading), therapy.dose_cap_mg, assumptions).high
    return Regimen(
        course=course,
        interval=interval,
        courses=courses,
        loading=loading,
        loading_then_after_days=then_after,
        mg_per_kg=mg_per_kg,
        label_range=label_range_of(label, label_dose, mg_per_kg, interval, patient.age_years),
        assumptions=tuple(assumptions),
        fact_ids=tuple(fact_ids),
        interval_choices=usual_choices(indication, label_dose, book) if therapy.interval is None else (),
        weighed=weighed,
    )


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Name each field once for the same lack, by the first reason found."""
    found: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.pointer, problem.code), problem)
    return list(found.values())


def _capped(course: Tri[Course], cap: Milligrams | None, assumptions: list[Assumption]) -> Tri[Course]:
    """Hold a course to the most that may be given, spread over its days as before; that it was held is said."""
    if cap is None or course.high.mg <= cap:
        return course
    assumptions.append(Assumption("dose_capped", (("grams", grams_text(cap)),), "therapy.dose_cap_grams"))

    def held(one: Course) -> Course:
        return one if one.mg <= cap else split_course(cap, len(one.mg_per_day))

    return Tri(held(course.low), None if course.expected is None else held(course.expected), held(course.high))


def ordered_course(
    therapy: Therapy, weight_kg: Decimal | None, problems: list[Problem]
) -> tuple[Tri[Course] | None, Tri[Decimal] | None]:
    """Give the course that the order itself states, if it does."""
    if therapy.mg_per_day is not None:
        course = Course(therapy.mg_per_day)
        if therapy.days_per_course is not None and therapy.days_per_course != len(therapy.mg_per_day):
            problems.append(Problem("/therapy/grams_per_day", "days_conflict", {"days": therapy.days_per_course}))
        stated = exact_mg(therapy.dose, weight_kg) if therapy.dose is not None else None
        if stated is not None and whole_milligrams(stated) != course.mg:
            problems.append(Problem("/therapy/grams_per_day", "dose_conflict", {"grams": plain(stated / MG_PER_GRAM)}))
        return point(course), None if weight_kg is None else point(Decimal(course.mg) / weight_kg)
    if therapy.dose is None:
        return None, None
    exact = exact_mg(therapy.dose, weight_kg)
    if exact is None:
        problems.append(Problem("/patient/weight", "required", {"why": "dose_per_kg"}))
        return None, None
    days = therapy.days_per_course or 1
    if therapy.dose.per is DosePer.DAY:
        course = Course((whole_milligrams(exact),) * days)
    else:
        course = split_course(whole_milligrams(exact), days)
    return point(course), None if weight_kg is None else point(Decimal(course.mg) / weight_kg)
