"""What the stages have worked out about an order → the question that coverage answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypedDict

from estimator import coverage, dosing, preparing
from estimator.benefits import YearTerms
from estimator.coverage import Countdown, CoverageCheck, CoverageQuestion, Flag
from estimator.errors import InvalidRequest
from estimator.given_lines import is_outside_known
from estimator.model.claims import ClaimLine
from estimator.model.codes import Payer, PriceBasis
from estimator.model.levels import Assumption
from estimator.model.order import DoseRounding, EstimateRequest
from estimator.model.periods import Period
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalValue
from estimator.reference.kinds import BillingCode, Product
from estimator.resolution import Resolved
from estimator.runs import Course, Plan, Run

OF_AN_APPROVAL = frozenset({"phase", "approved_by", "approved_by_this_plan"})
"""Facts about an approval, which hold for the payer that gave it and for no later one."""


class Span(NamedTuple):
    """Days under one coverage and one version of each policy; ``is_new_start``: under a payer that is new."""

    period: Period
    is_new_start: bool = False


def unpriced(lines: Iterable[ClaimLine]) -> tuple[str, ...]:
    """Name what has no price: each line's code, or its category where it has none."""
    found = (line.code or line.category.value for line in lines if line.price_basis is PriceBasis.NONE_PUBLISHED)
    return tuple(dict.fromkeys(found))


def modifiers_of(drug: str, lines: Iterable[ClaimLine]) -> frozenset[str]:
    """Gather the modifiers that a drug's lines carry."""
    return frozenset(modifier for line in lines if line.code == drug for modifier in line.modifiers)


def is_uncapped(run: Run) -> bool | None:
    """Say whether there is no yearly limit in some part of the window.

    ``None`` where no benefit pays or its rules are not on file, and out of network where the terms there are not known.
    """
    if run.adjudication is None or _is_outside_unknown(run):
        return None
    return uncapped_from(run) is not None


def uncapped_from(run: Run) -> date | None:
    """Give the first day of the first plan year that has no yearly limit; ``None`` where every one has."""
    later = () if run.course.terms is None else run.course.terms.later
    if run.adjudication is None or any(each.bounds_the_rest for each in later) or _is_outside_unknown(run):
        return None
    outside = {
        visit.year
        for visit in run.adjudication.visits
        if not visit.is_history and any(line.is_out_of_network for line in visit.claim.lines)
    }
    return next(
        (
            year.period.first_day
            for year in run.adjudication.years
            if not _is_limited(year.terms, is_outside=year.period in outside)
        ),
        None,
    )


def _is_limited(terms: YearTerms, *, is_outside: bool) -> bool:
    """Say whether a yearly limit holds: out of network it is the one of the terms there, if there are any."""
    if is_outside:
        return terms.out_of_network is not None and terms.out_of_network.is_capped
    return terms.is_capped or terms.is_limited_by_income


def _is_outside_unknown(run: Run) -> bool:
    """Say whether days lie out of network and what the plan pays there was not said."""
    coverages = [request.coverage for request in run.course.requests]
    return any(each.is_outside and not is_outside_known(each.plan) for each in coverages)


def check_run(
    request: EstimateRequest, resolved: Resolved, plan: Plan, *, shown: Run, span: Span, book: ReferenceBook
) -> CoverageCheck:
    """Hold the order against labels, payer rules and claim edits on file, for the days of a span."""
    visits = tuple(visit for visit in shown.priced if span.period.holds(visit.service_on))
    product = shown.course.candidate.product
    reading = coverage.label_status(
        product.id,
        indication=resolved.indication,
        route=resolved.route,
        age_years=request.patient.age_years,
        on=span.period.first_day,
        book=book,
    )
    lines = max((visit.lines for visit in visits), key=lambda found: sum(line.units for line in found), default=())
    drug = shown.course.candidate.drug.code
    mg_per_kg = plan.regimen.mg_per_kg
    interval = plan.regimen.interval
    # A dose that we supposed ourselves is no reason for a denial.
    is_ordered = request.therapy.dose is not None or request.therapy.mg_per_day is not None
    question = CoverageQuestion(
        payer=request.coverage.payer,
        site=shown.course.site,
        route=resolved.route,
        diagnosis=resolved.diagnosis,
        indication=resolved.indication,
        indication_basis=resolved.indication_basis,
        diagnosis_indications=resolved.diagnosis_indications,
        product_id=product.id,
        brand=product.brand,
        age_years=request.patient.age_years,
        mg_per_kg=None if mg_per_kg is None or not is_ordered else (mg_per_kg.expected or mg_per_kg.high),
        interval_days=None if request.therapy.interval is None or interval is None else dosing.interval_days(interval),
        days_per_course=len(plan.regimen.course.high.mg_per_day),
        drug_code=drug,
        units_per_day=sum(line.units for line in lines if line.code == drug),
        service_units=tuple((line.code, line.units) for line in lines if line.code and line.code != drug),
        drug_modifiers=modifiers_of(drug, (line for visit in visits for line in visit.lines)),
        unpriced=unpriced(line for visit in visits for line in visit.lines),
        carried_forward=any("carried_forward" in item.code for item in shown.course.pricer.assumptions),
        authorization_status=request.coverage.authorization_status,
        is_uncapped=is_uncapped(shown) is True,
        on=span.period.first_day,
        interval_said=None if interval is None else str(interval),
        mg_per_course=Decimal(sum(plan.regimen.course.high.mg_per_day)) if is_ordered else None,
        **_of_policies(request, resolved, span),
    )
    question = question._replace(
        repeats=len(plan.infusions.high or ()) > len(plan.regimen.course.high.mg_per_day),
        is_supply=request.therapy.dispense_days is not None,
        interval_span=None if interval is None else dosing.interval_span(interval),
    )
    found = coverage.assess(question, reading, book=book)
    more = [*entered(request, shown.course.candidate.drug, resolved, book)]
    authorization, planned = request.coverage.authorization, authorized(request, shown, span.period)
    if authorization is not None and planned is not None:
        more.extend(coverage.authorization_flags(authorization, planned, drug))
    return found._replace(flags=(*found.flags, *more)) if more else found


def entered(request: EstimateRequest, drug: BillingCode, resolved: Resolved, book: ReferenceBook) -> tuple[Flag, ...]:
    """Flag what was entered that a biller would look at twice; the bounds of a gram are immune globulin's alone."""
    return tuple(
        coverage.entry_flags(
            premedication=(item.code for item in request.therapy.premedication),
            price_per_unit=request.price.drug_allowed_per_unit,
            mg_per_unit=drug.mg_per_unit if drug.immune_globulin else None,
            on=resolved.start_on,
            book=book,
        )
    )


def said_of_entries(
    request: EstimateRequest, resolved: Resolved, shown: Run, courses: Sequence[Course], book: ReferenceBook
) -> tuple[Assumption, ...]:
    """Name what of the entries may be taken otherwise than the run that is shown took it."""
    packages = book.offered_packages(shown.course.candidate.product.id, resolved.start_on)
    return preparing.said_of_entries(
        request,
        [course.site for course in courses],
        max((visit.infusion.day for visit in shown.course.visits.high), default=1),
        [(each.ndc, each.mg) for each in packages],
    )


def label_entered(
    request: EstimateRequest, resolved: Resolved, product: Product | None, book: ReferenceBook
) -> tuple[Flag, ...]:
    """Flag a use that the product's label does not have by this route, and a route that it forbids for the use."""
    if product is None or resolved.indication is None:
        return ()
    on, route, indication = resolved.start_on, resolved.route, resolved.indication
    forbidden = coverage.route_flags(product.id, product.brand, indication, route, on, book)
    age = request.patient.age_years
    reading = coverage.label_status(product.id, indication=indication, route=route, age_years=age, on=on, book=book)
    return (*coverage.off_label_flags(product.brand, indication, reading), *forbidden)


def authorized(request: EstimateRequest, shown: Run, period: Period) -> Countdown | None:
    """Count the days of the run that is shown against the authorization; ``None`` where nothing of it was said.

    Days under another coverage need that payer's authorization, and are not counted.
    """
    authorization = request.coverage.authorization
    if authorization is None:
        return None
    limits = (authorization.units, authorization.visits, authorization.first_day, authorization.last_day)
    if limits == (None,) * len(limits):
        return None
    drug = shown.course.candidate.drug.code
    wasted: dict[date, int] = {}
    for day in shown.course.visits[shown.levels.dose] or ():
        on = day.infusion.service_on
        wasted[on] = wasted.get(on, 0) + (0 if day.billed is None else day.billed.discarded_units)
    days = (
        (visit.service_on, sum(line.units for line in visit.lines if line.code == drug), wasted[visit.service_on])
        for visit in shown.priced
        if period.holds(visit.service_on)
    )
    return coverage.count_down(authorization, days, drug)


class _OfPolicies(TypedDict):
    as_of: date
    state: str | None
    is_site_given: bool
    condition: str | None
    authorized_from: date | None
    authorized_until: date | None
    window_until: date | None
    is_self_funded: bool
    rounds_dose: bool
    policies: tuple[str, ...]
    clinical: Mapping[str, ClinicalValue]
    is_new_start: bool
    repeats: bool | None


def _of_policies(request: EstimateRequest, resolved: Resolved, span: Span) -> _OfPolicies:
    """Give what only policy texts ask for. Medicare's contractor is that of the place, else of the residence."""
    authorization = request.coverage.authorization
    clinical = resolved.clinical
    index = request.patient.body_mass_index
    if index is not None:
        clinical = {"bmi": index.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), **clinical}
    if span.is_new_start:
        clinical = {name: value for name, value in clinical.items() if name not in OF_AN_APPROVAL}
    return {
        "as_of": request.as_of,
        "state": request.service_state or request.patient.residence_state,
        "is_site_given": request.site_of_care is not None,
        "condition": resolved.condition,
        "authorized_from": None if authorization is None else authorization.first_day,
        "authorized_until": None if authorization is None else authorization.last_day,
        "window_until": span.period.last_day,
        "is_self_funded": request.coverage.funding == "self_funded",
        "rounds_dose": request.therapy.dose_rounding is not DoseRounding.NONE,
        "policies": request.coverage.policies,
        "clinical": clinical,
        "is_new_start": span.is_new_start,
        "repeats": False if request.therapy.courses == 1 else True if request.therapy.interval is not None else None,
    }


def check_order(request: EstimateRequest, resolved: Resolved, *, span: Span, book: ReferenceBook) -> CoverageCheck:
    """Hold an order against labels, payer rules and claim edits without pricing it. Raises ``InvalidRequest``."""
    product = resolved.product
    reading = coverage.label_status(
        product.id if product is not None else None,
        indication=resolved.indication,
        route=resolved.route,
        age_years=request.patient.age_years,
        on=coverage.rules_on(span.period.first_day),
        book=book,
    )
    problems = dosing.check_stated_dose(request.therapy, resolved.route, book)
    if problems:
        raise InvalidRequest(problems)
    regimen = None
    therapy, weight = request.therapy, request.patient.weight
    if therapy.mg_per_day is not None or (
        therapy.dose is not None and (weight is not None or not therapy.dose.unit.is_per_kg)
    ):
        regimen = dosing.complete(
            therapy,
            request.patient,
            indication=resolved.indication,
            label=reading.label,
            route=resolved.route,
            book=book,
            policies=request.coverage.policies,
        )
    mg_per_kg = (
        dosing.ordered_mg_per_kg(therapy) if regimen is None or regimen.mg_per_kg is None else regimen.mg_per_kg.high
    )
    question = CoverageQuestion(
        payer=request.coverage.payer,
        site=resolved.sites[0],
        route=resolved.route,
        diagnosis=resolved.diagnosis,
        indication=resolved.indication,
        indication_basis=resolved.indication_basis,
        diagnosis_indications=resolved.diagnosis_indications,
        product_id=product.id if product is not None else None,
        brand=product.brand if product is not None else None,
        age_years=request.patient.age_years,
        mg_per_kg=mg_per_kg,
        interval_days=None if therapy.interval is None else dosing.interval_days(therapy.interval),
        days_per_course=therapy.days_per_course,
        drug_code=None,
        units_per_day=0,
        service_units=(),
        drug_modifiers=frozenset(),
        unpriced=(),
        carried_forward=False,
        authorization_status=request.coverage.authorization_status,
        is_uncapped=request.coverage.payer is Payer.MEDICARE,
        on=span.period.first_day,
        interval_said=None if therapy.interval is None else str(therapy.interval),
        interval_span=None if therapy.interval is None else dosing.interval_span(therapy.interval),
        mg_per_course=None if regimen is None else Decimal(sum(regimen.course.high.mg_per_day)),
        **_of_policies(request, resolved, span),
    )
    found = coverage.assess(question, reading, book=book)
    more = tuple(_other_code(request, resolved))
    return found._replace(flags=(*found.flags, *more)) if more else found


def _other_code(request: EstimateRequest, resolved: Resolved) -> Iterator[Flag]:
    """Flag an authorization for another code than the product's; units and days are counted in an estimate alone."""
    authorization = request.coverage.authorization
    codes = {candidate.drug.code for candidate in resolved.candidates}
    if authorization is not None and authorization.code is not None and resolved.product_is_named and len(codes) == 1:
        yield from coverage.other_code(authorization, codes.pop())
