"""What if: the very days of an estimate shared out again, with help from others, or out of the plan's network."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from estimator import help_rules, runs
from estimator.benefits import Adjudication, assistance
from estimator.benefits.day import BILL_UNKNOWN
from estimator.help_rules import SettledHelp
from estimator.model.assistance import Counting, Help
from estimator.model.codes import LabelStatus, Payer
from estimator.model.levels import Assumption, Tri
from estimator.model.money import Cents
from estimator.model.order import EstimateRequest
from estimator.model.plan import PlanDesign
from estimator.reference.book import ReferenceBook
from estimator.runs import Run

WITH_NETWORK = frozenset({Payer.COMMERCIAL, Payer.MEDICARE_ADVANTAGE})
"""Payers whose plans have a network."""


class Helped(NamedTuple):
    """What the window costs the patient with the help that was named.

    ``costs`` is ``None`` where it cannot be worked out: a cost is missing, or ``settled.unknown`` says why. ``ways``
    holds the bounds for each way in which the plan may count a programme's payment.
    """

    settled: SettledHelp
    costs: Tri[Cents] | None
    ways: tuple[tuple[Counting, Tri[Cents]], ...] = ()


def with_assistance(
    request: EstimateRequest,
    all_runs: tuple[Run, Run | None, Run],
    label: LabelStatus,
    products: tuple[str, ...],
    *,
    book: ReferenceBook,
) -> Helped | None:
    """Share the days out again with the help that was named; ``None`` where none was.

    ``products`` are those that were compared, ``label`` is where the use of the one that is shown stands to its label.
    """
    low, expected, high = all_runs
    requests = high.course.requests or (request,)
    if not any(each.assistance.is_any for each in requests):
        return None
    first_on = high.course.visits.high[0].infusion.service_on
    settled = [_settled(each, products, label, first_on, prefix=_prefix(each, request), book=book) for each in requests]
    unknown = next((each.unknown for each in settled if each.unknown is not None), None)
    said = tuple(dict.fromkeys(item for each in settled for item in each.assumptions))
    whole = SettledHelp(unknown=unknown, assumptions=said)
    if unknown is not None:
        return Helped(whole, None)
    ways = []
    is_used_up = False
    for place in range(max(len(each.ways) for each in settled) or 1):
        helps = [each.ways[min(place, len(each.ways) - 1)] if each.ways else None for each in settled]
        helped = [None if run is None else _helped(run, helps) for run in (low, expected, high)]
        is_used_up = is_used_up or any(each is not None and _has_used_up(each) for each in helped)
        costs = [None if each is None else each.patient_cost for each in helped]
        if costs[0] is None or costs[2] is None:
            return Helped(whole, None)
        bounds = Tri(min(costs[0], costs[2]), costs[1], max(costs[0], costs[2]))
        counting = next((way.counting for way in helps if way is not None), Counting.NONE)
        ways.append((counting, bounds))
    if is_used_up:
        used_up = Assumption(assistance.MAXIMIZER_USED_UP, pointer="assistance.accumulator_program")
        whole = whole._replace(assumptions=(*said, used_up))
    expectations = {cost.expected for _, cost in ways}
    lowest, highest = min(cost.low for _, cost in ways), max(cost.high for _, cost in ways)
    costs_of_all = Tri(lowest, expectations.pop() if len(expectations) == 1 else None, highest)
    return Helped(whole, costs_of_all, tuple(ways))


def _prefix(each: EstimateRequest, whole: EstimateRequest) -> str:
    """Lead to one of the coverages in the request."""
    return f"coverage_periods[{each.coverage.place}].coverage." if whole.periods else "coverage."


def _settled(
    request: EstimateRequest,
    products: tuple[str, ...],
    label: LabelStatus,
    on: date,
    *,
    prefix: str,
    book: ReferenceBook,
) -> SettledHelp:
    coverage = request.coverage
    question = help_rules.Question(
        request.assistance,
        coverage.payer,
        coverage.plan,
        coverage.balances,
        coverage.since or on,
        products,
        label is LabelStatus.PRODUCT_LABELED,
        prefix,
    )
    return help_rules.settle(question, book)


def _helped(run: Run, helps: Sequence[Help | None]) -> Adjudication | None:
    return runs.again(run, assistance=helps) if any(helps) else run.adjudication


def _has_used_up(found: Adjudication) -> bool:
    return assistance.is_used_up(share for visit in found.visits for share in visit.shares or ())


class Outside(NamedTuple):
    """What the window costs the patient out of the plan's network; ``unknown`` says why there is no figure."""

    costs: Tri[Cents] | None
    unknown: str | None = None


def out_of_network(request: EstimateRequest, all_runs: tuple[Run, Run | None, Run]) -> Outside | None:
    """Share the days out again out of network; ``None`` where that is no question: no network, or outside already."""
    plans = [each.coverage for each in all_runs[2].course.requests or (request,)]
    if not all(coverage.payer in WITH_NETWORK for coverage in plans) or any(each.is_outside for each in plans):
        return None
    if not all(_is_known(coverage.plan) for coverage in plans):
        return Outside(None, "out_of_network_not_given")
    found = [None if run is None else runs.again(run, out_of_network=True) for run in all_runs]
    low, expected, high = [None if each is None else each.patient_cost for each in found]
    if low is None or high is None:
        return Outside(None, "out_of_network_without_costs")
    bill_unknown = any(each is not None and is_bill_unknown(each) for each in found)
    return Outside(Tri(min(low, high), expected, max(low, high)), "balance_bill_unknown" if bill_unknown else None)


def is_bill_unknown(found: Adjudication) -> bool:
    """Say whether a provider out of network may charge on top of what is allowed, and nobody said how much."""
    return bool(days_with_unknown_bill(found))


def days_with_unknown_bill(found: Adjudication) -> frozenset[date]:
    """Give the days of which nobody said what may be charged on top."""
    return frozenset(
        visit.claim.service_on
        for visit in found.visits
        if any(BILL_UNKNOWN in share.why for share in visit.shares or ())
    )


def _is_known(plan: PlanDesign | None) -> bool:
    return plan is not None and plan.out_of_network is not None and plan.out_of_network.is_complete
