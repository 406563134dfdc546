"""Which answer would narrow the range most."""

from typing import NamedTuple

from estimator import runs
from estimator.model.codes import Category, Payer
from estimator.model.levels import Level, Tri
from estimator.model.money import Cents
from estimator.runs import ALL_HIGH, Course, Levels, Run

PRICE_POINTERS = {True: "price.drug_allowed_per_unit", False: "price.administration_allowed_per_visit"}
"""Which answer gives the missing price of a drug line, or of any other."""
CHARGE_POINTERS = {True: "price.billed_charge_per_unit", False: "price.billed_charge_administration"}
CONTRACT_POINTER = "price.contract"
"""Beside a contract no other price of the drug may be named: another contract is what would settle it."""
SELF_PAY_POINTERS = {True: "price.cash_price_per_unit", False: "price.billed_charge_administration"}


class Axis(NamedTuple):
    """One thing supposed, the answer that would replace it, and how far it alone moves the patient's cost."""

    pointer: str
    effect: Tri[Cents]

    @property
    def spread(self) -> int:
        """How far the patient's cost moves."""
        return self.effect.high - self.effect.low


def rank(courses: tuple[Course, ...], high: Run, *, other_intervals: tuple[Cents, ...] = ()) -> tuple[Axis, ...]:
    """Rank the open answers by how far each alone moves the patient's cost from its highest, most first.

    Each open thing is set to its lowest while everything else stays at its highest; products and sites are compared
    with each other at their highest, and so are ``other_intervals``, the costs at other intervals that are usual.
    Answers that move nothing are left out.
    """
    highest = _cost(high)
    if highest is None:
        return _without_cost(courses)
    axes: list[Axis] = []
    by_product = [
        cost for course in courses if course.site is high.course.site if (cost := _cost_of(course)) is not None
    ]
    by_site = [
        cost
        for course in courses
        if course.candidate is high.course.candidate
        if (cost := _cost_of(course)) is not None
    ]
    axes.append(Axis("therapy.product", Tri(min(by_product), None, max(by_product))))
    axes.append(Axis("site_of_care", Tri(min(by_site), None, max(by_site))))
    by_interval = (highest, *other_intervals)
    axes.append(Axis("therapy.interval", Tri(min(by_interval), None, max(by_interval))))
    pointers = _pointers(high.course)
    for axis in runs.AXES:
        for pointer in pointers.get(axis, ())[:1]:
            changed = runs.run(high.course, _with_low(axis))
            cost = None if changed is None else _cost(changed)
            if cost is not None:
                axes.append(Axis(pointer, Tri(min(cost, highest), None, highest)))
    moving = sorted((axis for axis in axes if axis.spread), key=lambda axis: -axis.spread)
    return tuple(moving)


def _pointers(course: Course) -> dict[str, tuple[str, ...]]:
    """Name the answers that would settle each open thing of a course, as far as a caller can settle it."""
    found: dict[str, tuple[str, ...]] = {}
    if not course.visits.is_point:
        found["dose"] = ("therapy.dose",)
    times = [visit.time for visit in course.visits.high if visit.time is not None]
    if any(time.is_range for time in times):
        found["minutes"] = ("therapy.infusion_minutes",)
    prices = tuple(
        sorted(
            (
                item.pointer
                for item in course.pricer.assumptions
                if item.pointer is not None and item.pointer.startswith("price")
            ),
            key=lambda pointer: (pointer != CONTRACT_POINTER, "drug" not in pointer),
        )
    )
    if prices:
        found["price"] = prices
    if course.terms is not None and course.terms.plan_is_open and course.terms.plan_pointers:
        found["plan"] = course.terms.plan_pointers
    if course.terms is not None and course.terms.balances_are_open:
        found["balances"] = (course.terms.balances_pointer,)
    return found


def _without_cost(courses: tuple[Course, ...]) -> tuple[Axis, ...]:
    """Where no cost can be worked out at all, name what is missing: the plan, or the price that is not on file."""
    nothing: Tri[Cents] = Tri(Cents(0), None, Cents(0))
    if any(course.terms is None for course in courses):
        is_medicare = any(course.pricer.payer is Payer.MEDICARE for course in courses)
        return (Axis("site_of_care" if is_medicare else "coverage.plan", nothing),)
    found: dict[str, None] = {}
    for course in courses:
        run = runs.run(course, ALL_HIGH)
        for visit in () if run is None else run.priced:
            for line in visit.lines:
                if line.allowed is None:
                    found[_price_pointer(course, is_drug=line.category is Category.DRUG)] = None
    return tuple(Axis(pointer, nothing) for pointer in found)


def _price_pointer(course: Course, *, is_drug: bool) -> str:
    """Name the price that a line lacks: the charge, where a contract pays a percentage of it."""
    if any(item.pointer == CHARGE_POINTERS[is_drug] for item in course.pricer.assumptions):
        return CHARGE_POINTERS[is_drug]
    return (SELF_PAY_POINTERS if course.pricer.payer is Payer.SELF_PAY else PRICE_POINTERS)[is_drug]


def _with_low(axis: str) -> Levels:
    return ALL_HIGH._replace(**{axis: Level.LOW})


def _cost(run: Run) -> Cents | None:
    return None if run.adjudication is None else run.adjudication.patient_cost


def _cost_of(course: Course) -> Cents | None:
    found = runs.run(course, ALL_HIGH)
    return None if found is None else _cost(found)
