"""What an authorization was given for, counted down over the planned days."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from estimator.coverage.flags import Flag, raised
from estimator.model.order import Authorization

NOT_GIVEN = frozenset({"pending", "denied", "not_requested"})
"""How prior authorization may stand without any approval on file."""


class Countdown(NamedTuple):
    """Units and days planned within an authorization, and what is left of it; negative where more is planned.

    ``units_discarded`` are those of the planned units that are left in opened packages.
    ``exceeded_on`` is the first day that goes beyond units or visits. ``days_outside`` are planned days on which the
    authorization does not hold. ``inside`` are the days that rest on it; all others need an approval that has not been
    given: those outside its dates, and the first day that goes beyond units or visits, as a whole, with all after it.
    ``None``: not said.
    """

    units_planned: int
    units_left: int | None
    visits_planned: int
    visits_left: int | None
    exceeded_on: date | None
    days_outside: int
    inside: tuple[date, ...] = ()
    units_discarded: int = 0


def count_down(authorization: Authorization, days: Iterable[tuple[date, int, int]], drug_code: str) -> Countdown:
    """Count the planned days, each with its units of the drug and those discarded, against an authorization.

    Nothing rests on one that is not given yet, was denied, or was given for another drug code.
    """
    is_given = authorization.status not in NOT_GIVEN and authorization.code in (None, drug_code)
    units = visits = outside = discarded = 0
    exceeded_on = None
    inside = []
    for on, count, wasted in days:
        if not _holds(authorization, on):
            outside += 1
            continue
        units, visits, discarded = units + count, visits + 1, discarded + wasted
        over_units = authorization.units is not None and units > authorization.units
        over_visits = authorization.visits is not None and visits > authorization.visits
        if exceeded_on is None and (over_units or over_visits):
            exceeded_on = on
        if is_given and exceeded_on is None:
            inside.append(on)
    return Countdown(
        units_planned=units,
        units_left=None if authorization.units is None else authorization.units - units,
        visits_planned=visits,
        visits_left=None if authorization.visits is None else authorization.visits - visits,
        exceeded_on=exceeded_on,
        days_outside=outside,
        inside=tuple(inside),
        units_discarded=discarded,
    )


def authorization_flags(authorization: Authorization, found: Countdown, drug_code: str) -> Iterator[Flag]:
    """Say where the plan goes beyond its authorization."""
    yield from other_code(authorization, drug_code)
    if authorization.status in NOT_GIVEN:
        return  # what was only asked for, or refused, is no amount to stay within
    if found.units_left is not None and found.units_left < 0:
        units, discarded = found.units_planned, found.units_discarded
        measure = "waste" if discarded else "units"
        yield raised("PA_UNITS_EXCEEDED", units=units, limit=authorization.units, discarded=discarded, measure=measure)
    if found.visits_left is not None and found.visits_left < 0:
        yield raised("PA_VISITS_EXCEEDED", visits=found.visits_planned, limit=authorization.visits)
    if found.days_outside:
        yield raised("PA_DAYS_OUTSIDE", count=found.days_outside)


def other_code(authorization: Authorization, drug_code: str) -> Iterator[Flag]:
    """Say that an authorization is for another drug code than the one billed."""
    if authorization.code is not None and authorization.code != drug_code:
        yield raised("PA_OTHER_CODE", authorized=authorization.code, code=drug_code)


def lapse(first_day: date | None, last_day: date | None, on: date) -> str | None:
    """Say whether an approval that was given is over by a day, or has not begun: ``ended, not_begun``."""
    if last_day is not None and last_day < on:
        return "ended"
    return "not_begun" if first_day is not None and first_day > on else None


def _holds(authorization: Authorization, on: date) -> bool:
    begun = authorization.first_day is None or authorization.first_day <= on
    return begun and (authorization.last_day is None or on <= authorization.last_day)
