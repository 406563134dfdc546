"""What the Medicare Prescription Payment Plan bills each month of a run's drug costs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from estimator.benefits import payment_plan
from estimator.benefits.payment_plan import Bill
from estimator.model.claims import Share
from estimator.model.codes import Benefit
from estimator.model.money import ZERO, Cents
from estimator.model.plan import Balances
from estimator.part_d_rules import StandardBenefit
from estimator.runs import Run


def of_run(run: Run | None, opted_in_on: date, balances: Balances | None) -> tuple[Bill, ...] | None:
    """Bill a run's drug costs; ``None`` where they are not known or no drug plan pays."""
    benefit = None if run is None or run.course.terms is None else run.course.terms.drug_benefit
    if run is None or run.adjudication is None or benefit is None:
        return None
    costs: list[tuple[date, Cents]] = []
    for visit in run.adjudication.visits:
        if visit.is_history:
            continue
        if visit.shares is None:
            return None
        costs += [
            (visit.claim.service_on, share.patient_cost)
            for line, share in zip(visit.claim.lines, visit.shares, strict=True)
            if line.benefit is Benefit.PART_D
        ]
    return of_costs(costs, opted_in_on, benefit, balances)


def of_shares(
    shares: Sequence[tuple[date, Share | None]],
    opted_in_on: date,
    benefit: StandardBenefit,
    balances: Balances | None,
) -> tuple[Bill, ...] | None:
    """Bill drug lines by day of service; ``None`` where one's share is not known."""
    costs = [(on, share.patient_cost) for on, share in shares if share is not None]
    return None if len(costs) < len(shares) else of_costs(costs, opted_in_on, benefit, balances)


def of_costs(
    costs: Iterable[tuple[date, Cents]], opted_in_on: date, benefit: StandardBenefit, balances: Balances | None
) -> tuple[Bill, ...]:
    """Bill drug costs by day of service."""
    return payment_plan.bills(
        costs,
        opted_in_on=opted_in_on,
        cap_of=lambda year: benefit.cap(year) if benefit.smooths(year) else None,
        incurred_before=_incurred_before(balances),
        renews=benefit.renews,
    )


def _incurred_before(balances: Balances | None) -> Callable[[int], Cents]:
    def incurred(year: int) -> Cents:
        if balances is None or balances.as_of is None or balances.as_of.year != year:
            return ZERO
        return balances.out_of_pocket_met or balances.deductible_met or ZERO

    return incurred
