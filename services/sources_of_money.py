"""Accounts of the patient's or the employer's (HSA, FSA, HRA): where the money comes from, never a reduction."""

from collections.abc import Sequence

from estimator.model.assistance import Account
from estimator.model.money import Cents
from estimator.model.order import EstimateRequest
from estimator.pipeline import Estimate
from estimator.runs import Run
from services import ranges

Document = dict[str, object]


def paid(accounts: Sequence[tuple[Account, ...]], costs: Sequence[Cents | None]) -> dict[Account, Cents | None]:
    """Say what each account could pay of the costs of one coverage after another; ``None`` where a cost is unknown.

    An account named under several coverages is the same money, spent once.
    """
    found: dict[Account, Cents | None] = {}
    for named, cost in zip(accounts, costs, strict=True):
        left = cost
        for account in named:
            before = found.get(account, Cents(0))
            if left is None or before is None:
                found[account] = None
                continue
            amount = Cents(min(account.amount - before, left))
            found[account] = Cents(before + amount)
            left = Cents(left - amount)
    return found


def of_estimate(estimate: Estimate) -> list[Document]:
    """Write what accounts could pay of the cost as entered, in each of the three runs."""
    request = estimate.request
    accounts = [each.assistance.accounts for each in _under_each(request)]
    if not any(accounts):
        return []
    by_run = [paid(accounts, _costs(run, request)) for run in (estimate.low, estimate.expected, estimate.high)]
    return [{"kind": account.kind, "amount": ranges.total(*(run[account] for run in by_run))} for account in by_run[2]]


def _under_each(request: EstimateRequest) -> list[EstimateRequest]:
    return [request.under(part) for part in request.periods] or [request]


def _costs(run: Run | None, request: EstimateRequest) -> list[Cents | None]:
    """Give what a run's days cost under each coverage."""
    periods = [part.period for part in request.periods]
    if run is None or run.adjudication is None:
        return [None] * max(len(periods), 1)
    if not periods:
        return [run.adjudication.patient_cost]
    costs: list[Cents | None] = []
    for period in periods:
        own = [
            visit.patient_cost
            for visit in run.adjudication.visits
            if not visit.is_history and period.holds(visit.claim.service_on)
        ]
        costs.append(None if None in own else Cents(sum(cost or 0 for cost in own)))
    return costs
