"""What an estimate says of itself: what was supposed, what counts nowhere, and what can hardly be meant."""

from datetime import date

from estimator import checking, defaults, doubts, medicare_advantage, preparing, runs, scenarios, supplies, turns
from estimator.model.codes import Benefit, Category, Payer
from estimator.model.levels import Assumption
from estimator.model.order import EstimateRequest
from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.resolution import Resolved
from estimator.runs import Course, Run


def of(
    request: EstimateRequest, resolved: Resolved, shown: Run, courses: tuple[Course, ...], book: ReferenceBook
) -> list[Assumption]:
    """Name what was supposed or doubted of an order, its coverages and its claims; ``shown`` is the run written out."""
    visits = shown.course.visits
    times = [visit.time for visit in visits.expected or visits.high if visit.time is not None]
    found = [*preparing.minutes_assumptions(times), *preparing.risk_assumptions(request, times)]
    found += preparing.benefit_assumptions(resolved, shown.course.channel)
    found += _of_claims(request, shown, book)
    found += preparing.not_counted(
        request,
        resolved,
        products=[course.candidate.product.id for course in courses],
        paid_by=[course.channel for course in courses],
        book=book,
    )
    if len(shown.priced) > 1:
        found.append(Assumption("holidays_not_looked_at"))
    found += supplies.assumptions(
        request,
        shown.course.site,
        shown.course.candidate.drug.code,
        shown.course.channel.drug,
        resolved.start_on,
        book,
    )
    earlier = runs.adjudicated_before(shown)
    if earlier:
        found.append(Assumption("infusions_before_window", (("days", str(earlier)),), "coverage.balances"))
    found += defaults.from_contract(request)
    if request.opted_in_on is not None and not any(
        course.terms is not None and course.terms.drug_benefit is not None for course in courses
    ):
        found.append(Assumption("smoothing_without_part_d", pointer="smoothing"))
    found += doubts.of_balances(
        request.coverage.plan, request.coverage.balances, today=request.as_of, prefix="coverage."
    )
    found += _of_medicare_plans(request, shown, book)
    if any(course.terms is None for course in courses):
        payer = request.coverage.payer
        if payer is Payer.MEDICARE:
            found.append(Assumption("no_medicare_part_b_benefit", pointer="site_of_care"))
        else:
            found.append(Assumption("payer_rules_not_on_file", (("payer", payer.value),), "coverage.plan"))
    if shown.adjudication is not None and scenarios.is_bill_unknown(shown.adjudication):
        found.append(Assumption("balance_bill_unknown", pointer="price.billed_charge_per_unit"))
    missing = checking.unpriced(line for visit in shown.priced for line in visit.lines)
    if missing:
        found.append(Assumption("no_published_price", (("about", ", ".join(missing)),), "price"))
    return found


def _of_claims(request: EstimateRequest, shown: Run, book: ReferenceBook) -> list[Assumption]:
    """Name the rules on file of how a programme's claims are written, by coverage."""
    found: list[Assumption] = []
    for period, each in turns.of(request):
        on = next((visit.service_on for visit in shown.priced if period.holds(visit.service_on)), None)
        if on is not None:
            prefix = f"coverage_periods[{each.coverage.place}].coverage." if request.periods else "coverage."
            found += preparing.lines_by_payer_rule(each, on, book, prefix=prefix)
    return found


def _of_medicare_plans(request: EstimateRequest, shown: Run, book: ReferenceBook) -> list[Assumption]:
    """Name what was said of Medicare's plans that counts nowhere or lies above what the law allows, by coverage."""
    found: list[Assumption] = []
    whole = Period(date.min, None)
    parts = [
        (f"coverage_periods[{part.coverage.place}].coverage.", part.coverage, part.period) for part in request.periods
    ]
    for prefix, coverage, period in parts or [("coverage.", request.coverage, whole)]:
        if coverage.drug_benefit is Benefit.PART_D:
            continue
        if coverage.payer is Payer.MEDICARE:
            out = f"{prefix}network" if coverage.network == "out" else None
            found += doubts.of_original_medicare(coverage.balances, out=out, prefix=prefix)
        elif coverage.payer is Payer.MEDICARE_ADVANTAGE and coverage.plan is not None:
            drugs = [
                medicare_advantage.Drug(line.code, visit.service_on, line.allowed)
                for visit in shown.priced
                if period.holds(visit.service_on)
                for line in visit.lines
                if line.category is Category.DRUG and line.allowed is not None and not line.is_out_of_network
            ]
            found += medicare_advantage.doubts(coverage.plan, drugs, book, prefix=prefix)
    return found
