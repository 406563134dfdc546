"""What an order leaves open → the label, or usual practice, each a named assumption."""

from decimal import Decimal

from estimator.dosing.course import Course, exact_mg, grams_per_kg_text, split_course
from estimator.dosing.intervals import interval_days
from estimator.errors import Problem
from estimator.model.levels import Assumption, Tri
from estimator.model.order import DosePer, Interval, Therapy
from estimator.model.quantities import grams_text, whole_milligrams
from estimator.reference import kinds
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label, LabelDose


def usual_course(
    therapy: Therapy,
    weight_kg: Decimal | None,
    indication: str | None,
    label_dose: LabelDose | None,
    book: ReferenceBook,
    problems: list[Problem],
    assumptions: list[Assumption],
    fact_ids: list[str],
) -> tuple[Tri[Course] | None, Tri[Decimal] | None, Interval | None, int | None]:
    """Take a course from the label, else from usual practice; ``None`` with a problem where neither has one."""
    usual = book.regimens.get(indication or "")
    range_ = _usual_mg_per_kg(label_dose, usual, therapy.interval)
    if range_ is None:
        problems.append(Problem("/therapy/dose", "required", {"why": "no_usual_dose"}))
        return None, None, None, None
    if weight_kg is None:
        problems.append(Problem("/patient/weight", "required", {"why": "usual_dose_per_kg"}))
        return None, None, None, None
    low, typical, high = range_
    days = therapy.days_per_course or _usual_days(label_dose, usual)
    doses = [whole_milligrams(mg_per_kg * weight_kg) for mg_per_kg in (low, typical, high)]
    cap = usual.cap_mg if usual is not None and not _states_dose(label_dose) else None
    if usual is not None and cap is not None and max(doses) > cap:
        doses = [min(mg, cap) for mg in doses]
        capped = (("grams", grams_text(cap)),)
        assumptions.append(Assumption("dose_capped_usual", capped, "therapy.dose", (usual.fact_id,)))
    course = Tri(*(split_course(mg, days) for mg in doses))
    if usual is not None:
        fact_ids.append(usual.fact_id)
    assumptions.append(
        Assumption(
            _dose_code(label_dose, low, high),
            (
                ("low", grams_per_kg_text(low)),
                ("typical", grams_per_kg_text(typical)),
                ("high", grams_per_kg_text(high)),
                ("days", str(days)),
            ),
            "therapy.dose",
            tuple(fact_ids),
        )
    )
    if therapy.interval is not None:
        return course, Tri(low, typical, high), therapy.interval, therapy.courses
    interval, courses = usual_interval(therapy.courses, indication, label_dose, book, assumptions, fact_ids)
    return course, Tri(low, typical, high), interval, courses


def _dose_code(label_dose: LabelDose | None, low: Decimal, high: Decimal) -> str:
    if not _states_dose(label_dose):
        return "dose_from_usual_practice_single" if low == high else "dose_from_usual_practice"
    return "dose_from_label_single" if low == high else "dose_from_label"


def _states_dose(label_dose: LabelDose | None) -> bool:
    return label_dose is not None and label_dose.mg_per_kg_min is not None and label_dose.mg_per_kg_max is not None


def _usual_mg_per_kg(
    label_dose: LabelDose | None, practice: kinds.Regimen | None, interval: Interval | None
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Give low, typical and high for a course; a label's week or month is cut to the interval."""
    if label_dose is not None and label_dose.mg_per_kg_min is not None and label_dose.mg_per_kg_max is not None:
        apart = None
        if interval is not None or label_dose.interval_days:
            apart = interval_days(interval) if interval is not None else Decimal(max(label_dose.interval_days))
        low, high = label_dose.range_for(apart) or (label_dose.mg_per_kg_min, label_dose.mg_per_kg_max)
        middle = (low + high) / 2
        typical = min(max(practice.typical, low), high) if practice is not None else middle
        return low, typical, high
    if practice is not None:
        return practice.low, practice.typical, practice.high
    return None


def _usual_days(label_dose: LabelDose | None, usual: kinds.Regimen | None) -> int:
    if label_dose is not None and label_dose.days_min is not None:
        return label_dose.days_min
    if usual is not None and usual.days_per_course:
        return usual.days_per_course[0]
    return 1


def usual_choices(indication: str | None, label_dose: LabelDose | None, book: ReferenceBook) -> tuple[int, ...]:
    """List the days between courses that the label names, else those of usual practice."""
    usual = book.regimens.get(indication or "")
    return (label_dose.interval_days if label_dose is not None else ()) or (
        usual.interval_days if usual is not None else ()
    )


def usual_interval(
    courses: int | None,
    indication: str | None,
    label_dose: LabelDose | None,
    book: ReferenceBook,
    assumptions: list[Assumption],
    fact_ids: list[str],
) -> tuple[Interval | None, int | None]:
    """Take the interval from the label, else from usual practice; where neither repeats a course, one is counted."""
    usual = book.regimens.get(indication or "")
    days = usual_choices(indication, label_dose, book)
    if not days:
        assumptions.append(Assumption("single_course", pointer="therapy.interval"))
        return None, 1 if courses is None else courses
    if usual is not None and usual.fact_id not in fact_ids:
        fact_ids.append(usual.fact_id)
    chosen = max(days)
    assumptions.append(
        Assumption(
            "interval_from_label" if label_dose is not None and label_dose.interval_days else "interval_usual",
            (
                ("days", str(chosen)),
                ("choices", ", ".join(str(day) for day in sorted(days))),
                ("choices_count", str(len(days))),
            ),
            "therapy.interval",
            tuple(fact_ids),
        )
    )
    return Interval(chosen), courses


def loading_course(
    therapy: Therapy,
    weight_kg: Decimal | None,
    indication: str | None,
    label: Label | None,
    interval: Interval | None,
    book: ReferenceBook,
    problems: list[Problem],
    assumptions: list[Assumption],
) -> tuple[Course | None, int | None]:
    """Make the loading course and the days to the first course, as ordered or as usual."""
    asked = therapy.loading
    if asked is None:
        return None, None
    label_dose = label.dose("loading") if label is not None else None
    usual = book.regimens.get(indication or "")
    days = asked.days or (label_dose.days_min if label_dose is not None else None) or 1
    if asked.dose is not None:
        exact = exact_mg(asked.dose, weight_kg)
        if exact is None:
            problems.append(Problem("/patient/weight", "required", {"why": "dose_per_kg"}))
            return None, None
        mg = whole_milligrams(exact)
        course = Course((mg,) * days) if asked.dose.per is DosePer.DAY else split_course(mg, days)
    else:
        mg_per_kg = label_dose.mg_per_kg_max if label_dose is not None else None
        if mg_per_kg is None and usual is not None:
            mg_per_kg = usual.loading_mg_per_kg
        if mg_per_kg is None or weight_kg is None:
            problems.append(
                Problem("/therapy/loading", "no_usual_loading_dose")
                if mg_per_kg is None
                else Problem("/patient/weight", "required", {"why": "usual_dose_per_kg"})
            )
            return None, None
        course = split_course(whole_milligrams(mg_per_kg * weight_kg), days)
        assumptions.append(
            Assumption(
                "loading_usual", (("dose", grams_per_kg_text(mg_per_kg)), ("days", str(days))), "therapy.loading.dose"
            )
        )
    then_after = asked.then_after_days
    if then_after is None:
        then_after = int(interval_days(interval)) if interval is not None else len(course.mg_per_day)
        assumptions.append(
            Assumption("loading_then_after_interval", (("days", str(then_after)),), "therapy.loading.then_after_days")
        )
    if then_after < len(course.mg_per_day):
        problems.append(
            Problem(
                "/therapy/loading/then_after_days",
                "schedule_overlap",
                {"days": len(course.mg_per_day), "interval": then_after},
            )
        )
    return course, then_after
