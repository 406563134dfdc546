"""The calculation, start to end. Read this file first.

dosing → vials → infusion time → channel → pricing → coverage → benefits → Estimate

What the caller leaves open is supposed three times over: at its lowest, as expected, at its highest. Each is one whole
run of the stages; nothing is ever mixed from two runs. Stages do not call each other: ``runs`` hands one stage's value
to the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from estimator import (
    checked_periods,
    checking,
    defaults,
    dosing,
    estimate_assumptions,
    income_programs,
    narrowing,
    parts,
    preparing,
    resolution,
    runs,
    scenarios,
    turns,
)
from estimator.checked_periods import Checked
from estimator.coverage import CoverageCheck
from estimator.errors import InvalidRequest, Problem
from estimator.income_programs import Program
from estimator.model.claims import Infusion
from estimator.model.codes import Benefit, Route
from estimator.model.levels import Assumption, Level, Tri
from estimator.model.money import Cents
from estimator.model.order import EstimateRequest, Interval
from estimator.narrowing import Axis
from estimator.pricing import PricedVisit
from estimator.reference.book import ReferenceBook
from estimator.resolution import Resolved
from estimator.runs import ALL_EXPECTED, ALL_HIGH, ALL_LOW, Course, Levels, Plan, Run
from estimator.scenarios import Helped, Outside

SHOWN_WITHOUT_EXPECTATION = ALL_HIGH._replace(dose=Level.EXPECTED, minutes=Level.EXPECTED)
"""What is written out where no run can be expected: the expected dose and minutes, everything else at its highest."""

Prices = tuple[PricedVisit, ...]


class Estimate(NamedTuple):
    """Everything an estimate's document is written from.

    ``low``, ``expected`` and ``high`` are whole runs; ``expected`` is ``None`` where no single outcome can be expected.
    ``shown`` is the run whose lines are written out: the expected one where there is one, else the middle product at
    the first site with the expected dose at the highest price. ``shown_prices`` are its days at the lowest and at the
    highest price.
    """

    request: EstimateRequest
    resolved: Resolved
    plan: Plan
    low: Run
    expected: Run | None
    high: Run
    shown: Run
    shown_prices: tuple[Prices, Prices]
    checked: Checked
    narrow_with: tuple[str, ...]
    effects: tuple[tuple[str, Tri[Cents]], ...]
    assumptions: tuple[Assumption, ...]
    version: str
    helped: Helped | None
    outside: Outside | None
    days: parts.Days
    programs: tuple[Program, ...] = ()

    @property
    def days_open_above(self) -> frozenset[date]:
        """The days on which a provider out of network may bill more on top, and nobody said how much."""
        found = self.high.adjudication
        return frozenset() if found is None else scenarios.days_with_unknown_bill(found)

    @property
    def coverage(self) -> CoverageCheck:
        """Give the coverage check of the first date of service."""
        return self.checked.first

    @property
    def coverage_is_uncapped(self) -> bool | None:
        """Say whether no yearly limit exists; ``None`` where that is not known, or no benefit pays."""
        return checking.is_uncapped(self.shown)


def estimate(request: EstimateRequest, *, book: ReferenceBook) -> Estimate:
    """Work out what the window's infusions cost the patient, and what may stand in the way of coverage.

    Raises ``InvalidRequest`` with every problem found.
    """
    resolved, plan, courses = begin(request, book=book)
    low, expected, high = _three_runs(courses)
    shown = expected or _shown(courses) or high
    axes = narrowing.rank(courses, high, other_intervals=_other_intervals(request, resolved, plan, high, book))
    checked = checked_periods.of_run(request, resolved, plan, shown=shown, book=book)
    products = tuple(dict.fromkeys(course.candidate.product.id for course in courses))
    helped = scenarios.with_assistance(request, (low, expected, high), checked.first.label_status, products, book=book)
    assumptions = (
        *resolved.assumptions,
        *plan.regimen.assumptions,
        *dict.fromkeys(item for course in courses for item in course.pricer.assumptions),
        *dict.fromkeys(item for course in courses if course.terms is not None for item in course.terms.assumptions),
        *dict.fromkeys(
            item
            for course in courses
            for settled in (() if course.terms is None else course.terms.later)
            for item in settled.assumptions
        ),
        *estimate_assumptions.of(request, resolved, shown, courses, book),
        *checking.said_of_entries(request, resolved, shown, courses, book),
        *(() if helped is None else (Assumption("assistance_in_scenario"), *helped.settled.assumptions)),
        *defaults.assumptions(request, plan.regimen, indication=resolved.indication, book=book),
    )
    return Estimate(
        request=request,
        resolved=resolved,
        plan=plan,
        low=low,
        expected=expected,
        high=high,
        shown=shown,
        shown_prices=(_prices(shown, Level.LOW), _prices(shown, Level.HIGH)),
        checked=checked,
        narrow_with=_asked(axes, high),
        effects=tuple((axis.pointer, axis.effect) for axis in axes if axis.spread),
        assumptions=once_per_cause(assumptions),
        version=book.version,
        helped=helped,
        outside=scenarios.out_of_network(request, (low, expected, high)),
        days=parts.days_of(low=low, expected=expected, high=high, every_run=_made(courses)),
        programs=income_programs.of_each(
            _asked_of_programs(request, resolved, shown, book), sites=resolved.sites, book=book
        ),
    )


def _asked_of_programs(
    request: EstimateRequest, resolved: Resolved, shown: Run, book: ReferenceBook
) -> Iterable[income_programs.Asked]:
    """Give the order under each coverage that has infusions, with the first day it has there."""
    days = sorted(visit.service_on for visit in shown.priced)
    for period, each in turns.of(request):
        on = next((day for day in days if period.holds(day)), None)
        if on is not None:
            paid_by = (turns.benefits([(period, each)], resolved, site, book=book)[0] for site in resolved.sites)
            yield income_programs.Asked(each, on, any(channel.drug is Benefit.PART_D for channel in paid_by))


def _asked(axes: tuple[Axis, ...], high: Run) -> tuple[str, ...]:
    """Name the answers that would narrow the range most: first the charge, where it alone bounds what may be billed."""
    is_open = high.adjudication is not None and scenarios.is_bill_unknown(high.adjudication)
    charge = (narrowing.CHARGE_POINTERS[True],) if is_open else ()
    return (*charge, *(axis.pointer for axis in axes))


def _made(courses: tuple[Course, ...]) -> tuple[Run, ...]:
    return tuple(run for course in courses for run in course.runs.values() if run is not None)


def _other_intervals(
    request: EstimateRequest, resolved: Resolved, plan: Plan, high: Run, book: ReferenceBook
) -> tuple[Cents, ...]:
    """Work out what the highest run would cost at the other intervals that are usual, where none was said."""
    if request.therapy.interval is not None or plan.regimen.interval is None:
        return ()
    costs = []
    for days in plan.regimen.interval_choices:
        if days == dosing.interval_days(plan.regimen.interval):
            continue
        other = replace(request, therapy=replace(request.therapy, interval=Interval(days)))
        calendar = _covered(_plan(other, resolved, book=book), request)
        course = runs.prepare(
            other, resolved, calendar, candidate=high.course.candidate, site=high.course.site, book=book
        )
        run = runs.run(course, ALL_HIGH)
        cost = None if run is None else _patient_cost(run)
        if cost is not None:
            costs.append(cost)
    return tuple(costs)


def begin(request: EstimateRequest, *, book: ReferenceBook) -> tuple[Resolved, Plan, tuple[Course, ...]]:
    """Find what the request names, lay the order on the calendar, and make every product and site ready to run."""
    problems = [Problem(pointer, code) for pointer, code in preparing.policy_problems(request).items()]
    problems += defaults.unresolved_contract(request)
    try:
        resolved = resolution.resolve(request, book=book)
    except InvalidRequest as unresolved:
        raise InvalidRequest([*unresolved.problems, *problems, *_dose_problems(request, book)]) from unresolved
    plan = _covered(_plan(request, resolved, problems, book=book), request)
    courses = tuple(
        runs.prepare(request, resolved, plan, candidate=candidate, site=site, book=book)
        for candidate in resolved.candidates
        for site in resolved.sites
    )
    return resolved, plan, courses


def _plan(
    request: EstimateRequest, resolved: Resolved, problems: Sequence[Problem] = (), *, book: ReferenceBook
) -> Plan:
    """Make the order complete and lay it on the calendar. Raises ``InvalidRequest``, with ``problems`` found before."""
    named = resolved.candidates[0].product.id if resolved.product_is_named else None
    label = None
    if named is not None and resolved.indication is not None:
        label = book.label(named, resolved.indication, resolved.route, resolved.start_on)
    regimen = dosing.complete(
        request.therapy,
        request.patient,
        indication=resolved.indication,
        label=label,
        route=resolved.route,
        book=book,
        product_id=named,
        policies=request.coverage.policies,
    )
    if problems:
        raise InvalidRequest(problems)
    beyond = request.therapy.dispense_days or 0
    calendar = dosing.schedule(regimen, start_on=resolved.start_on, window=resolved.window, beyond=beyond)
    if not calendar.infusions.high:
        raise InvalidRequest([Problem("/window", "no_infusion_in_window")])
    return Plan(regimen, calendar.infusions, calendar.earlier, calendar.first_course_on, calendar.later)


def _covered(plan: Plan, request: EstimateRequest) -> Plan:
    """See that every infusion lies in a coverage period. Days before the window that lie in none count nowhere."""
    periods = [part.period for part in request.periods]
    if not periods:
        return plan
    days = {item.service_on for infusions in plan.infusions for item in infusions or ()}
    bare = sorted(on for on in days if not any(period.holds(on) for period in periods))
    if bare:
        raise InvalidRequest([Problem("/coverage_periods", "no_coverage_on", {"on": bare[0].isoformat()})])
    low, expected, high = (
        None
        if infusions is None
        else tuple(item for item in infusions if any(period.holds(item.service_on) for period in periods))
        for infusions in plan.earlier
    )
    assert low is not None
    assert high is not None
    return plan._replace(
        earlier=Tri(low, low if plan.earlier.is_point else expected, low if plan.earlier.is_point else high)
    )


def _dose_problems(request: EstimateRequest, book: ReferenceBook) -> tuple[Problem, ...]:
    """Find what is wrong with an ordered dose although the names around it are not all on file."""
    if request.therapy.dose is None and request.therapy.mg_per_day is None and not request.therapy.phases:
        return ()
    try:
        dosing.complete(
            request.therapy,
            request.patient,
            indication=None,
            label=None,
            route=request.therapy.route or Route.IV,
            book=book,
            policies=request.coverage.policies,
        )
    except InvalidRequest as refused:
        return refused.problems
    return ()


def once_per_cause(assumptions: Iterable[Assumption]) -> tuple[Assumption, ...]:
    """Say each cause once: assumptions that differ only in what they are ``about`` become one about all of it."""
    merged: dict[tuple[object, ...], Assumption] = {}
    for item in assumptions:
        key = (item.code, tuple(param for param in item.params if param[0] != "about"))
        known = merged.get(key)
        if known is None or known.params == item.params:
            merged.setdefault(key, item)
            continue
        about = dict.fromkeys((*dict(known.params)["about"].split(", "), *dict(item.params)["about"].split(", ")))
        params = tuple((name, ", ".join(about) if name == "about" else value) for name, value in known.params)
        merged[key] = known._replace(params=params, fact_ids=tuple(dict.fromkeys((*known.fact_ids, *item.fact_ids))))
    return tuple(merged.values())


def infusions_of(estimate: Estimate) -> tuple[Infusion, ...]:
    """Give the dated infusions of the run that is written out."""
    found = estimate.plan.infusions[estimate.shown.levels.dose]
    assert found is not None
    return found


def _three_runs(courses: tuple[Course, ...]) -> tuple[Run, Run | None, Run]:
    """Run every product and site at its lowest, as expected and at its highest; pick the three that are answered.

    The lowest and the highest are those of all runs; the expected one is the middle product's at the first site, by
    what its run costs the patient.
    """
    middle = _middle(courses, ALL_EXPECTED)
    everything = [run for course in courses for levels in (ALL_LOW, ALL_HIGH) if (run := runs.run(course, levels))]
    everything += [middle] if middle is not None else []
    if any(_patient_cost(run) is not None for run in everything):
        known = [run for run in everything if _patient_cost(run) is not None]
        return min(known, key=_cost), middle, max(known, key=_cost)
    return min(everything, key=_cost), middle, max(everything, key=_cost)


def _prices(shown: Run, price: Level) -> Prices:
    """Price the days that are written out at another level."""
    return runs.priced(shown.course, shown.levels._replace(price=price)) or shown.priced


def _shown(courses: tuple[Course, ...]) -> Run | None:
    """Give the run that is written out where none can be expected; where no minutes can be, those at their highest."""
    return _middle(courses, SHOWN_WITHOUT_EXPECTATION) or _middle(courses, ALL_HIGH._replace(dose=Level.EXPECTED))


def _middle(courses: tuple[Course, ...], levels: Levels) -> Run | None:
    """Give the run of the middle product at the first site, by what it costs the patient."""
    first_site = courses[0].site
    found = [run for course in courses if course.site is first_site if (run := runs.run(course, levels))]
    return sorted(found, key=_cost)[(len(found) - 1) // 2] if found else None


def _patient_cost(run: Run) -> Cents | None:
    return None if run.adjudication is None else run.adjudication.patient_cost


def _cost(run: Run) -> tuple[int, int]:
    """Order runs by what they cost the patient, then by what is allowed."""
    cost = _patient_cost(run)
    allowed = sum(visit.allowed or 0 for visit in run.priced)
    return (cost if cost is not None else 0), allowed
