"""One course of an order → the claim that an office would send, without any plan.

The stages are the pipeline's own; only the calendar and the plan are left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from estimator import coverage, defaults, dosing, infusion_time, pricing, supplies, vials
from estimator.checking import entered, label_entered, modifiers_of, unpriced
from estimator.coverage import Flag
from estimator.dosing import Course, Regimen, Segment
from estimator.errors import InvalidRequest, Problem
from estimator.model.claims import ClaimLine, Fill, Infusion, InfusionTime
from estimator.model.codes import Phase, Route
from estimator.model.levels import Assumption, Level, point
from estimator.model.order import CustomProduct, EstimateRequest, Interval
from estimator.model.quantities import Milligrams
from estimator.preparing import (
    benefit_assumptions,
    lines_by_payer_rule,
    minutes_assumptions,
    not_counted,
    place_of_service,
    policy_problems,
    risk_assumptions,
    said_of_entries,
    terms_of,
)
from estimator.pricing import Pricer, PricingTerms, Visit
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode, Label, Product
from estimator.resolution import Resolved, resolve
from estimator.supplies import Shipping, Supply

NOT_FOR_CLAIMS = ("product_any_labeled", "product_any_priced", "site_default")
"""What an estimate supposes while comparing; a claim is of one product at one site."""


class BilledDay(NamedTuple):
    """One day of the course: the dose, packages, minutes and claim lines."""

    day: int
    service_on: date
    rounded: vials.RoundedDose
    fill: Fill
    time: InfusionTime | None
    lines: tuple[ClaimLine, ...]
    lowest: tuple[ClaimLine, ...]
    highest: tuple[ClaimLine, ...]
    alternatives: tuple[vials.Alternative, ...]


class BilledPhase(NamedTuple):
    """One phase of an order that changes over time: its first course as a claim, from the phase's first day."""

    segment: Segment
    first_on: date
    days: tuple[BilledDay, ...]


class Bill(NamedTuple):
    """The claim of one course.

    ``phases`` are those of an order that changes over time, each with its first course; ``days`` are then the first
    phase of a taper, or the full dose after smaller ones.
    """

    regimen: Regimen
    product: Product | None
    days: tuple[BilledDay, ...]
    flags: tuple[Flag, ...]
    assumptions: tuple[Assumption, ...]
    supplies: tuple[Supply, ...] = ()
    place_of_service: str | None = None
    phases: tuple[BilledPhase, ...] = ()


class _Drug(NamedTuple):
    """What is given and how it is billed: a product on file, or one the caller describes."""

    code: BillingCode
    product: Product | None
    sizes: tuple[vials.Size, ...]
    single_dose: bool
    marketed: tuple[vials.Size, ...]


def bill(request: EstimateRequest, *, book: ReferenceBook) -> Bill:
    """Work out packages, units, waste, modifiers, minutes and prices of one course.

    Raises ``InvalidRequest`` with every problem found.
    """
    request, assumptions = defaults.with_payer(request)
    custom = request.therapy.custom_product
    wanted = replace(request, coverage_check=False)
    if custom is not None:
        wanted = replace(wanted, therapy=replace(wanted.therapy, product=None, hcpcs=None))
    resolved = resolve(wanted, book=book)
    product = None if custom is not None else resolved.candidates[0].product
    route = resolved.route
    label = None
    if product is not None and resolved.indication is not None:
        label = book.label(product.id, resolved.indication, route, resolved.start_on)
    therapy = request.therapy if request.therapy.interval is not None else replace(request.therapy, courses=1)
    regimen = dosing.complete(
        therapy,
        request.patient,
        indication=resolved.indication,
        label=label,
        route=route,
        book=book,
        product_id=None if product is None else product.id,
        policies=request.coverage.policies,
    )
    course = _course_of(regimen, request.therapy.phase)
    first_on = _first_day(regimen, request.therapy.phase, resolved.start_on)
    drug = _drug(request, resolved, custom, first_on, book)
    site = resolved.sites[0]
    benefit, terms = terms_of(request, resolved, site, book=book)
    pricer = Pricer(drug=drug.code, terms=terms, book=book, single_dose=drug.single_dose)
    weight_kg = None if regimen.weighed is None else regimen.weighed.kg
    case = _Case(request, resolved, drug, pricer, weight_kg, book)
    shipping = _shipping(case, regimen)
    every = None if request.therapy.phase is Phase.LOADING else regimen.interval
    days, supply = _billed(case, course, first_on, every, shipping, number=1)
    phases = _phases(case, regimen, shipping)
    every_day = tuple(dict.fromkeys((*days, *(day for phase in phases for day in phase.days))))
    named_products = () if product is None else (product.id,)
    several = () if custom is not None or len(resolved.candidates) == 1 else defaults.several_products(resolved)
    named = [item for item in resolved.assumptions if item.code not in NOT_FOR_CLAIMS]
    if request.site_of_care is None:
        named.append(Assumption("site_taken", (("site", site.value),), "site_of_care"))
    if request.therapy.phase is Phase.LOADING:
        regimen = _of_loading(regimen, course, label, request.patient.age_years, weight_kg)
    return Bill(
        regimen=regimen._replace(course=regimen.course._replace(expected=course)),
        product=product,
        days=days,
        phases=phases,
        supplies=(supply,)
        if supply is not None
        else supplies.shipped_on({day.service_on for day in every_day}, shipping),
        place_of_service=place_of_service(site, resolved.start_on, book),
        flags=(
            *_flags(drug, every_day, terms, resolved, book, is_supply=supply is not None),
            *entered(request, drug.code, resolved, book),
            *_avoidable(every_day),
            *label_entered(request, resolved, product, book),
        ),
        assumptions=(
            *assumptions,
            *defaults.from_contract(request),
            *several,
            *named,
            *(item for item in regimen.assumptions if item.code != "single_course"),
            *pricer.assumptions,
            *minutes_assumptions([day.time for day in days if day.time is not None]),
            *risk_assumptions(request, [day.time for day in days if day.time is not None]),
            *_not_billed(days, pricer),
            *benefit_assumptions(resolved, benefit),
            *supplies.assumptions(request, site, drug.code.code, terms.drug_benefit, resolved.start_on, book),
            *said_of_entries(request, (site,), len(days), [(size.ndc, size.mg) for size in drug.sizes]),
            *(() if custom is None else pricing.supposed(drug.code, every_day, resolved.start_on, book=book)),
            *lines_by_payer_rule(request, resolved.start_on, book),
            *not_counted(request, resolved, products=named_products, paid_by=(benefit,), book=book),
            *defaults.claim_assumptions(request),
        ),
    )


def _course_of(regimen: Regimen, phase: Phase) -> Course:
    if phase is Phase.LOADING:
        if regimen.loading is None:
            raise InvalidRequest([Problem("/therapy/loading", "required", {"why": "loading_phase"})])
        return regimen.loading
    assert regimen.course.expected is not None  # claim lines need an ordered dose, and that is a point
    return regimen.course.expected


def _first_day(regimen: Regimen, phase: Phase, start_on: date) -> date:
    """Give the first day of the course that is billed: maintenance begins after what comes before it."""
    before = 0 if phase is Phase.LOADING else (regimen.loading is not None) + len(regimen.ramp_up)
    return dosing.segment_starts(regimen.segments, start_on)[before]


def _of_loading(
    regimen: Regimen, course: Course, label: Label | None, age_years: int | None, weight_kg: Decimal | None
) -> Regimen:
    """Hold the loading dose against the label's own loading dose; when maintenance begins is not on its claim."""
    dose = None if label is None else label.dose(Phase.LOADING.value)
    per_kg = None if weight_kg is None else point(Decimal(course.mg) / weight_kg)
    return regimen._replace(
        label_range=dosing.label_range_of(label, dose, per_kg, None, age_years),
        assumptions=tuple(item for item in regimen.assumptions if item.code != "loading_then_after_interval"),
    )


def _drug(
    request: EstimateRequest, resolved: Resolved, custom: CustomProduct | None, on: date, book: ReferenceBook
) -> _Drug:
    problems = [Problem(pointer, code) for pointer, code in policy_problems(request).items()]
    problems += defaults.unresolved_contract(request)
    if problems:
        raise InvalidRequest(problems)
    therapy = request.therapy
    if custom is not None:
        sizes = tuple(vials.Size(mg, None) for mg in custom.package_mg)
        code = pricing.custom_code(custom, on, book)
        return _Drug(code, None, sizes, custom.single_dose, sizes)
    candidate = resolved.candidates[0]
    packages = [(item.ndc, item.mg) for item in book.offered_packages(candidate.product.id, on)]
    sizes = vials.sizes_of(packages, stock_mg=therapy.stock_mg, prices=therapy.package_prices)
    marketed = vials.sizes_of(packages, stock_mg=None, prices=therapy.package_prices)
    if len(resolved.candidates) > 1:
        # The code alone was said: whose packages they are is not known, and a claim must not name another product's.
        sizes, marketed = (tuple(size._replace(ndc=None) for size in each) for each in (sizes, marketed))
    return _Drug(candidate.drug, candidate.product, sizes, single_dose=True, marketed=marketed)


class _Case(NamedTuple):
    """What all days of one claim have in common."""

    request: EstimateRequest
    resolved: Resolved
    drug: _Drug
    pricer: Pricer
    weight_kg: Decimal | None
    book: ReferenceBook


def _shipping(case: _Case, regimen: Regimen) -> Shipping | None:
    """Say what is shipped when, where the order changes over time."""
    days = supplies.days_of(case.request, case.resolved.sites[0])
    if days is None or not (regimen.phases or regimen.ramp_up):
        return None

    def fill_of(infusion: Infusion) -> Fill:
        return _opened(infusion.dose_mg, case.request, case.drug, infusion.most_mg)[1]

    return supplies.of_regimen(regimen, days, start_on=case.resolved.start_on, fill_of=fill_of)


def _billed(
    case: _Case,
    course: Course,
    first_on: date,
    interval: Interval | None,
    shipping: Shipping | None,
    *,
    number: int,
) -> tuple[tuple[BilledDay, ...], Supply | None]:
    """Bill the days of one course, the ``number``-th kind of course of the order, from its first day."""
    request, drug = case.request, case.drug
    opened = [_opened(mg, request, drug, course.most_mg(mg)) for mg in course.mg_per_day]
    dispense_days = None if shipping is not None else supplies.days_of(request, case.resolved.sites[0])
    supply = supplies.of_courses([fill for _, fill in opened], interval, dispense_days, first_on)
    days = []
    for day, (rounded, fill) in enumerate(opened, 1):
        on = first_on + timedelta(days=day - 1)
        is_first = request.therapy.is_first_infusion and on == case.resolved.start_on
        time = _time(fill, request, case.resolved, drug, case.weight_kg, book=case.book, is_first=is_first)
        infusion = Infusion(day, request.therapy.phase, number, day, on, fill.dose_mg)
        shipped = supply.fill if supply is not None and day == 1 else None
        if shipping is not None:
            shipped = shipping.billed.get(on)
        is_dispensed = supplies.days_of(request, case.resolved.sites[0]) is not None
        visit = Visit(infusion, fill, time, is_dispensed=is_dispensed, dispensed=shipped)
        others = vials.alternatives(
            fill.dose_mg, sizes=drug.marketed, mg_per_unit=_unit_of(drug), single_dose=drug.single_dose
        )
        days.append(BilledDay(day, on, rounded, fill, time, *_priced(visit, case.pricer), others))
    return tuple(days), supply


def _phases(case: _Case, regimen: Regimen, shipping: Shipping | None) -> tuple[BilledPhase, ...]:
    """Bill the first course of each phase of an order that changes over time, on the day it falls on."""
    if not (regimen.phases or regimen.ramp_up):
        return ()
    segments = regimen.segments
    found = []
    for number, (segment, on) in enumerate(
        zip(segments, dosing.segment_starts(segments, case.resolved.start_on), strict=True), 1
    ):
        assert segment.course.expected is not None  # claim lines need an ordered dose, and that is a point
        days, _ = _billed(case, segment.course.expected, on, segment.interval, shipping, number=number)
        found.append(BilledPhase(segment, on, days))
    return tuple(found)


def _opened(
    mg: Milligrams, request: EstimateRequest, drug: _Drug, most_mg: Milligrams | None
) -> tuple[vials.RoundedDose, Fill]:
    therapy = request.therapy
    rounded = vials.round_dose(
        mg,
        sizes=drug.sizes,
        rounding=therapy.dose_rounding,
        max_percent=therapy.dose_rounding_max_percent,
        most_mg=most_mg,
    )
    chosen = vials.choose(rounded.mg, sizes=drug.sizes, policy=therapy.vial_policy, given=therapy.vials)
    return rounded, vials.fill(rounded.mg, chosen, mg_per_unit=_unit_of(drug), single_dose=drug.single_dose)


def _unit_of(drug: _Drug) -> Decimal:
    assert drug.code.mg_per_unit is not None  # a code without a unit in milligrams is refused before
    return drug.code.mg_per_unit


def _time(
    fill: Fill,
    request: EstimateRequest,
    resolved: Resolved,
    drug: _Drug,
    weight_kg: Decimal | None,
    *,
    book: ReferenceBook,
    is_first: bool,
) -> InfusionTime | None:
    therapy = request.therapy
    if therapy.infusion_minutes is not None:
        return infusion_time.stated(therapy.infusion_minutes, therapy.infusion_minutes_basis)
    if drug.product is None:
        return None
    if resolved.route is not Route.IV:
        return infusion_time.from_sites(
            fill.dose_mg,
            product=drug.product,
            indication=resolved.indication,
            age_years=request.patient.age_years,
            on=resolved.start_on,
            book=book,
            weight_kg=None if request.patient.weight is None else request.patient.weight.kg,
        )
    on, risks = resolved.start_on, request.patient.infusion_risks
    return infusion_time.from_label(
        fill.dose_mg,
        weight_kg,
        product_id=drug.product.id,
        indication=resolved.indication,
        on=on,
        book=book,
        at_risk=infusion_time.risk_rate(risks, product_id=drug.product.id, on=on, book=book),
        is_first=is_first,
    )


def _avoidable(days: Sequence[BilledDay]) -> tuple[Flag, ...]:
    """Flag discarded units that a better choice of packages would have avoided: Medicare does not pay them."""
    units = sum(vials.avoidable_units(day.fill, day.alternatives) for day in days)
    return coverage.waste_flags(units)


def _priced(visit: Visit, pricer: Pricer) -> tuple[tuple[ClaimLine, ...], tuple[ClaimLine, ...], tuple[ClaimLine, ...]]:
    """Price a day as expected, else at its highest; and at its lowest and highest beside it."""
    low, expected, high = (pricer.price((visit,), price=level, minutes=Level.EXPECTED) for level in Level)
    assert low is not None
    assert high is not None
    return (expected or high)[0].lines, low[0].lines, high[0].lines


def _not_billed(days: tuple[BilledDay, ...], pricer: Pricer) -> tuple[Assumption, ...]:
    """Say that giving the infusion is not on the claim, where nobody said how long it took."""
    if not pricer.needs_minutes or any(day.time is not None for day in days):
        return ()
    return (Assumption("minutes_unknown_not_billed", pointer="therapy.infusion_minutes"),)


def _flags(
    drug: _Drug,
    days: tuple[BilledDay, ...],
    terms: PricingTerms,
    resolved: Resolved,
    book: ReferenceBook,
    *,
    is_supply: bool,
) -> tuple[Flag, ...]:
    busiest = max(days, key=lambda day: day.fill.dose_mg)
    return coverage.claim_flags(
        payer=terms.payer,
        site=terms.site,
        drug=drug.code,
        drug_units=sum(line.units for line in busiest.lines if line.code == drug.code.code),
        service_units=tuple(
            (line.code, line.units) for line in busiest.lines if line.code is not None and line.code != drug.code.code
        ),
        modifiers=modifiers_of(drug.code.code, (line for day in days for line in day.lines)),
        lacks_ndc=any(vial.ndc is None for day in days for vial in day.fill.vials),
        unpriced=unpriced(line for day in days for line in day.lines),
        on=resolved.start_on,
        book=book,
        is_supply=is_supply,
    )
