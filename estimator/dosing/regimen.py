"""An order made complete."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from estimator.dosing.checks import (
    LabelRange,
    check_days,
    check_dose,
    check_interval,
    check_plausible,
    is_other_drug,
    label_range_of,
)
from estimator.dosing.conversion import Conversion, conversion_of, converted_course
from estimator.dosing.course import Course, exact_mg, split_course
from estimator.dosing.phases import Segment, highest_mg_per_kg, ordered_phases, ramp_up
from estimator.dosing.usual import loading_course, usual_choices, usual_course, usual_interval
from estimator.dosing.weight import Weighed, weigh
from estimator.errors import InvalidRequest, Problem
from estimator.model.codes import Phase, Route
from estimator.model.levels import Assumption, Tri, point
from estimator.model.order import Dose, DosePer, Interval, Patient, Therapy
from estimator.model.quantities import MG_PER_GRAM, DoseUnit, Milligrams, grams_text, plain, whole_milligrams
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label, LabelDose

MAINTENANCE_PHASES = ("maintenance", "course", "sc_weekly")


class Regimen(NamedTuple):
    """An order made complete: what is given, how often, and what was supposed in making it complete.

    ``course``, ``interval`` and ``courses`` are those of the first phase where the order has several (``phases``), but
    ``mg_per_kg`` is the highest of all. ``ramp_up`` holds the smaller doses before the first full one.
    """

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
    phases: tuple[Segment, ...] = ()
    ramp_up: tuple[Segment, ...] = ()
    conversion: Conversion | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Everything that is given, in time order."""
        begin = self.ramp_up
        if self.loading is not None:
            begin = (Segment(Phase.LOADING, point(self.loading), None, 1, self.loading_then_after_days), *begin)
        return (*begin, *(self.phases or (Segment(Phase.MAINTENANCE, self.course, self.interval, self.courses),)))


def complete(
    therapy: Therapy,
    patient: Patient,
    *,
    indication: str | None,
    label: Label | None,
    route: Route,
    book: ReferenceBook,
    product_id: str | None = None,
    policies: Sequence[str] = (),
) -> Regimen:
    """Turn an order into a complete regimen, taking what it leaves open from the label or from usual practice.

    Raises ``InvalidRequest`` with every problem found: a missing weight or dose, a dose or a frequency that no one
    could mean, a course longer than its interval. ``policies`` are those whose rule for the dosing weight counts.
    """
    order = _begin(therapy, patient, label, route, book, policies)
    if therapy.phases:
        return _complete_phases(order)
    problems, assumptions, label_dose, weight_kg = order.problems, order.assumptions, order.label_dose, order.weight_kg
    conversion = conversion_of(
        therapy,
        label=label,
        product_id=product_id,
        route=route,
        indication=indication,
        book=book,
        problems=problems,
        assumptions=assumptions,
    )
    course, mg_per_kg, interval, courses = _course_of(order, indication, conversion)
    course = _capped(course, therapy.dose_cap_mg, assumptions)
    if therapy.dose_cap_mg is not None:
        mg_per_kg = _per_kg(course, weight_kg)
    check_days("/therapy/dose" if therapy.mg_per_day is None else "/therapy/grams_per_day", course.high, problems)
    check_plausible(therapy, course, weight_kg, interval, route, book, problems)
    loading, then_after = loading_course(therapy, weight_kg, indication, label, interval, book, problems, assumptions)
    ordered_loading = None if therapy.loading is None else therapy.loading.dose
    if loading is not None:
        check_days("/therapy/loading/dose", loading, problems)
    if loading is not None and ordered_loading is not None and not is_other_drug(therapy, book):
        check_dose("/therapy/loading/dose", ordered_loading, loading, weight_kg, route, book, problems)
    steps = ramp_up(therapy, course, interval, label_dose, conversion, problems, assumptions)
    if problems:
        raise InvalidRequest(_once(problems))
    if loading is not None:
        loading = _capped(point(loading), therapy.dose_cap_mg, assumptions).high
    is_interval_open = therapy.interval is None and conversion is None
    return Regimen(
        course=course,
        interval=interval,
        courses=courses,
        loading=loading,
        loading_then_after_days=then_after,
        mg_per_kg=mg_per_kg,
        label_range=label_range_of(label, label_dose, mg_per_kg, interval, patient.age_years),
        assumptions=tuple(assumptions),
        fact_ids=tuple(order.fact_ids),
        interval_choices=usual_choices(indication, label_dose, book) if is_interval_open else (),
        weighed=order.weighed,
        ramp_up=steps,
        conversion=conversion,
    )


class _Order(NamedTuple):
    """An order while it is made complete, with what is found wrong, supposed and used on the way."""

    therapy: Therapy
    patient: Patient
    weighed: Weighed | None
    label: Label | None
    label_dose: LabelDose | None
    route: Route
    book: ReferenceBook
    problems: list[Problem]
    assumptions: list[Assumption]
    fact_ids: list[str]

    @property
    def weight_kg(self) -> Decimal | None:
        """The dosing weight."""
        return None if self.weighed is None else self.weighed.kg


def _begin(
    therapy: Therapy, patient: Patient, label: Label | None, route: Route, book: ReferenceBook, policies: Sequence[str]
) -> _Order:
    problems: list[Problem] = []
    assumptions: list[Assumption] = []
    weighed = weigh(
        patient, therapy.dosing_weight, policies=policies, book=book, problems=problems, assumptions=assumptions
    )
    label_dose = label.dose(*MAINTENANCE_PHASES) if label is not None else None
    fact_ids = [*([] if label is None else [label.fact_id]), *(() if weighed is None else weighed.fact_ids)]
    return _Order(therapy, patient, weighed, label, label_dose, route, book, problems, assumptions, fact_ids)


def _course_of(
    order: _Order, indication: str | None, conversion: Conversion | None
) -> tuple[Tri[Course], Tri[Decimal] | None, Interval | None, int | None]:
    """Give the course as ordered, else from the infusions before, else from the label or usual practice."""
    therapy, label_dose, problems, assumptions = order.therapy, order.label_dose, order.problems, order.assumptions
    course, mg_per_kg = ordered_course(therapy, order.weight_kg, problems)
    interval, courses = therapy.interval, therapy.courses
    if course is None and conversion is not None and not problems:
        converted, interval = converted_course(conversion, therapy, assumptions)
        course, mg_per_kg = point(converted), _per_kg(point(converted), order.weight_kg)
        order.fact_ids.append(conversion.fact_id)
    elif course is None and not problems:
        # The usual practice on file is by vein; under the skin it serves only where the label doses by the course too.
        by_course = order.route is Route.IV or (label_dose is not None and label_dose.per == "course")
        course, mg_per_kg, interval, courses = usual_course(
            therapy,
            order.weight_kg,
            indication if by_course else None,
            label_dose,
            order.book,
            problems,
            assumptions,
            order.fact_ids,
        )
    elif interval is None and courses != 1:
        interval, courses = usual_interval(courses, indication, label_dose, order.book, assumptions, order.fact_ids)
    if therapy.dose is not None and therapy.days_per_course is None and therapy.mg_per_day is None:
        assumptions.append(Assumption("days_per_course_default", pointer="therapy.days_per_course"))
    if course is None:
        raise InvalidRequest(_once(problems))
    return course, mg_per_kg, interval, courses


def _complete_phases(order: _Order) -> Regimen:
    """Complete an order that changes over time: nothing of it is taken from labels or usual practice."""
    therapy, weight_kg, problems = order.therapy, order.weight_kg, order.problems
    phases = tuple(
        segment._replace(course=_capped(segment.course, therapy.dose_cap_mg, order.assumptions))
        for segment in ordered_phases(therapy, weight_kg, problems)
    )
    for index, segment in enumerate(phases):
        check_days(f"/therapy/phases/{index}/dose", segment.course.high, problems)
    if not is_other_drug(therapy, order.book):
        for index, segment in enumerate(phases):
            pointer = f"/therapy/phases/{index}"
            ordered = Dose(Decimal(segment.course.high.mg) / MG_PER_GRAM, DoseUnit.G)
            check_dose(f"{pointer}/dose", ordered, segment.course.high, weight_kg, order.route, order.book, problems)
            check_interval(f"{pointer}/interval", segment.interval, segment.courses, order.route, order.book, problems)
    if problems:
        raise InvalidRequest(_once(problems))
    first = phases[0]
    per_kg = _per_kg(first.course, weight_kg)
    loading = _loading_of_label(order.label, first, per_kg) if len(phases) > 1 else None
    highest = highest_mg_per_kg(phases if loading is None else phases[1:], weight_kg)
    of_label = (order.label_dose, first.interval) if loading is None else (loading, None)
    return Regimen(
        course=first.course,
        interval=first.interval,
        courses=phases[-1].courses,
        loading=None,
        loading_then_after_days=None,
        mg_per_kg=None if highest is None else point(highest),
        label_range=label_range_of(order.label, of_label[0], per_kg, of_label[1], order.patient.age_years),
        assumptions=tuple(dict.fromkeys(order.assumptions)),
        fact_ids=tuple(order.fact_ids),
        weighed=order.weighed,
        phases=phases,
    )


def _loading_of_label(label: Label | None, first: Segment, per_kg: Tri[Decimal] | None) -> LabelDose | None:
    """Give the label's loading dose where a single course that opens an order is one; else ``None``."""
    dose = None if label is None else label.dose(Phase.LOADING.value)
    if dose is None or per_kg is None or first.courses != 1 or dose.mg_per_kg_min is None or dose.mg_per_kg_max is None:
        return None
    return dose if dose.mg_per_kg_min <= per_kg.high <= dose.mg_per_kg_max else None


def _per_kg(course: Tri[Course], weight_kg: Decimal | None) -> Tri[Decimal] | None:
    if weight_kg is None:
        return None
    expected = None if course.expected is None else Decimal(course.expected.mg) / weight_kg
    return Tri(Decimal(course.low.mg) / weight_kg, expected, Decimal(course.high.mg) / weight_kg)


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Name each field once for the same lack, by the first reason found."""
    found: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.pointer, problem.code), problem)
    return list(found.values())


def _capped(course: Tri[Course], cap: Milligrams | None, assumptions: list[Assumption]) -> Tri[Course]:
    """Hold a course to the most that may be given, spread over its days as before; that it was held is said."""
    if cap is None:
        return course
    if course.high.mg > cap:
        assumptions.append(Assumption("dose_capped", (("grams", grams_text(cap)),), "therapy.dose_cap_grams"))

    def held(one: Course) -> Course:
        kept = one if one.mg <= cap else split_course(cap, len(one.mg_per_day))
        return kept._replace(cap_mg=cap)

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
