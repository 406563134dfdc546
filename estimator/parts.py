"""What some of the window's days cost the patient: over every run that was made, not only the lowest and the highest.

The lowest and the highest run are those of the whole window. Inside it a run that costs less in all may cost more
later: with lower prices a yearly limit is reached later. So a part has bounds of its own.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import TypeVar

from estimator.benefits import Adjudication
from estimator.model.levels import Tri
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period
from estimator.runs import Run

Part = TypeVar("Part", bound=Hashable)


def costs_by(
    part_of: Callable[[date], Part | None],
    *,
    low: Run,
    expected: Run | None,
    high: Run,
    every_run: Sequence[Run],
) -> dict[Part, Tri[Cents] | None]:
    """Give the bounds of what each part of the window costs; ``None`` where it is unknown.

    ``part_of`` names the part that a day belongs to, ``None`` for a day that is not asked about. Where something is
    open and a run reaches the yearly limit, the days after it could cost up to what is allowed for them, but no more
    than their plan year and than the whole window at its highest. A part whose every day
    is history has no cost and is left out.
    """
    adjudications = {id(run.adjudication): run.adjudication for run in (*every_run, low, high)}
    sums = [_sums(adjudication, part_of) for adjudication in adjudications.values()]
    found: dict[Part, Tri[Cents] | None] = dict.fromkeys(part for each in sums for part in each)
    whole = None if high.adjudication is None else high.adjudication.patient_cost
    if whole is None or None in adjudications.values():
        return found
    is_open = expected is None or low.adjudication != high.adjudication
    may_fall_later = is_open and any(_reaches_limit(run.adjudication) for run in (low, high))
    ceilings = _ceilings(high.adjudication, part_of) if may_fall_later else {}
    middle = {} if expected is None else _sums(expected.adjudication, part_of)
    for part in found:
        costs = [each.get(part, ZERO) for each in sums]
        known = [cost for cost in costs if cost is not None]
        if len(known) < len(costs):
            continue
        highest = max(known)
        if may_fall_later:
            ceiling = ceilings.get(part, ZERO)
            highest = max(highest, whole if ceiling is None else min(ceiling, whole))
        found[part] = Tri(min(known), None if expected is None else middle.get(part, ZERO), highest)
    return found


def _sums(adjudication: Adjudication | None, part_of: Callable[[date], Part | None]) -> dict[Part, Cents | None]:
    """Add up what the days of each part cost; one unknown day makes its part unknown."""
    sums: dict[Part, Cents | None] = {}
    for visit in () if adjudication is None else adjudication.visits:
        part = None if visit.is_history else part_of(visit.claim.service_on)
        if part is not None:
            sums[part] = _plus(sums.get(part, ZERO), visit.patient_cost)
    return sums


def _ceilings(adjudication: Adjudication | None, part_of: Callable[[date], Part | None]) -> dict[Part, Cents | None]:
    """Bound each part by what is allowed for its days, within what a plan year costs whose limit is reached."""
    if adjudication is None:
        return {}
    limits = {year.period: year.patient_cost for year in adjudication.years if year.limit_reached_on is not None}
    allowed: dict[tuple[Part, Period], Cents | None] = {}
    for visit in adjudication.visits:
        part = None if visit.is_history else part_of(visit.claim.service_on)
        if part is not None:
            place = (part, visit.year)
            allowed[place] = _plus(allowed.get(place, ZERO), visit.claim.allowed)
    found: dict[Part, Cents | None] = {}
    for (part, period), amount in allowed.items():
        limit = limits.get(period)
        within = amount if limit is None else limit if amount is None else min(amount, limit)
        found[part] = _plus(found.get(part, ZERO), within)
    return found


def _plus(total: Cents | None, amount: Cents | None) -> Cents | None:
    return None if total is None or amount is None else Cents(total + amount)


def _reaches_limit(adjudication: Adjudication | None) -> bool:
    return adjudication is not None and any(year.limit_reached_on is not None for year in adjudication.years)
