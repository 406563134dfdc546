"""An estimate as the document that callers get (contract, section 6)."""

from datetime import date

from estimator import monthly_bills, parts
from estimator.checked_periods import CheckedPeriod
from estimator.model.codes import Benefit
from estimator.model.levels import Tri
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, month_of, months_touched
from estimator.pipeline import Estimate
from estimator.preparing import rounded_course
from estimator.reference.book import ReferenceBook
from estimator.runs import Run
from estimator.vials import RoundedDose
from services import (
    assumptions,
    authorizations,
    coverage_documents,
    denials,
    infusion_documents,
    line_documents,
    notice_figures,
    program_documents,
    ranges,
    sources_of_money,
    summaries,
    used_facts,
)
from services.advance_notices import Figures
from services.wording import Wording

Document = dict[str, object]
NOTICES = ("not_a_bill", "not_a_good_faith_estimate", "not_medical_advice")


def compose(estimate: Estimate, *, book: ReferenceBook, wording: Wording, full: bool) -> Document:
    """Write the document. ``full`` adds infusions and facts."""
    scenarios = denials.scenarios(estimate, book=book, wording=wording)
    fact_ids = _fact_ids(estimate, scenarios.fact_ids)
    document: Document = {
        "id": None,
        "created_at": None,
        "summary": summaries.summary(estimate, book=book, wording=wording),
        "years": _years(estimate),
        "months": _months(estimate),
        "order": _order(estimate, book),
        "shown": {
            "indication": estimate.resolved.indication,
            "product": estimate.shown.course.candidate.product.id,
            "site_of_care": estimate.shown.course.site.value,
            "run": "expected" if estimate.expected is not None else "high",
        },
    }
    if estimate.request.opted_in_on is not None:
        document["payment_plan"] = _payment_plan(estimate, estimate.request.opted_in_on)
    if full:
        document["infusions"] = infusion_documents.infusions(estimate, wording)
        document["dispenses"] = infusion_documents.dispenses(estimate)
    document["authorization"] = authorizations.document(estimate)
    document["scenarios"] = scenarios.documents
    document["sources_of_money"] = sources_of_money.of_estimate(estimate)
    document["coverage_check"] = (
        coverage_documents.whole(estimate.checked, book, wording, _notice_figures(estimate))
        if estimate.request.coverage_check
        else None
    )
    document["programs"] = program_documents.documents(estimate.programs, wording)
    document["assumptions"] = _assumptions(estimate, fact_ids, book, wording)
    if full:
        document["facts"] = used_facts.documents(fact_ids, book)
    document["notices"] = [wording.sentence("notices", code) for code in NOTICES]
    return document


def _notice_figures(estimate: Estimate) -> coverage_documents.PeriodFigures:
    """Give what this estimate knows of a notice's figures, for each stretch of days that was checked."""

    def of_part(part: CheckedPeriod) -> Figures:
        return lambda is_insured: notice_figures.of_period(estimate, part.period, is_insured=is_insured)

    return of_part


def _order(estimate: Estimate, book: ReferenceBook) -> Document:
    regimen, shown = estimate.plan.regimen, estimate.shown.course
    course = regimen.course.expected
    rounded: tuple[RoundedDose, ...] = ()
    if course is not None:
        rounded = rounded_course(estimate.request, shown.candidate, course, on=estimate.resolved.start_on, book=book)
    return line_documents.order(
        regimen, estimate.request.therapy, shown.candidate.product, course=course, rounded=rounded
    )


def _fact_ids(estimate: Estimate, more: tuple[str, ...]) -> list[str]:
    found: dict[str, None] = {}
    for lines in {id(visit.lines): visit.lines for visit in estimate.shown.priced}.values():
        for line in lines:
            found.update(dict.fromkeys(line.fact_ids))
    found.update(dict.fromkeys(estimate.plan.regimen.fact_ids))
    for assumption in estimate.assumptions:
        found.update(dict.fromkeys(assumption.fact_ids))
    if estimate.shown.course.terms is not None:
        for settled in estimate.shown.course.terms.later:
            found.update(settled.fact_ids)
        found.update(dict.fromkeys(estimate.shown.course.terms.fact_ids))
    if estimate.request.coverage_check:
        found.update(dict.fromkeys(estimate.checked.fact_ids))
    for program in estimate.programs:
        found.update(dict.fromkeys(program.fact_ids))
    found.update(dict.fromkeys(more))
    return list(found)


def _years(estimate: Estimate) -> list[Document]:
    runs = (estimate.low, estimate.expected, estimate.high)
    by_run = [
        {}
        if run is None or run.adjudication is None
        else {year.period: year for year in run.adjudication.years if not year.is_past}
        for run in runs
    ]
    expected = by_run[1]
    periods = sorted({period for years in by_run for period in years})

    def period_of(on: date) -> Period | None:
        return next((period for period in periods if period.holds(on)), None)

    bounds = parts.costs_by(period_of, estimate.days)
    limit_days = dict(estimate.days.limit_days)
    open_years = {period_of(on) for on in estimate.days_open_above}
    found: list[Document] = []
    for period in periods:
        costs = [years[period].patient_cost if period in years else None for years in by_run]
        year = expected.get(period)
        last_day = period.last_day
        reached = {years[period].limit_reached_on for years in by_run if period in years}
        same = reached.pop() if len(reached) == 1 else None
        on = year.limit_reached_on if year is not None else same
        found.append(
            {
                "plan_year": f"{period.first_day.isoformat()}/{'' if last_day is None else last_day.isoformat()}",
                "patient_cost": ranges.above(ranges.of(*costs), is_open=period in open_years),
                "patient_cost_bounds": ranges.above(ranges.bounds(bounds.get(period)), is_open=period in open_years),
                "limit_reached_on": None if on is None else on.isoformat(),
                "limit_reached_bounds": ranges.days(limit_days.get(period)),
                "balances_after": None
                if year is None
                else line_documents.balances(year.balances_after, year.terms, is_unknown=year.is_unknown),
            }
        )
    return found


def _payment_plan(estimate: Estimate, opted_in_on: date) -> list[Document] | None:
    """Write what the Medicare Prescription Payment Plan bills by month; ``None`` where it is not known."""
    coverage = estimate.request.coverage
    balances = coverage.balances if coverage.drug_benefit is Benefit.PART_D else None
    by_run = [
        monthly_bills.of_run(run, opted_in_on, balances) for run in (estimate.low, estimate.expected, estimate.high)
    ]
    low, expected, high = (None if bills is None else {bill.month: bill.amount for bill in bills} for bills in by_run)
    if low is None or high is None:
        return None
    found: list[Document] = []
    for month in sorted({*low, *high, *(expected or ())}):
        least, most = low.get(month, Cents(0)), high.get(month, Cents(0))
        likely = None if expected is None else expected.get(month, Cents(0))
        known = [each for each in (least, likely, most) if each is not None]
        found.append({"month": month, "amount": ranges.of(min(known), likely, max(known))})
    return found


def _months(estimate: Estimate) -> list[Document]:
    window = estimate.resolved.window
    assert window.last_day is not None
    sums = [_by_month(run) for run in (estimate.low, estimate.expected, estimate.high)]
    bounds = parts.costs_by(month_of, estimate.days)
    nothing = Tri(ZERO, None, ZERO) if estimate.high.adjudication is not None else None
    open_months = {month_of(on) for on in estimate.days_open_above}
    return [
        {
            "month": month,
            "patient_cost": ranges.above(
                ranges.of(*(None if costs is None else costs.get(month, Cents(0)) for costs in sums)),
                is_open=month in open_months,
            ),
            "patient_cost_bounds": ranges.above(
                ranges.bounds(bounds.get(month, nothing)), is_open=month in open_months
            ),
        }
        for month in months_touched(window.first_day, window.last_day)
    ]


def _by_month(run: Run | None) -> dict[str, Cents | None] | None:
    """Add a run's visits up by calendar month; a month with an unknown visit is unknown."""
    if run is None or run.adjudication is None:
        return None
    sums: dict[str, Cents | None] = {}
    for visit in run.adjudication.visits:
        if visit.is_history:
            continue
        month = month_of(visit.claim.service_on)
        so_far = sums.get(month, Cents(0))
        known = so_far is not None and visit.patient_cost is not None
        sums[month] = Cents((so_far or 0) + (visit.patient_cost or 0)) if known else None
    return sums


def _assumptions(estimate: Estimate, fact_ids: list[str], book: ReferenceBook, wording: Wording) -> list[Document]:
    effects = dict(estimate.effects)
    found = assumptions.documents(estimate.assumptions, wording, effects=effects)
    found += assumptions.resting_on(fact_ids, book, wording)
    return found + assumptions.unverified(fact_ids, book, wording)
