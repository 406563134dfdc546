"""Doses and frequencies that no one could mean, and where a dose stands to the label."""

from decimal import Decimal
from typing import NamedTuple

from estimator.dosing.course import Course, grams_per_kg_text, ordered_mg_per_kg
from estimator.dosing.intervals import interval_days
from estimator.errors import Problem
from estimator.model.codes import Route
from estimator.model.levels import Tri
from estimator.model.order import Dose, Interval, IntervalUnit, Therapy
from estimator.model.quantities import MG_PER_GRAM, DoseUnit, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label, LabelDose


class LabelRange(NamedTuple):
    """The label's range as printed, for a course, a week or a month (``per``), and where the order stands to it."""

    low: Decimal
    high: Decimal
    per: str
    position: str
    fact_id: str


def check_plausible(
    therapy: Therapy,
    course: Tri[Course],
    weight_kg: Decimal | None,
    interval: Interval | None,
    route: Route,
    book: ReferenceBook,
    problems: list[Problem],
) -> None:
    """Refuse what no one could mean; the bounds are facts of kind ``plausible_range``."""
    days = len(course.high.mg_per_day)
    if interval is not None and days > interval_days(interval):
        problems.append(
            Problem(
                "/therapy/days_per_course",
                "schedule_overlap",
                {"days": days, "interval": str(interval_days(interval)), **said_in_months(interval)},
            )
        )
    if is_other_drug(therapy, book):
        return
    if therapy.mg_per_day is not None:
        grams = Dose(Decimal(course.high.mg) / MG_PER_GRAM, DoseUnit.G)
        check_dose("/therapy/grams_per_day", grams, course.high, weight_kg, route, book, problems)
    elif therapy.dose is not None:
        check_dose("/therapy/dose", therapy.dose, course.high, weight_kg, route, book, problems)
    if therapy.interval is not None:
        check_interval("/therapy/interval", interval, therapy.courses, route, book, problems)


def check_interval(
    pointer: str,
    interval: Interval | None,
    courses: int | None,
    route: Route,
    book: ReferenceBook,
    problems: list[Problem],
) -> None:
    """Refuse an interval no one could mean; a single course has none."""
    often = book.plausible_range(f"{route.value}_interval_days")
    if often is None or interval is None or courses == 1:
        return
    apart = interval_days(interval)
    if not often[0] <= apart <= often[1]:
        bounds: dict[str, object] = {"days": plain(apart), "low": plain(often[0]), "high": plain(often[1])}
        bounds |= said_in_months(interval)
        problems.append(Problem(pointer, "frequency_out_of_range", bounds))


def said_in_months(interval: Interval) -> dict[str, object]:
    """Say how many calendar months an interval was said to be, where it was: they count as 30 days each."""
    return {"why": "months", "months": interval.value} if interval.unit is IntervalUnit.MONTH else {}


def is_other_drug(therapy: Therapy, book: ReferenceBook) -> bool:
    """Say whether the caller describes a drug that is no immune globulin: the bounds on file say nothing about it."""
    custom = therapy.custom_product
    return custom is not None and not any(code.immune_globulin for code in book.billing_codes.get(custom.hcpcs, ()))


def check_days(pointer: str, course: Course, problems: list[Problem]) -> None:
    """Refuse a course with a day of less than a milligram, of whatever drug: no package and no unit holds it."""
    if not all(course.mg_per_day):
        problems.append(Problem(pointer, "dose_out_of_range", {"why": "under_a_milligram"}))


def check_dose(
    pointer: str,
    dose: Dose,
    course: Course,
    weight_kg: Decimal | None,
    route: Route,
    book: ReferenceBook,
    problems: list[Problem],
) -> None:
    """Refuse an ordered course whose milligrams per kg no one could mean."""
    bounds = book.plausible_range(f"{route.value}_mg_per_kg_course")
    if bounds is None or weight_kg is None:
        return
    mg_per_kg = Decimal(course.mg) / weight_kg
    if not bounds[0] <= mg_per_kg <= bounds[1]:
        problems.append(_dose_problem(pointer, dose, mg_per_kg, bounds, weight_kg))


def check_stated_dose(therapy: Therapy, route: Route, book: ReferenceBook) -> list[Problem]:
    """Refuse a dose per kg that no one could mean: it can be seen without any weight."""
    bounds = book.plausible_range(f"{route.value}_mg_per_kg_course")
    stated = ordered_mg_per_kg(therapy)
    if bounds is None or stated is None or therapy.dose is None or bounds[0] <= stated <= bounds[1]:
        return []
    return [_dose_problem("/therapy/dose", therapy.dose, stated, bounds)]


def _is_whole_dose(dose: Dose, weight_kg: Decimal | None, bounds: tuple[Decimal, Decimal]) -> bool:
    """Say whether the amount would be plausible as the grams of a whole course."""
    return weight_kg is not None and bounds[0] <= dose.amount * MG_PER_GRAM / weight_kg <= bounds[1]


def _dose_problem(
    pointer: str, dose: Dose, mg_per_kg: Decimal, bounds: tuple[Decimal, Decimal], weight_kg: Decimal | None = None
) -> Problem:
    """Say what is wrong with a dose, and which unit was probably meant. Nothing is ever converted silently."""
    other = {
        DoseUnit.G_PER_KG: DoseUnit.G if _is_whole_dose(dose, weight_kg, bounds) else DoseUnit.MG_PER_KG,
        DoseUnit.MG_PER_KG: DoseUnit.G_PER_KG,
        DoseUnit.G: DoseUnit.G_PER_KG if mg_per_kg < bounds[0] else DoseUnit.MG,
        DoseUnit.MG: DoseUnit.MG_PER_KG,
    }[dose.unit]
    return Problem(
        pointer,
        "dose_out_of_range",
        {
            "dose": f"{plain(dose.amount)} {dose.unit.value}",
            "g_per_kg": grams_per_kg_text(mg_per_kg),
            "meant": f"{plain(dose.amount)} {other.value}",
            "low": grams_per_kg_text(bounds[0]),
            "high": grams_per_kg_text(bounds[1]),
        },
    )


def label_range_of(
    label: Label | None,
    label_dose: LabelDose | None,
    mg_per_kg: Tri[Decimal] | None,
    interval: Interval | None,
    age_years: int | None,
) -> LabelRange | None:
    """Give the label's range for a course, and where the order stands to it.

    ``None`` where the label states no dose, or none for the patient's age. What the label counts by the week or the
    month is held against the ordered interval.
    """
    if label is None or label_dose is None or not label.is_for_age(age_years):
        return None
    low, high = label_dose.mg_per_kg_min, label_dose.mg_per_kg_max
    if low is None or high is None:
        return None
    bounds = label_dose.range_for(None if interval is None else interval_days(interval))
    position = "unknown"
    if mg_per_kg is not None and bounds is not None:
        given = mg_per_kg.expected if mg_per_kg.expected is not None else mg_per_kg.high
        # A whole-milligram course may differ from the label's figure by less than a milligram per day.
        given, lowest, highest = (figure.quantize(Decimal("0.1")) for figure in (given, *bounds))
        position = "below" if given < lowest else "above" if given > highest else "within"
    return LabelRange(low, high, label_dose.per, position, label.fact_id)
