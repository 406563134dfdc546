"""An estimate in short: the year in one range, the next infusion, and one plain sentence."""

from estimator.model.money import Cents
from estimator.model.periods import Period
from estimator.pipeline import Estimate, infusions_of
from estimator.runs import Run
from services import denials, ranges
from services.wording import Wording, dollars

Document = dict[str, object]


def summary(estimate: Estimate, wording: Wording) -> Document:
    """Write the summary."""
    window = estimate.resolved.window
    runs = (estimate.low, estimate.expected, estimate.high)
    cost = denials.totals(estimate)
    index = denials.next_visit(estimate)
    following = None if index is None else _next(estimate, index)
    reached = _limit_reached_on(estimate)
    return {
        "window": {"start_on": window.first_day.isoformat(), "end_on": _last_day(window)},
        "infusion_days": len(estimate.shown.priced),
        "allowed_total": ranges.of(*(_allowed(run) for run in runs)),
        "plan_paid_total": ranges.of(
            *(None if run is None or run.adjudication is None else run.adjudication.plan_paid for run in runs)
        ),
        "patient_cost": ranges.of(*cost),
        "next_infusion": following,
        "limit_reached_on": reached,
        "uncapped": estimate.coverage_is_uncapped,
        "narrow_with": list(estimate.narrow_with),
        "headline": headline(estimate, wording),
    }


def headline(estimate: Estimate, wording: Wording) -> str:
    """Say in one sentence what the window may cost the patient."""
    low, expected, high = denials.totals(estimate)
    end_on = _last_day(estimate.resolved.window)
    days = str(len(estimate.shown.priced))
    if low is None or high is None:
        return wording.sentence("headlines", "unknown", (("end_on", end_on), ("days", days)))
    params = (
        ("low", dollars(low)),
        ("high", dollars(high)),
        ("expected", dollars(expected if expected is not None else low)),
        ("end_on", end_on),
        ("days", days),
        ("limit_on", _limit_reached_on(estimate) or ""),
    )
    ranged = "range" if expected is None else "range_expected"
    code = _limit_code(estimate) if low == high else ranged
    said = wording.sentence("headlines", code, params)
    if estimate.coverage_is_uncapped:
        said += " " + wording.sentence("headlines", "uncapped")
    return said


def _limit_code(estimate: Estimate) -> str:
    reached = _limit_reached_on(estimate)
    if reached is None:
        return "point"
    return "limit_already_reached" if reached <= estimate.request.as_of.isoformat() else "limit_reached"


def _next(estimate: Estimate, index: int) -> Document:
    runs = (estimate.low, estimate.expected, estimate.high)
    costs = [
        None
        if run is None or run.adjudication is None or index >= len(run.adjudication.visits)
        else run.adjudication.visits[index].patient_cost
        for run in runs
    ]
    return {
        "service_on": infusions_of(estimate)[index].service_on.isoformat(),
        "patient_cost": ranges.of(*costs),
    }


def _limit_reached_on(estimate: Estimate) -> str | None:
    """Give the day the first plan year's limit is reached, where the runs that count agree on it."""
    runs = [estimate.expected] if estimate.expected is not None else [estimate.low, estimate.high]
    found = {run.adjudication.years[0].limit_reached_on for run in runs if run.adjudication is not None}
    on = found.pop() if len(found) == 1 else None
    return None if on is None else on.isoformat()


def _allowed(run: Run | None) -> Cents | None:
    if run is None:
        return None
    if run.adjudication is not None:
        return run.adjudication.allowed
    amounts = [visit.allowed for visit in run.priced]
    return None if None in amounts else Cents(sum(amount or 0 for amount in amounts))


def _last_day(window: Period) -> str:
    return "" if window.last_day is None else window.last_day.isoformat()
