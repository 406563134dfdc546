"""An order held against what a policy document limits: units, grams, packages, doses per kg, and how often."""

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from estimator.coverage.evaluation import Verdict
from estimator.coverage.situation import Situation
from estimator.reference.book import ReferenceBook
from estimator.reference.criteria import Citation, Comparison
from estimator.reference.policies import Entry, Policy
from estimator.reference.policy_limits import AmountLimit, DoseLimit, VialLimit

ROUNDING_MG_PER_KG = Decimal("0.1")
"""Doses per kg are compared to a tenth of a milligram: a course in whole milligrams differs by less."""


class LimitReading(NamedTuple):
    """A course held against one limit, both in the limit's own measure.

    ``kind`` is ``units``, ``mg``, ``vials``, ``mg_per_kg`` or ``interval_days``. ``by_weight`` says that only the
    patient's weight exceeds it; ``lifted_by`` names the fact that would lift it.
    """

    kind: str
    given: Decimal | None
    limit: Decimal
    per_days: int | None
    verdict: Verdict
    by_weight: bool
    says: str | None
    cite: Citation | None
    lifted_by: Comparison | None = None

    @property
    def is_over(self) -> bool:
        """Say whether the order goes beyond it."""
        return self.verdict is Verdict.NOT_MET


def read_limits(
    policy: Policy,
    entries: tuple[Entry, ...],
    order: Situation,
    *,
    phase: str,
    holds: Callable[[Comparison], bool | None],
    book: ReferenceBook,
) -> tuple[LimitReading, ...]:
    """Hold an order against every limit of a document that is about its use and product."""
    return (
        *_amounts(policy, order),
        *_vials(policy, order, book),
        *(
            reading
            for entry in entries
            for limit in entry.dose_limits
            if _is_of_phase(limit.phase, order, phase)
            for reading in _doses(limit, order, holds)
        ),
    )


def _amounts(policy: Policy, order: Situation) -> Iterator[LimitReading]:
    for limit in policy.unit_limits:
        of_use = not limit.indications or order.indication in limit.indications
        of_product = not limit.products or order.product_id in limit.products
        of_phase = limit.phase is None or (limit.phase == "loading") is (order.repeats is False)
        if of_use and of_product and of_phase and order.mg_per_course is not None:
            yield _amount(limit, order, policy.weight_behind_kg)


def _amount(limit: AmountLimit, order: Situation, weight_behind_kg: Decimal | None) -> LimitReading:
    """Count a course, and every course that begins within the limit's days, against the limit."""
    courses = 1 if limit.per_days is None else courses_within(limit.per_days, order.interval_days)
    mg = (order.mg_per_course or Decimal(0)) * courses
    usual = None
    if order.mg_per_kg is not None and weight_behind_kg is not None:
        usual = order.mg_per_kg * courses * weight_behind_kg
    is_over = mg > limit.mg
    given, most = mg, limit.mg
    if limit.units is not None:
        mg_per_unit = limit.mg / limit.units
        given, most = _ceiling(mg / mg_per_unit), Decimal(limit.units)
        is_over = given > most
    return LimitReading(
        kind="mg" if limit.units is None else "units",
        given=given,
        limit=most,
        per_days=limit.per_days,
        verdict=Verdict.NOT_MET if is_over else Verdict.MET,
        by_weight=is_over and usual is not None and usual <= limit.mg,
        says=None,
        cite=None,
    )


def _vials(policy: Policy, order: Situation, book: ReferenceBook) -> Iterator[LimitReading]:
    for limit in policy.vial_limits:
        if limit.product == order.product_id and order.mg_per_course is not None:
            yield _vial(limit, order, policy.weight_behind_kg, book)


def _vial(limit: VialLimit, order: Situation, weight_behind_kg: Decimal | None, book: ReferenceBook) -> LimitReading:
    """Hold the milligrams against what the allowed packages hold: those of the largest size, each smaller one once."""
    courses = courses_within(limit.per_days, order.interval_days)
    mg = (order.mg_per_course or Decimal(0)) * courses
    sizes = {package.mg for package in book.offered_packages(limit.product, order.on)}
    most = limit.number * limit.vial_mg + sum(size for size in sizes if size < limit.vial_mg)
    usual = None
    if order.mg_per_kg is not None and weight_behind_kg is not None:
        usual = order.mg_per_kg * courses * weight_behind_kg
    return LimitReading(
        kind="vials",
        given=mg,
        limit=most,
        per_days=limit.per_days,
        verdict=Verdict.NOT_MET if mg > most else Verdict.MET,
        by_weight=mg > most and usual is not None and usual <= most,
        says=None,
        cite=None,
    )


def _doses(limit: DoseLimit, order: Situation, holds: Callable[[Comparison], bool | None]) -> Iterator[LimitReading]:
    if limit.mg_per_kg is not None:
        given = None
        if order.mg_per_kg is not None:
            courses = 1 if limit.per_days is None else courses_within(limit.per_days, order.interval_days)
            given = (order.mg_per_kg * courses).quantize(ROUNDING_MG_PER_KG)
        is_over = None if given is None else given > limit.mg_per_kg
        yield _dose(limit, "mg_per_kg", given, limit.mg_per_kg, holds, is_over=is_over)
    if limit.min_interval_days is not None:
        apart = order.interval_days
        is_over = None if apart is None else apart < limit.min_interval_days
        yield _dose(limit, "interval_days", apart, Decimal(limit.min_interval_days), holds, is_over=is_over)


def _dose(
    limit: DoseLimit,
    kind: str,
    given: Decimal | None,
    most: Decimal,
    holds: Callable[[Comparison], bool | None],
    *,
    is_over: bool | None,
) -> LimitReading:
    lifted = None if limit.unless is None else holds(limit.unless)
    verdict = Verdict.UNKNOWN if is_over is None else Verdict.NOT_MET if is_over else Verdict.MET
    if is_over and limit.unless is not None and lifted is not False:
        verdict = Verdict.MET if lifted else Verdict.UNKNOWN
    return LimitReading(
        kind, given, most, limit.per_days, verdict, by_weight=False, says=limit.says, cite=limit.cite,
        lifted_by=limit.unless,
    )  # fmt: skip


def _is_of_phase(phase: str | None, order: Situation, asked: str) -> bool:
    """Say whether a limit is about this order: one for upkeep is about courses that repeat."""
    if phase is None:
        return True
    if phase == "first_request":
        return asked == "initial"
    repeats = order.repeats is True or asked == "renewal"
    return repeats if phase == "maintenance" else not repeats


def courses_within(days: int, interval_days: Decimal | None) -> int:
    """Count the courses that begin within so many days, the first on the first of them."""
    if interval_days is None or not 0 < interval_days < days:
        return 1
    return int(_ceiling(days / interval_days))


def _ceiling(value: Decimal) -> Decimal:
    """Round up to a whole number; division of decimals with ``//`` would go toward zero."""
    return value.to_integral_value(rounding=ROUND_CEILING)
