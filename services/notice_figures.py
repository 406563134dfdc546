"""What an estimate knows of a notice's figures: the next day of service, its lines, and what they may cost."""

from estimator.benefits import AdjudicatedVisit
from estimator.model.money import Cents
from estimator.model.periods import Period
from estimator.pipeline import Estimate
from estimator.runs import Run
from services import denials, infusion_documents, ranges

Document = dict[str, object]
UNKNOWN: Document = {
    "service_on": None,
    "diagnosis": None,
    "lines": [],
    "estimated_cost": None,
    "estimated_cost_is": None,
    "recurring": None,
}
"""The figures of a notice where nothing was priced."""
OF_LINES = ("code", "modifiers", "category", "units", "billed_amount", "allowed_range")


def of_period(estimate: Estimate, period: Period, *, is_insured: bool) -> Document:
    """Give the figures of the first day of service still ahead in some days, and of all that follow it there.

    Who is insured would owe the charge; where a charge was not said, the allowed amount stands in. Who pays without
    insurance is asked the cash price, else the charge, which is what the lines allow.
    """
    days = _days_ahead(estimate, period)
    if not days:
        return UNKNOWN
    first = days[:1]
    basis, cost = _cost(estimate, first, is_insured=is_insured)
    _, whole = _cost(estimate, days, is_insured=is_insured, only=basis)
    dates = [estimate.shown.priced[index].service_on for index in days]
    return {
        "service_on": dates[0].isoformat(),
        "diagnosis": estimate.resolved.diagnosis,
        "lines": [
            {name: line[name] for name in OF_LINES} for line in infusion_documents.lines_unshared(estimate, days[0])
        ],
        "estimated_cost": cost,
        "estimated_cost_is": basis,
        "recurring": {
            "infusion_days": len(dates),
            "first_day": dates[0].isoformat(),
            "last_day": dates[-1].isoformat(),
            "estimated_cost": whole,
        },
    }


def _days_ahead(estimate: Estimate, period: Period) -> list[int]:
    """Give the places of the days that no notice could have been given for yet."""
    adjudicated = () if estimate.shown.adjudication is None else estimate.shown.adjudication.visits
    as_of = estimate.request.as_of
    return [
        index
        for index, visit in enumerate(estimate.shown.priced)
        if visit.service_on >= as_of and period.holds(visit.service_on) and not _is_history(adjudicated, index)
    ]


def _is_history(adjudicated: tuple[AdjudicatedVisit, ...], index: int) -> bool:
    return index < len(adjudicated) and adjudicated[index].is_history


def _cost(
    estimate: Estimate, days: list[int], *, is_insured: bool, only: str | None = None
) -> tuple[str | None, ranges.Range | None]:
    """Add up what some days may cost, and say what the figure is; ``None`` where no price was known."""
    for basis in ("billed_charge", "allowed_amount") if is_insured else ("expected_charge",):
        if only not in (None, basis):
            continue
        found = [_sum(estimate, run, days, basis) for run in (estimate.low, estimate.expected, estimate.high)]
        if found[0] is not None and found[2] is not None:
            return basis, ranges.total(min(found[0], found[2]), found[1], max(found[0], found[2]))
    return None, None


def _sum(estimate: Estimate, run: Run | None, days: list[int], basis: str) -> Cents | None:
    if run is None:
        return None
    amounts = [
        denials.charge(run.priced[index], estimate) if basis == "billed_charge" else run.priced[index].allowed
        for index in days
    ]
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None
