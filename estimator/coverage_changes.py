"""Claim lines under one coverage after another: each has its own ledger, and takes the lines of its period."""

from dataclasses import replace
from typing import NamedTuple

from estimator import ledger, secondary_rules
from estimator.benefits.adjudicate import GoingOn
from estimator.benefits.assistance import HelpSoFar
from estimator.benefits.turns import used_by
from estimator.errors import InvalidRequest, Problem
from estimator.ledger import Adjudicated
from estimator.model.adjudication import AdjudicationLine, AdjudicationRequest
from estimator.model.codes import Benefit, Payer
from estimator.model.levels import Assumption
from estimator.model.order import CoveragePeriod
from estimator.model.periods import Period
from estimator.model.plan import Balances
from estimator.reference.book import ReferenceBook


class Turn(NamedTuple):
    """The lines of one coverage, shared out. ``period`` is ``None`` where there is but one coverage."""

    period: Period | None
    request: AdjudicationRequest
    found: Adjudicated


def share_out(request: AdjudicationRequest, *, book: ReferenceBook) -> tuple[Turn, ...]:
    """Share out lines under the coverage of their day. Raises ``InvalidRequest``.

    What has been used of help goes on from one coverage to the next. What has been met of a plan goes on where the plan
    follows itself, whatever else changes, and nothing new is said of what has been met.
    """
    if not request.periods:
        return _with_household((Turn(None, request, ledger.share_out(request, book=book)),))
    bare = [
        Problem(f"/lines/{place}/service_on", "no_coverage_on", {"on": line.service_on.isoformat()})
        for place, line in enumerate(request.lines)
        if not any(part.period.holds(line.service_on) for part in request.periods)
    ]
    if bare:
        raise InvalidRequest(bare)
    turns: list[Turn] = []
    used: HelpSoFar | None = None
    begun = 0
    before: CoveragePeriod | None = None
    closing: GoingOn | None = None
    for place, part in _merged(request.periods):
        if before is None or not before.coverage.is_followed_by(part.coverage):
            begun, closing = place, None
        same_later = before is not None and before.coverage.secondaries == part.coverage.secondaries
        before = part
        own = tuple(line for line in request.lines if part.period.holds(line.service_on))
        if not own:
            continue
        each = _under(request, part, own, balances=request.periods[begun].coverage.balances)
        if closing is not None and not same_later:
            closing = closing._replace(days=())
        found = ledger.share_out(each, book=book, used=used, going_on=closing)
        used = _used(found) or used
        turns.append(Turn(part.period, each, _placed(found, begun, request.periods[begun], closing)))
        closing = found.adjudication.closing
    return _with_household(tuple(turns))


def _with_household(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Say that an income was given which no coverage of the lines goes by."""
    if not turns or turns[0].request.household is None or any(_goes_by_income(turn.request) for turn in turns):
        return turns
    first = turns[0]
    said = (*first.found.assumptions, Assumption("household_not_counted", pointer="household"))
    return (first._replace(found=first.found._replace(assumptions=said)), *turns[1:])


def _goes_by_income(request: AdjudicationRequest) -> bool:
    """Say whether a coverage goes by income: Medicaid, and a drug plan beside Medicaid's full benefits."""
    is_drug_plan = request.benefit is Benefit.PART_D and secondary_rules.has_full_medicaid(request.secondaries)
    return request.payer is Payer.MEDICAID or is_drug_plan


def _merged(periods: tuple[CoveragePeriod, ...]) -> list[tuple[int, CoveragePeriod]]:
    """Take a coverage that follows itself without a change as one; each keeps its place."""
    found: list[tuple[int, CoveragePeriod]] = []
    for place, part in enumerate(periods):
        if found and _is_repeated(found[-1][1], part):
            first_place, first = found[-1]
            found[-1] = (first_place, replace(first, period=Period(first.period.first_day, part.period.last_day)))
        else:
            found.append((place, part))
    return found


def _is_repeated(before: CoveragePeriod, after: CoveragePeriod) -> bool:
    same = before.coverage.says_the_same_as(after.coverage)
    return same and after.coverage.balances is None and after.assistance == before.assistance


def _under(
    request: AdjudicationRequest,
    part: CoveragePeriod,
    lines: tuple[AdjudicationLine, ...],
    *,
    balances: Balances | None,
) -> AdjudicationRequest:
    """Give the lines of one coverage, with what had been met when its ledger began."""
    return replace(
        request,
        payer=part.coverage.payer,
        plan=part.coverage.plan,
        balances=balances,
        secondaries=part.coverage.secondaries,
        benefit=part.coverage.drug_benefit,
        assistance=request.assistance if part.assistance is None else part.assistance,
        lines=lines,
        periods=(),
    )


def _used(found: Adjudicated) -> HelpSoFar | None:
    return used_by(found.adjudication, found.help.ways[0] if found.help.ways else None)


def _placed(found: Adjudicated, place: int, begun: CoveragePeriod, going_on: GoingOn | None) -> Adjudicated:
    """Name what a coverage leaves open by the place, as sent, where its ledger began.

    A later one in time (``place``) begins with nothing met.
    """
    said = []
    for item in found.assumptions:
        if item.code == "balances_as_of_assumed" and going_on is not None:
            continue
        if item.code == "balances_taken_as_zero" and place:
            since = (("first_day", begun.period.first_day.isoformat()),)
            item = Assumption("new_coverage_from_nothing", since, item.pointer)  # noqa: PLW2901 - said in other words
        pointer = item.pointer
        if pointer is not None and pointer.startswith(("plan.", "balances")):
            pointer = f"coverage_periods[{begun.coverage.place}].coverage.{pointer}"
        said.append(item._replace(pointer=pointer))
    return found._replace(assumptions=tuple(said))
