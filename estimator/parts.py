"""What some of the window's days cost the patient: over every run that was made, not only the lowest and the highest.

The lowest and the highest run are those of the whole window. Inside it a run that costs less in all may cost more
later: with lower prices a yearly limit is reached later. So a part has bounds of its own.
"""

from collections.abc import Callable, Sequence
from datetime import date

from estimator.benefits import Adjudication
from estimator.model.levels import Tri
from estimator.model.money import Cents
from estimator.runs import Run


def cost_of(
    is_wanted: Callable[[date], bool], *, low: Run, expected: Run | None, high: Run, every_run: Sequence[Run]
) -> Tri[Cents] | None:
    """Give the bounds of what the wanted days cost; ``None`` where it is unknown.

    Where something is open and a run reaches the yearly limit, the days after it could cost up to what is allowed for
    them, but no more than the whole window at its highest.
    """
    costs = [_cost(run.adjudication, is_wanted) for run in (*every_run, low, high)]
    known = [cost for cost in costs if cost is not None]
    whole = None if high.adjudication is None else high.adjudication.patient_cost
    if not known or whole is None or len(known) < len(costs):
        return None
    lowest, highest = min(known), max(known)
    is_open = expected is None or low.adjudication != high.adjudication
    if is_open and any(_reaches_limit(run.adjudication) for run in (low, high)):
        allowed = _allowed(high.adjudication, is_wanted)
        highest = max(highest, whole if allowed is None else min(allowed, whole))
    return Tri(lowest, None if expected is None else _cost(expected.adjudication, is_wanted), highest)


def _cost(adjudication: Adjudication | None, is_wanted: Callable[[date], bool]) -> Cents | None:
    if adjudication is None:
        return None
    total = 0
    for visit in adjudication.visits:
        if not visit.is_history and is_wanted(visit.claim.service_on):
            if visit.patient_cost is None:
                return None
            total += visit.patient_cost
    return Cents(total)


def _allowed(adjudication: Adjudication | None, is_wanted: Callable[[date], bool]) -> Cents | None:
    amounts = [
        visit.claim.allowed
        for visit in (() if adjudication is None else adjudication.visits)
        if not visit.is_history and is_wanted(visit.claim.service_on)
    ]
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None


def _reaches_limit(adjudication: Adjudication | None) -> bool:
    return adjudication is not None and any(year.limit_reached_on is not None for year in adjudication.years)
