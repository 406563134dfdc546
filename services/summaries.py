"""An estimate in short: the year in one range, what of it lies ahead, the next infusion, and plain sentences."""

from datetime import date

from estimator import checking
from estimator.benefits import Adjudication, YearResult
from estimator.coverage import may_be_denied
from estimator.model.assistance import Counting
from estimator.model.codes import Payer
from estimator.model.money import Cents
from estimator.model.periods import Period
from estimator.parts import LimitDays
from estimator.pipeline import Estimate, infusions_of
from estimator.reference.book import ReferenceBook
from estimator.runs import Run
from services import authorizations, denials, ranges, window_parts
from services.window_parts import Costs
from services.wording import Wording, dollars

Document = dict[str, object]
OUTSIDE_UNKNOWN = frozenset({"out_of_network_terms_supposed"})
"""The provider is out of network, and nobody said what the plan pays there."""
LIMIT_UNKNOWN = frozenset({"va_copay_range", "plan_unknown_without_limit", "plan_incomplete_without_limit"})
"""The terms were supposed, and no limit on file bounds them: that there is none is not known either."""


def summary(estimate: Estimate, *, book: ReferenceBook, wording: Wording) -> Document:
    """Write the summary."""
    window = estimate.resolved.window
    runs = _runs(estimate)
    index = denials.next_visit(estimate)
    following = None if index is None else _next(estimate, index)
    reached = _limit_reached_on(estimate)
    live = denials.live_days(estimate)
    ahead = [on for on in live if on >= estimate.request.as_of]
    return {
        "window": {"start_on": window.first_day.isoformat(), "end_on": _last_day(window)},
        "infusion_days": len(live),
        "history_days": len(estimate.shown.priced) - len(live),
        "allowed_total": ranges.total(*(_allowed(run) for run in runs)),
        "plan_paid_total": ranges.total(
            *(None if run is None or run.adjudication is None else run.adjudication.plan_paid for run in runs)
        ),
        "patient_cost": ranges.total(*_totals(estimate)),
        "ahead": {"infusion_days": len(ahead), "patient_cost": ranges.total(*_costs_ahead(estimate))},
        "next_infusion": following,
        "limit_reached_on": None if reached is None else reached.isoformat(),
        "limit_reached_bounds": ranges.days(_limit_days(estimate)),
        "uncapped": estimate.coverage_is_uncapped,
        "narrow_with": list(estimate.narrow_with),
        "headline": headline(estimate, book=book, wording=wording),
    }


def headline(estimate: Estimate, *, book: ReferenceBook, wording: Wording) -> str:
    """Say in plain sentences what the window may cost the patient, and what that leaves out."""
    live = denials.live_days(estimate)
    if not live:
        return wording.sentence("headlines", "all_history")
    said = [_nothing_more(estimate, live, wording) or _cost_sentence(estimate, live, wording)]
    said += _with_help(estimate, wording)
    past = sum(on < estimate.request.as_of for on in live)
    if past:
        said.append(_ahead_sentence(estimate, past, len(live) - past, wording))
    uncapped_from = checking.uncapped_from(estimate.shown)
    if uncapped_from is not None:
        is_whole = uncapped_from <= live[0]
        params = () if is_whole else (("limit_on", uncapped_from.isoformat()),)
        code = "uncapped" if is_whole else "uncapped_later"
        said.append(
            wording.sentence("headlines", "uncapped_unknown" if _supposes(estimate, LIMIT_UNKNOWN) else code, params)
        )
    said += _authorization(estimate, wording)
    coverage = estimate.request.coverage
    terms = estimate.shown.course.terms
    has_drug_plan = terms is not None and terms.drug_benefit is not None
    if coverage.payer is Payer.MEDICARE and not coverage.secondaries and not has_drug_plan:
        said.append(wording.sentence("headlines", "second_coverage"))
    if has_drug_plan and coverage.drug_benefit is None and (coverage.plan is None or coverage.plan.part_d is None):
        said.append(wording.sentence("headlines", "drug_plan_supposed"))
    if any(item.code == "home_nursing_outside_benefits" for item in estimate.assumptions):
        said.append(wording.sentence("headlines", "nursing_not_counted"))
    is_worked_out = denials.totals(estimate)[2] is not None
    if is_worked_out and estimate.request.coverage_check and may_be_denied(estimate.checked.settled_flags, book):
        said.append(wording.sentence("headlines", "may_be_denied"))
    return " ".join(said)


def _with_help(estimate: Estimate, wording: Wording) -> list[str]:
    """Say what the help that was named would leave, and what a plan does that lives off it."""
    helped = estimate.helped
    if helped is None or helped.costs is None:
        return []
    low, expected, high = helped.costs
    if estimate.days_open_above:
        code = "with_help_unbounded" if _supposes(estimate, OUTSIDE_UNKNOWN) else "with_help_at_least"
        return [wording.sentence("headlines", code, _money((low, None, None)))]
    code = "with_help_point" if low == high else "with_help_range"
    said = [wording.sentence("headlines", code, _money((low, expected, high)))]
    if any(counting is Counting.MAXIMIZER for counting, _ in helped.ways):
        said.append(wording.sentence("headlines", "with_maximizer"))
    return said


def _cost_sentence(estimate: Estimate, live: tuple[date, ...], wording: Wording) -> str:
    costs = _totals(estimate)
    params = _params(estimate, costs, live)
    outside = _of_outside(estimate, costs, live, wording)
    if costs[2] is None and outside is not None and _supposes(estimate, OUTSIDE_UNKNOWN):
        return outside
    said = wording.sentence("headlines", _code(costs), params)
    if outside is not None:
        said = f"{said} {outside}"
    limit = _limit_sentence(estimate, costs, live, wording)
    return said if limit is None else f"{said} {limit}"


def _of_outside(estimate: Estimate, costs: Costs, live: tuple[date, ...], wording: Wording) -> str | None:
    """Say why what is owed out of network has no bound, or on what its bounds rest; ``None`` where nothing is open."""
    is_unknown, highest = _supposes(estimate, OUTSIDE_UNKNOWN), denials.totals(estimate)[2]
    if costs[0] is None or highest is None or not (is_unknown or estimate.days_open_above):
        return None
    if costs[2] is None and is_unknown:
        params = (*_params(estimate, costs, live), ("high", dollars(highest)))
        return wording.sentence("headlines", "outside_unbounded", params)
    return wording.sentence("headlines", "outside_terms_supposed" if is_unknown else "outside_bill")


def _supposes(estimate: Estimate, codes: frozenset[str]) -> bool:
    return any(item.code in codes for item in estimate.assumptions)


def _limit_sentence(estimate: Estimate, costs: Costs, live: tuple[date, ...], wording: Wording) -> str | None:
    """Say when the first plan year's limit is reached, or between which days; ``None`` where no run reaches it."""
    reached, found = _limit_reached_on(estimate), _limit_days(estimate)
    if found is None:
        return None
    on = found.first if found.first == found.last else reached if costs[1] is not None else None
    if (on or found.first) < live[0]:
        return None
    if on is not None:
        return wording.sentence("headlines", "limit_reached", (("limit_on", on.isoformat()),))
    if found.last is None:
        return wording.sentence("headlines", "limit_reached_from", (("first_on", found.first.isoformat()),))
    params = (("first_on", found.first.isoformat()), ("last_on", found.last.isoformat()))
    return wording.sentence("headlines", "limit_reached_between", params)


def _nothing_more(estimate: Estimate, live: tuple[date, ...], wording: Wording) -> str | None:
    """Say that this plan year costs nothing more, and what the next one may cost; ``None`` where that is not so."""
    reached, found = _limit_reached_on(estimate), (estimate.expected or estimate.high).adjudication
    costs = _totals(estimate)
    if reached is None or found is None or not live:
        return None
    year = _first_year(found)
    as_of = estimate.request.as_of
    if reached > as_of or not year.period.holds(as_of) or year.period.last_day is None:
        return None
    if year.patient_cost != 0 or window_parts.costs(estimate, year.period.holds)[2] != 0:
        return None
    said = wording.sentence("headlines", "nothing_more", (("year_end", year.period.last_day.isoformat()),))
    later = tuple(on for on in live if on > year.period.last_day)
    if not later:
        return said
    return f"{said} {wording.sentence('headlines', _code(costs), _params(estimate, costs, later))}"


def _ahead_sentence(estimate: Estimate, past: int, ahead: int, wording: Wording) -> str:
    costs = _costs_ahead(estimate)
    params = (("days", str(past)), ("ahead", str(ahead)), *_money(costs))
    is_unbounded = costs[0] is not None and costs[2] is None and _supposes(estimate, OUTSIDE_UNKNOWN)
    code = "ahead_unbounded" if is_unbounded else f"ahead_{_code(costs)}"
    return wording.sentence("headlines", code if ahead else "all_past", params)


def _authorization(estimate: Estimate, wording: Wording) -> list[str]:
    """Say from when on a new approval is needed, and what of the cost rests on it."""
    found = authorizations.split(estimate)
    if found is None or not found.beyond:
        return []
    params = (("first_on", found.beyond[0].isoformat()), ("days", str(len(found.beyond))))
    if not found.inside:
        return [wording.sentence("headlines", "approval_reaches_none", params)]
    last_on = found.inside[-1]
    costs = window_parts.costs(estimate, frozenset(found.beyond).__contains__)
    code = {"range_expected": "range"}.get(_code(costs), _code(costs))
    place = "until" if last_on < found.beyond[0] else "outside"
    known = (("last_on", last_on.isoformat()), *params, *_money(costs))
    return [wording.sentence("headlines", f"approval_{place}_{code}", known)]


def _code(costs: Costs) -> str:
    low, expected, high = costs
    if low is None:
        return "unknown"
    if high is None:
        return "at_least"
    if low == high:
        return "point"
    return "range" if expected is None else "range_expected"


def _params(estimate: Estimate, costs: Costs, live: tuple[date, ...]) -> tuple[tuple[str, str], ...]:
    start_on = live[0] if live else estimate.resolved.window.first_day
    return (
        ("start_on", start_on.isoformat()),
        ("end_on", _last_day(estimate.resolved.window)),
        ("days", str(len(live))),
        *_money(costs),
    )


def _money(costs: Costs) -> tuple[tuple[str, str], ...]:
    low, expected, high = costs
    if low is None:
        return ()
    if high is None:
        return (("low", dollars(low)),)
    known = expected if expected is not None else low
    return (("low", dollars(low)), ("high", dollars(high)), ("expected", dollars(known)))


def _totals(estimate: Estimate) -> Costs:
    """Give the window's cost; it is open above where a bill may come of which nobody said how high it is."""
    low, expected, high = denials.totals(estimate)
    return (low, expected, None) if estimate.days_open_above else (low, expected, high)


def _runs(estimate: Estimate) -> tuple[Run, Run | None, Run]:
    return estimate.low, estimate.expected, estimate.high


def _costs_ahead(estimate: Estimate) -> Costs:
    """Bound what the days from the day of asking on cost the patient."""
    as_of = estimate.request.as_of
    return window_parts.costs(estimate, lambda on: on >= as_of)


def _next(estimate: Estimate, index: int) -> Document | None:
    """Write the next infusion; there is none where all of them lie before the day of asking."""
    next_on = infusions_of(estimate)[index].service_on
    if next_on < estimate.request.as_of:
        return None
    return {
        "service_on": next_on.isoformat(),
        "patient_cost": ranges.total(*window_parts.costs(estimate, lambda on: on == next_on)),
    }


def _limit_reached_on(estimate: Estimate) -> date | None:
    """Give the day the first plan year's limit is reached, where the runs that count agree on it."""
    runs = [estimate.expected] if estimate.expected is not None else [estimate.low, estimate.high]
    found = {_first_year(run.adjudication).limit_reached_on for run in runs if run.adjudication is not None}
    return found.pop() if len(found) == 1 else None


def _limit_days(estimate: Estimate) -> LimitDays | None:
    """Give the days between which the first plan year's limit is reached, over every run."""
    adjudication = estimate.shown.adjudication
    return None if adjudication is None else dict(estimate.days.limit_days).get(_first_year(adjudication).period)


def _first_year(adjudication: Adjudication) -> YearResult:
    """Give the first plan year that anything is counted in."""
    return next((year for year in adjudication.years if not year.is_past), adjudication.years[0])


def _allowed(run: Run | None) -> Cents | None:
    if run is None:
        return None
    if run.adjudication is not None:
        return run.adjudication.allowed
    amounts = [visit.allowed for visit in run.priced]
    return None if None in amounts else Cents(sum(amount or 0 for amount in amounts))


def _last_day(window: Period) -> str:
    return "" if window.last_day is None else window.last_day.isoformat()
