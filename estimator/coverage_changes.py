"""Claim lines under one coverage after another: each has its own ledger, and takes the lines of its period."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator import ledger
from estimator.errors import InvalidRequest, Problem
from estimator.ledger import Adjudicated
from estimator.model.adjudication import AdjudicationRequest
from estimator.model.levels import Assumption
from estimator.model.money import Cents
from estimator.model.order import CoveragePeriod
from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook


class Turn(NamedTuple):
    """The lines of one coverage, shared out. ``period`` is ``None`` where there is but one coverage."""

    period: Period | None
    request: AdjudicationRequest
    found: Adjudicated


def share_out(request: AdjudicationRequest, *, book: ReferenceBook) -> tuple[Turn, ...]:
    """Share out lines under the coverage of their day. Raises ``InvalidRequest``.

    What a copay programme has paid in a calendar year goes on from one coverage to the next; what has been met of a
    plan does not.
    """
    if not request.periods:
        return (Turn(None, request, ledger.share_out(request, book=book)),)
    bare = [
        Problem(f"/lines/{place}/service_on", "no_coverage_on", {"on": line.service_on.isoformat()})
        for place, line in enumerate(request.lines)
        if not any(part.period.holds(line.service_on) for part in request.periods)
    ]
    if bare:
        raise InvalidRequest(bare)
    turns: list[Turn] = []
    used: tuple[Cents, date] | None = None
    for place, part in enumerate(_merged(request.periods)):
        own = tuple(line for line in request.lines if part.period.holds(line.service_on))
        if not own:
            continue
        each = replace(
            request,
            payer=part.coverage.payer,
            plan=part.coverage.plan,
            balances=part.coverage.balances,
            secondaries=part.coverage.secondaries,
            benefit=part.coverage.drug_benefit,
            assistance=request.assistance if part.assistance is None else part.assistance,
            lines=own,
            periods=(),
        )
        found = ledger.share_out(each, book=book, used=used)
        used = _used(found) or used
        turns.append(Turn(part.period, each, _placed(found, place, part.period)))
    return tuple(turns)


def _merged(periods: tuple[CoveragePeriod, ...]) -> list[CoveragePeriod]:
    """Let one ledger run on where a coverage follows itself, and says nothing new of what has been met."""
    found: list[CoveragePeriod] = []
    for part in periods:
        if found and _goes_on(found[-1], part):
            found[-1] = replace(found[-1], period=Period(found[-1].period.first_day, part.period.last_day))
        else:
            found.append(part)
    return found


def _goes_on(before: CoveragePeriod, after: CoveragePeriod) -> bool:
    same = replace(after.coverage, since=None, balances=None) == replace(before.coverage, since=None, balances=None)
    return same and after.coverage.balances is None and after.assistance == before.assistance


def _used(found: Adjudicated) -> tuple[Cents, date] | None:
    helped = [
        (visit.assistance_used, visit.claim.service_on)
        for visit in found.adjudication.visits
        if visit.assistance_used is not None
    ]
    return helped[-1] if helped else None


def _placed(found: Adjudicated, place: int, period: Period) -> Adjudicated:
    """Name what a coverage leaves open by its place; a later one begins with nothing met, unless it says otherwise."""
    said = []
    for item in found.assumptions:
        if item.code == "balances_taken_as_zero" and place:
            since = (("first_day", period.first_day.isoformat()),)
            item = Assumption("new_coverage_from_nothing", since, item.pointer)  # noqa: PLW2901 - said in other words
        pointer = item.pointer
        if pointer is not None and pointer.startswith(("plan.", "balances")):
            pointer = f"coverage_periods[{place}].coverage.{pointer}"
        said.append(item._replace(pointer=pointer))
    return found._replace(assumptions=tuple(said))
