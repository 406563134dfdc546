"""What rests on the authorization on file, and what on one that has not been given."""

from datetime import date
from typing import NamedTuple

from estimator import checking
from estimator.coverage import Countdown
from estimator.coverage.check import WITHOUT_AUTHORIZATION
from estimator.model.money import Cents
from estimator.model.periods import Period
from estimator.pipeline import Estimate
from estimator.runs import Run
from services import denials, ranges, window_parts

Document = dict[str, object]
Days = tuple[date, ...]


class Split(NamedTuple):
    """The days whose cost is counted: ``inside`` the authorization of the first coverage, ``beyond`` it, and elsewhere.

    ``elsewhere`` are the days under a later coverage, whose payer decides anew.
    """

    inside: Days
    beyond: Days
    elsewhere: Days


def split(estimate: Estimate) -> Split | None:
    """Split the window at what was authorized; ``None`` where nothing of it was said, or the payer authorizes nothing.

    Units are those of the run that is shown.
    """
    found = _counted(estimate)
    if found is None or estimate.request.coverage.payer in WITHOUT_AUTHORIZATION:
        return None
    period = _period(estimate)
    live, inside = denials.live_days(estimate), frozenset(found.inside)
    return Split(
        tuple(on for on in live if on in inside),
        tuple(on for on in live if on not in inside and period.holds(on)),
        tuple(on for on in live if not period.holds(on)),
    )


def document(estimate: Estimate) -> Document | None:
    """Write what an authorization was given for, what the planned days leave of it, and the cost on either side."""
    given, found, parts = estimate.request.coverage.authorization, _counted(estimate), split(estimate)
    if given is None or found is None:
        return None
    return {
        "units": {
            "authorized": given.units,
            "planned": found.units_planned,
            "discarded": found.units_discarded,
            "left": found.units_left,
        },
        "visits": {"authorized": given.visits, "planned": found.visits_planned, "left": found.visits_left},
        "exceeded_on": None if found.exceeded_on is None else found.exceeded_on.isoformat(),
        "days_outside": found.days_outside,
        "inside": None if parts is None else _part(estimate, parts.inside),
        "beyond": None if parts is None else _part(estimate, parts.beyond),
        "under_other_coverage": None
        if parts is None or not estimate.request.periods
        else _part(estimate, parts.elsewhere),
    }


def _period(estimate: Estimate) -> Period:
    periods = estimate.request.periods
    return periods[0].period if periods else estimate.resolved.window


def _counted(estimate: Estimate) -> Countdown | None:
    return checking.authorized(estimate.request, estimate.shown, _period(estimate))


def _part(estimate: Estimate, days: Days) -> Document:
    wanted = frozenset(days)
    runs = (estimate.low, estimate.expected, estimate.high)
    return {
        "infusion_days": len(days),
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[-1].isoformat() if days else None,
        "allowed": ranges.total(*(_allowed(run, wanted) for run in runs)),
        "plan_paid": ranges.total(*(_plan_paid(run, wanted) for run in runs)),
        "patient_cost": ranges.total(*window_parts.costs(estimate, wanted.__contains__)),
    }


def _allowed(run: Run | None, wanted: frozenset[date]) -> Cents | None:
    return None if run is None else _sum([visit.allowed for visit in run.priced if visit.service_on in wanted])


def _plan_paid(run: Run | None, wanted: frozenset[date]) -> Cents | None:
    if run is None or run.adjudication is None:
        return None
    return _sum([visit.plan_paid for visit in run.adjudication.visits if visit.claim.service_on in wanted])


def _sum(amounts: list[Cents | None]) -> Cents | None:
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None
