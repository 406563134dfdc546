"""From infusions by vein to a subcutaneous dose, by the factor of the product's label in force."""

from decimal import Decimal
from typing import NamedTuple

from estimator.dosing.course import Course, split_course
from estimator.dosing.intervals import DAYS_A_WEEK, interval_days
from estimator.errors import Problem
from estimator.model.codes import Route
from estimator.model.levels import Assumption
from estimator.model.order import Interval, PreviousIvig, Therapy
from estimator.model.quantities import plain, whole_milligrams
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label, LabelDose

PHASES = ("sc_weekly", "maintenance")


class Conversion(NamedTuple):
    """What a label makes of the infusions before. ``mg_per_week`` is exact."""

    factor: Decimal
    previous: PreviousIvig
    mg_per_week: Decimal
    label_dose: LabelDose
    fact_id: str


def conversion_of(
    therapy: Therapy,
    *,
    label: Label | None,
    product_id: str | None,
    route: Route,
    indication: str | None,
    book: ReferenceBook,
    problems: list[Problem],
    assumptions: list[Assumption],
) -> Conversion | None:
    """Convert the infusions by vein that the order takes the place of.

    Without a label for the use the product's other subcutaneous labels serve where all state the same factor: that no
    condition was said, or that the product has no label under the skin for it, is named. A
    factor that is not on file is a problem only where it is needed: an order with a dose of its own stands without.
    """
    previous = therapy.previous_ivig
    if previous is None:
        return None
    if route is not Route.SC:
        problems.append(Problem("/therapy/previous_ivig", "conversion_is_subcutaneous"))
        return None
    found = _factor_of(label)
    if found is None and label is None:
        found = _same_for_all(product_id, book)
        if found is not None:
            code = "conversion_of_another_use" if indication is None else "conversion_outside_label"
            params = (("factor", plain(found[0])), *((("indication", indication),) if indication is not None else ()))
            assumptions.append(Assumption(code, params, "therapy.indication", (found[2],)))
    if found is None:
        if therapy.dose is None and therapy.mg_per_day is None:
            problems.append(Problem("/therapy/previous_ivig", "no_conversion_factor"))
        return None
    factor, label_dose, fact_id = found
    per_week = factor * previous.mg * DAYS_A_WEEK / previous.interval_days
    return Conversion(factor, previous, per_week, label_dose, fact_id)


def converted_course(
    conversion: Conversion, therapy: Therapy, assumptions: list[Assumption]
) -> tuple[Course, Interval]:
    """Give the course that follows from a conversion, where the order states no dose: weekly unless it says otherwise.

    A label that doses by the course keeps the interval of the infusions before.
    """
    previous = conversion.previous
    interval = therapy.interval
    if interval is None:
        days = DAYS_A_WEEK if conversion.label_dose.per == "week" else previous.interval_days
        interval = Interval(days)
        assumptions.append(
            Assumption("interval_of_conversion", (("days", str(days)),), "therapy.interval", (conversion.fact_id,))
        )
    exact = conversion.factor * previous.mg * interval_days(interval) / previous.interval_days
    params = (("factor", plain(conversion.factor)), ("grams", plain(Decimal(previous.mg) / 1000)))
    assumptions.append(Assumption("dose_from_conversion", params, "therapy.dose", (conversion.fact_id,)))
    return split_course(whole_milligrams(exact), therapy.days_per_course or 1), interval


Factor = tuple[Decimal, LabelDose, str]


def _factor_of(label: Label | None) -> Factor | None:
    dose = None if label is None else label.dose(*PHASES)
    if label is None or dose is None or dose.conversion_factor is None:
        return None
    return dose.conversion_factor, dose, label.fact_id


def _same_for_all(product_id: str | None, book: ReferenceBook) -> Factor | None:
    found = [
        factor
        for (product, _), records in book.labels.items()
        if product == product_id
        for _, label in records
        if Route.SC in label.routes and (factor := _factor_of(label)) is not None
    ]
    return found[0] if found and len({factor for factor, _, _ in found}) == 1 else None
