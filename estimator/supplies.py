"""What is shipped and billed at once, for several infusions.

A supply of so many days holds no more than what those days use up: of courses at an interval so many as last no longer,
of single doses, such as the steps of a ramp-up, those given within the days. It holds at least one course, whole.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from estimator import dosing, vials
from estimator.dosing import Regimen
from estimator.model.claims import Fill, Infusion
from estimator.model.codes import Benefit, Payer, Route, Site
from estimator.model.levels import Assumption
from estimator.model.order import DrugSupply, EstimateRequest, Interval
from estimator.model.periods import Period
from estimator.pricing import Visit
from estimator.reference.book import ReferenceBook


class Supply(NamedTuple):
    """What is shipped and billed on a day: so many infusions, for so many days."""

    service_on: date
    days: int
    infusions: int
    fill: Fill


class Shipping(NamedTuple):
    """The supplies of an order that changes over time, and what is billed of the drug on each of its days."""

    supplies: tuple[Supply, ...]
    billed: Mapping[date, Fill | None]


def is_shipped(request: EstimateRequest, site: Site, route: Route) -> bool:
    """Say whether who bills the drug only ships it: a specialty pharmacy, or a supplier to a home under the skin."""
    by_pharmacy = request.coverage.drug_supply is DrugSupply.SPECIALTY_PHARMACY
    return by_pharmacy or (site is Site.HOME and route is Route.SC)


def days_of(request: EstimateRequest, site: Site) -> int | None:
    """Give the days of one supply; ``None`` where nothing is shipped: a place of care that buys the drug has it."""
    by_pharmacy = request.coverage.drug_supply is DrugSupply.SPECIALTY_PHARMACY
    return request.therapy.dispense_days if by_pharmacy or site is Site.HOME else None


def dispensed(visits: tuple[Visit, ...], days: int, later: tuple[Visit, ...] = ()) -> tuple[Visit, ...]:
    """Bill the drug by what is shipped: on the first day of each supply, for all infusions that it is for.

    ``later`` are the infusions behind those that are asked for: a supply is shipped and billed whole.
    """
    found: list[Visit] = []
    # Supplies alike are one and the same, so that all that follows from them is worked out once.
    distinct: dict[Fill, Fill] = {}
    for first, *others in _together((*visits, *later), days):
        supply = vials.together([visit.fill for visit in (first, *others)])
        found.append(first._replace(is_dispensed=True, dispensed=distinct.setdefault(supply, supply)))
        found.extend(visit._replace(is_dispensed=True, dispensed=None) for visit in others)
    return tuple(found[: len(visits)])


def of_courses(fills: Sequence[Fill], every: Interval | None, days: int | None, on: date) -> Supply | None:
    """Put together what is shipped at once of courses alike."""
    if days is None:
        return None
    courses = 1 if every is None else max(days // int(dosing.interval_days(every)), 1)
    shipped = [*fills] * courses
    return Supply(on, days, len(shipped), vials.together(shipped))


def of_regimen(regimen: Regimen, days: int, *, start_on: date, fill_of: Callable[[Infusion], Fill]) -> Shipping:
    """Say what is shipped of an order that changes over time, up to the first supply of its last phase."""
    last_on = dosing.segment_starts(regimen.segments, start_on)[-1]
    window = Period(start_on, last_on + timedelta(days=days))
    infusions = dosing.schedule(regimen, start_on=start_on, window=window, beyond=days).infusions.high
    visits = tuple(Visit(infusion, fill_of(infusion), None) for infusion in infusions)
    supplies = tuple(
        Supply(group[0].infusion.service_on, days, len(group), vials.together([visit.fill for visit in group]))
        for group in _together(visits, days)
    )
    first = {supply.service_on: supply.fill for supply in supplies}
    return Shipping(supplies, {visit.infusion.service_on: first.get(visit.infusion.service_on) for visit in visits})


def shipped_on(days: Container[date], shipping: Shipping | None) -> tuple[Supply, ...]:
    """Give the supplies that are shipped on some of an order's days."""
    return () if shipping is None else tuple(each for each in shipping.supplies if each.service_on in days)


def _together(visits: Sequence[Visit], days: int) -> Iterator[tuple[Visit, ...]]:
    index = 0
    while index < len(visits):
        first_on = visits[index].infusion.service_on
        end = index + 1
        while end < len(visits) and _is_within(visits[end].infusion, first_on, days):
            end += 1
        yield tuple(visits[index:end])
        index = end


def _is_within(infusion: Infusion, first_on: date, days: int) -> bool:
    """Say whether a supply shipped on a day holds an infusion that comes after its first."""
    waits = (infusion.course_on - first_on).days
    return waits <= 0 or (waits < days and waits + (infusion.lasts_days or 0) <= days)


def assumptions(
    request: EstimateRequest, site: Site, drug: str, benefit: Benefit, on: date, book: ReferenceBook
) -> tuple[Assumption, ...]:
    """Say what follows from who ships the drug: one bill for several infusions, and whose bill it is."""
    found = []
    days = days_of(request, site)
    if days is not None:
        found.append(Assumption("supply_dispensed", (("days", str(days)),), "therapy.dispense"))
    elif request.therapy.dispense_days is not None:
        found.append(Assumption("supply_not_shipped", (("site", site.value),), "coverage.drug_supply"))
    if request.coverage.drug_supply is DrugSupply.SPECIALTY_PHARMACY and site is not Site.HOME:
        is_part_b = request.coverage.payer is Payer.MEDICARE and benefit is Benefit.PART_B
        code = "part_b_pays_no_shipped_drug" if is_part_b else "drug_billed_by_pharmacy"
        rule = book.word("benefit_rule", "part_b:drug_bought_by_who_gives_it", on) if is_part_b else None
        facts = () if rule is None else (rule.id,)
        found.append(Assumption(code, (("about", drug),), "coverage.drug_supply", facts))
    return tuple(found)
