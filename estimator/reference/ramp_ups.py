"""Smaller first doses that a label prints."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.reference.facts import Fact

_is_part = re.compile(r"[1-9]\d*(/[1-9]\d*)?").fullmatch


class RampUp(NamedTuple):
    """Smaller first doses, where full doses come every ``interval_days``.

    Each step is a week, counted from 1, and the part of the full dose given in it; the last is the first full dose.
    """

    interval_days: int
    steps: tuple[tuple[int, Fraction], ...]


def ramp_ups(fact: Fact, found: object) -> tuple[RampUp, ...]:
    """Read the schedules of smaller first doses of a label. Raises ``BadFact``."""
    schedules = []
    for schedule in found if isinstance(found, list | tuple) else ():
        interval = schedule.get("interval_days") if isinstance(schedule, Mapping) else None
        if not isinstance(interval, int):
            raise BadFact(file=fact.kind, row=fact.id, reason="a ramp_up needs its interval_days")
        schedules.append(RampUp(interval, tuple(_ramp_step(fact, step) for step in schedule.get("steps") or ())))
    return tuple(schedules)


def _ramp_step(fact: Fact, step: object) -> tuple[int, Fraction]:
    week, part = (step.get("week"), step.get("part")) if isinstance(step, Mapping) else (None, None)
    if not isinstance(week, int) or not isinstance(part, str) or _is_part(part) is None:
        raise BadFact(file=fact.kind, row=fact.id, reason="a step of ramp_up needs a week and a part such as 1/4")
    return week, Fraction(part)
