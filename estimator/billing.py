"""One course of an order → the claim that an office would send, without any plan.

The stages are the pipeline's own; only the calendar and the plan are left out.
"""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from estimator import channel, coverage, defaults, dosing, infusion_time, pricing, vials
from estimator.checking import unpriced
from estimator.coverage import Flag
from estimator.dosing import Course, Regimen
from estimator.errors import InvalidRequest, Problem
from estimator.model.claims import ClaimLine, Fill, Infusion, InfusionTime
from estimator.model.codes import Payer, Phase, Route, Site
from estimator.model.levels import Assumption, Level
from estimator.model.order import CustomProduct, EstimateRequest
from estimator.model.quantities import Milligrams
from estimator.pricing import Pricer, PricingTerms, Visit
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode, Product
from estimator.resolution import Resolved, resolve
from estimator.runs import minutes_assumptions, policy_problems

DEFAULT_PAYER = Payer.MEDICARE
NOT_FOR_CLAIMS = ("product_any_labeled", "product_any_priced", "site_default")
"""What an estimate supposes while comparing; a claim is of one product at one site."""


class BilledDay(NamedTuple):
    """One day of the course: the dose, packages, minutes and claim lines."""

    day: int
    rounded: vials.RoundedDose
    fill: Fill
    time: InfusionTime | None
    lines: tuple[ClaimLine, ...]


class Bill(NamedTuple):
    """The claim of one course."""

    regimen: Regimen
    product: Product | None
    days: tuple[BilledDay, ...]
    flags: tuple[Flag, ...]
    assumptions: tuple[Assumption, ...]


class _Drug(NamedTuple):
    """What is given and how it is billed: a product on file, or one the caller describes."""

    code: BillingCode
    product: Product | None
    sizes: tuple[vials.Size, ...]
    single_dose: bool


def bill(request: EstimateRequest, *, book: ReferenceBook) -> Bill:
    """Work out packages, units, waste, modifiers, minutes and prices of one course.

    Raises ``InvalidRequest`` with every problem found.
    """
    request, assumptions = _with_payer(request)
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
    )
    course = _course_of(regimen, request.therapy.phase)
    drug = _drug(request, resolved, custom, book)
    site = resolved.sites[0]
    terms = _terms(request, resolved, site, route, book)
    pricer = Pricer(drug=drug.code, terms=terms, book=book, single_dose=drug.single_dose)
    weight_kg = None if regimen.weighed is None else regimen.weighed.kg
    days = tuple(
        _day(number, mg, request, resolved, drug, pricer, weight_kg, book=book)
        for number, mg in enumerate(course.mg_per_day, 1)
    )
    several = () if custom is not None or len(resolved.candidates) == 1 else _several(resolved)
    named = [item for item in resolved.assumptions if item.code not in NOT_FOR_CLAIMS]
    if request.site_of_care is None:
        named.append(Assumption("site_taken", (("site", site.value),), "site_of_care"))
    return Bill(
        regimen=regimen._replace(course=regimen.course._replace(expected=course)),
        product=product,
        days=days,
        flags=_flags(drug, days, terms, resolved, book),
        assumptions=(
            *assumptions,
            *defaults.from_contract(request),
            *several,
            *named,
            *(item for item in regimen.assumptions if item.code != "single_course"),
            *pricer.assumptions,
            *minutes_assumptions([day.time for day in days if day.time is not None]),
            *_not_billed(days, pricer),
            *defaults.claim_assumptions(request),
        ),
    )


def _with_payer(request: EstimateRequest) -> tuple[EstimateRequest, tuple[Assumption, ...]]:
    """A claim asked for without a payer is priced as Medicare prices it, and says so."""
    if request.coverage.payer is not Payer.UNKNOWN:
        return request, ()
    priced = replace(request, coverage=replace(request.coverage, payer=DEFAULT_PAYER))
    return priced, (Assumption("priced_by_medicare", pointer="coverage.payer"),)


def _course_of(regimen: Regimen, phase: Phase) -> Course:
    if phase is Phase.LOADING:
        if regimen.loading is None:
            raise InvalidRequest([Problem("/therapy/loading", "required", {"why": "loading_phase"})])
        return regimen.loading
    assert regimen.course.expected is not None  # claim lines need an ordered dose, and that is a point
    return regimen.course.expected


def _drug(request: EstimateRequest, resolved: Resolved, custom: CustomProduct | None, book: ReferenceBook) -> _Drug:
    problems = [Problem(pointer, code) for pointer, code in policy_problems(request).items()]
    problems += defaults.unresolved_contract(request)
    if problems:
        raise InvalidRequest(problems)
    therapy = request.therapy
    if custom is not None:
        sizes = tuple(vials.Size(mg, None) for mg in custom.package_mg)
        code = pricing.custom_code(custom, resolved.start_on, book)
        return _Drug(code, None, sizes, custom.single_dose)
    candidate = resolved.candidates[0]
    packages = [(item.ndc, item.mg) for item in book.offered_packages(candidate.product.id, resolved.start_on)]
    sizes = vials.sizes_of(packages, stock_mg=therapy.stock_mg, prices=therapy.package_prices)
    return _Drug(candidate.drug, candidate.product, sizes, single_dose=True)


def _terms(request: EstimateRequest, resolved: Resolved, site: Site, route: Route, book: ReferenceBook) -> PricingTerms:
    benefit = channel.choose(
        payer=request.coverage.payer, site=site, route=route, diagnosis=resolved.diagnosis, book=book
    )
    return PricingTerms(request.coverage.payer, site, route, benefit.drug, benefit.administration, request.price)


def _day(
    number: int,
    mg: Milligrams,
    request: EstimateRequest,
    resolved: Resolved,
    drug: _Drug,
    pricer: Pricer,
    weight_kg: Decimal | None,
    *,
    book: ReferenceBook,
) -> BilledDay:
    therapy = request.therapy
    rounded = vials.round_dose(
        mg, sizes=drug.sizes, rounding=therapy.dose_rounding, max_percent=therapy.dose_rounding_max_percent
    )
    mg = rounded.mg
    chosen = vials.choose(mg, sizes=drug.sizes, policy=therapy.vial_policy, given=therapy.vials)
    assert drug.code.mg_per_unit is not None
    fill = vials.fill(mg, chosen, mg_per_unit=drug.code.mg_per_unit, single_dose=drug.single_dose)
    time = None
    if therapy.infusion_minutes is not None:
        time = infusion_time.stated(therapy.infusion_minutes, therapy.infusion_minutes_basis)
    elif drug.product is not None and resolved.route is Route.IV:
        time = infusion_time.from_label(
            mg,
            weight_kg,
            product_id=drug.product.id,
            indication=resolved.indication,
            book=book,
        )
    infusion = Infusion(number, therapy.phase, 1, number, resolved.start_on, mg)
    visit = Visit(infusion, fill, time)
    priced = pricer.price((visit,), price=Level.EXPECTED, minutes=Level.EXPECTED) or pricer.price(
        (visit,), price=Level.HIGH, minutes=Level.EXPECTED
    )
    assert priced is not None
    return BilledDay(number, rounded, fill, time, priced[0].lines)


def _not_billed(days: tuple[BilledDay, ...], pricer: Pricer) -> tuple[Assumption, ...]:
    """Say that giving the infusion is not on the claim, where nobody said how long it took."""
    if not pricer.needs_minutes or any(day.time is not None for day in days):
        return ()
    return (Assumption("minutes_unknown_not_billed", pointer="therapy.infusion_minutes"),)


def _flags(
    drug: _Drug, days: tuple[BilledDay, ...], terms: PricingTerms, resolved: Resolved, book: ReferenceBook
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
        has_waste=any(day.fill.discarded_units for day in days),
        single_dose=drug.single_dose,
        lacks_ndc=any(vial.ndc is None for day in days for vial in day.fill.vials),
        unpriced=unpriced(line for day in days for line in day.lines),
        on=resolved.start_on,
        book=book,
    )


def _several(resolved: Resolved) -> tuple[Assumption, ...]:
    names = ", ".join(candidate.product.brand for candidate in resolved.candidates)
    chosen = resolved.candidates[0].product.brand
    return (Assumption("code_covers_products", (("products", names), ("chosen", chosen)), "therapy.product"),)
