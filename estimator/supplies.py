"""What is shipped and billed at once, for several infusions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from estimator import dosing, vials
from estimator.model.claims import Fill
from estimator.model.levels import Assumption
from estimator.model.order import Interval
from estimator.pricing import Visit


class Supply(NamedTuple):
    """What is shipped and billed at once: so many infusions of so many days."""

    days: int
    infusions: int
    fill: Fill


def dispensed(visits: tuple[Visit, ...], days: int) -> tuple[Visit, ...]:
    """Bill the drug by what is shipped: on the first day of each supply, for all infusions that fall into it."""
    found: list[Visit] = []
    index = 0
    while index < len(visits):
        until = visits[index].infusion.service_on + timedelta(days=days)
        end = index
        while end < len(visits) and visits[end].infusion.service_on < until:
            end += 1
        supply = vials.together([visit.fill for visit in visits[index:end]])
        found.append(visits[index]._replace(is_dispensed=True, dispensed=supply))
        found.extend(visit._replace(is_dispensed=True, dispensed=None) for visit in visits[index + 1 : end])
        index = end
    # Supplies alike are one and the same, so that all that follows from them is worked out once.
    distinct: dict[Fill, Fill] = {}
    return tuple(
        visit
        if visit.dispensed is None
        else visit._replace(dispensed=distinct.setdefault(visit.dispensed, visit.dispensed))
        for visit in found
    )


def of_courses(fills: Sequence[Fill], every: Interval | None, days: int | None) -> Supply | None:
    """Put together what is shipped at once: every infusion that falls into the days of one supply."""
    if days is None:
        return None
    interval = None if every is None else int(dosing.interval_days(every))
    starts = [0] if interval is None else range(0, days, interval)
    shipped = [fill for start in starts for day, fill in enumerate(fills) if start + day < days]
    return Supply(days, len(shipped), vials.together(shipped))


def assumptions(supply: Supply | None) -> tuple[Assumption, ...]:
    """Say that what is shipped for several infusions is billed at once."""
    if supply is None:
        return ()
    return (Assumption("supply_dispensed", (("days", str(supply.days)),), "therapy.dispense"),)
