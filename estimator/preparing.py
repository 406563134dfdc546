"""One infusion day made ready to be priced: who pays on what terms, the dose as given, packages, minutes.

Estimates and claim lines share these steps.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from estimator import channel, infusion_time, supplies, vials
from estimator.channel import Channel
from estimator.dosing import Course
from estimator.model.claims import Fill, InfusionTime
from estimator.model.codes import DrugLines, MinutesBasis, Payer, Route, Site, VialPolicy
from estimator.model.levels import Assumption
from estimator.model.order import DoseRounding, EstimateRequest
from estimator.model.quantities import Milligrams, grams_text
from estimator.pricing import PricingTerms
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.kinds import Package
from estimator.resolution import Candidate, Resolved


def terms_of(
    request: EstimateRequest, resolved: Resolved, site: Site, *, book: ReferenceBook
) -> tuple[Channel, PricingTerms]:
    """Say which benefit pays what at a site, and on what terms lines are priced there."""
    coverage, therapy, route = request.coverage, request.therapy, resolved.route
    found = channel.choose(
        payer=coverage.payer,
        site=site,
        route=route,
        diagnosis=resolved.diagnosis,
        on=resolved.start_on,
        book=book,
        product=None if resolved.product is None else resolved.product.id,
        indication=resolved.indication,
        drug=coverage.drug_benefit,
        administration=coverage.administration_benefit,
    )
    # By vein a nurse comes to each infusion; under the skin patients give it themselves once they have been taught.
    nurse = therapy.nurse_visits
    if nurse is None:
        nurse = route is Route.IV
    terms = PricingTerms(
        coverage.payer,
        site,
        route,
        found.drug,
        found.administration,
        request.price,
        nurse_visits=nurse,
        nurse_visits_said=therapy.nurse_visits is not None,
        is_start=therapy.previous_ivig is not None or therapy.is_first_infusion,
        dispense_only=supplies.is_shipped(request, site, route),
        drug_lines=coverage.drug_lines or drug_lines_of(request, resolved.start_on, book) or DrugLines.ONE,
        pump_setups=therapy.pump_setups,
        as_chemotherapy=any(_wants_complex_codes(each, resolved.start_on, book) for each in coverage.policies),
        department=request.hospital_department,
        premedication=tuple((item.code, item.units) for item in therapy.premedication),
    )
    return found, terms


def benefit_assumptions(resolved: Resolved, found: Channel) -> tuple[Assumption, ...]:
    """Say what Medicare's benefits at home rest on: a diagnosis that nobody said, or that is not paid for."""
    if found.reason == channel.PUMP_NOT_FOR_DIAGNOSIS:
        return (
            Assumption("pump_benefit_not_for_diagnosis", (("code", resolved.diagnosis or ""),), "coverage.benefit"),
        )
    if found.reason == channel.AT_HOME and resolved.diagnosis is None:
        return (Assumption("home_benefit_supposed", pointer="therapy.diagnosis"),)
    if found.reason == channel.BY_PUMP and resolved.diagnosis is None:
        return (Assumption("pump_benefit_supposed", pointer="therapy.diagnosis"),)
    return ()


def drug_lines_of(request: EstimateRequest, on: date, book: ReferenceBook) -> DrugLines | None:
    """Give the rule on file of a state's programme for the lines of several package sizes; ``None`` without one."""
    fact = _drug_lines_rule(request, on, book)
    return None if fact is None else DrugLines(str(fact.value))


def _drug_lines_rule(request: EstimateRequest, on: date, book: ReferenceBook) -> Fact | None:
    """Find a programme's rule: Medicaid's is that of the state where the patient lives, wherever care is given."""
    lives, given = request.patient.residence_state, request.service_state
    state = (lives or given) if request.coverage.payer is Payer.MEDICAID else (given or lives)
    return book.word("payer_rule", f"{request.coverage.payer.value}:{state}:drug_lines", on)


def lines_by_payer_rule(
    request: EstimateRequest, on: date, book: ReferenceBook, *, prefix: str = "coverage."
) -> tuple[Assumption, ...]:
    """Say that the drug's lines follow a rule on file, where the request does not say how they are written.

    The rule is cited, and so are the modifiers that tell the packages apart. ``prefix`` leads to the coverage.
    """
    fact = None if request.coverage.drug_lines is not None else _drug_lines_rule(request, on, book)
    if fact is None:
        return ()
    marks = (book.word("claim_modifier", key, on) for key in ("first_package", "further_package"))
    facts = (fact.id, *(mark.id for mark in marks if mark is not None))
    return (Assumption("drug_lines_by_payer_rule", pointer=f"{prefix}drug_lines", fact_ids=facts),)


def _wants_complex_codes(policy: str, on: date, book: ReferenceBook) -> bool:
    """Say whether a policy on file has infusions by vein billed like chemotherapy; none has unless it says so."""
    fact = book.word("benefit_rule", f"infusion_codes:policy:{policy}", on)
    return fact is not None and isinstance(fact.value, Mapping) and fact.value.get("family") == "chemotherapy"


def place_of_service(site: Site, on: date, book: ReferenceBook) -> str | None:
    """Give the place of service of a professional claim; a hospital's claim has revenue codes instead."""
    fact = None if site.is_hospital else book.word("coding_rule", "place_of_service", on)
    place = fact.value.get(site.value) if fact is not None and isinstance(fact.value, Mapping) else None
    return None if place is None else str(place)


def sizes_of(request: EstimateRequest, packages: tuple[Package, ...]) -> tuple[vials.Size, ...]:
    """Give the package sizes that may be opened: those on the market, or of them those at hand."""
    therapy = request.therapy
    return vials.sizes_of(
        [(package.ndc, package.mg) for package in packages], stock_mg=therapy.stock_mg, prices=therapy.package_prices
    )


def round_dose(
    request: EstimateRequest, dose_mg: Milligrams, packages: tuple[Package, ...], most_mg: Milligrams | None = None
) -> vials.RoundedDose:
    """Round a day's dose to whole packages, as far as the order allows: never above ``most_mg``."""
    therapy = request.therapy
    if therapy.dose_rounding is DoseRounding.NONE:
        return vials.RoundedDose(dose_mg, dose_mg)
    return vials.round_dose(
        dose_mg,
        sizes=sizes_of(request, packages),
        rounding=therapy.dose_rounding,
        max_percent=therapy.dose_rounding_max_percent,
        most_mg=most_mg,
    )


def rounded_course(
    request: EstimateRequest,
    candidate: Candidate,
    course: Course,
    *,
    on: date,
    book: ReferenceBook,
) -> tuple[vials.RoundedDose, ...]:
    """Round the days of an ordered course to the packages that the product has on a day."""
    packages = book.offered_packages(candidate.product.id, on)
    return tuple(round_dose(request, mg, packages, course.most_mg(mg)) for mg in course.mg_per_day)


def open_packages(
    request: EstimateRequest, candidate: Candidate, dose_mg: Milligrams, packages: tuple[Package, ...]
) -> Fill:
    """Choose the packages of one day from the sizes on the market, and work out units and waste."""
    therapy = request.therapy
    sizes = sizes_of(request, packages)
    chosen = vials.choose(dose_mg, sizes=sizes, policy=therapy.vial_policy, given=therapy.vials)
    assert candidate.drug.mg_per_unit is not None
    return vials.fill(dose_mg, chosen, mg_per_unit=candidate.drug.mg_per_unit)


def minutes_of(
    request: EstimateRequest,
    weight_kg: Decimal | None,
    dose_mg: Milligrams,
    route: Route,
    product_id: str,
    indication: str | None,
    *,
    on: date,
    book: ReferenceBook,
    is_first: bool = False,
) -> InfusionTime | None:
    """Give one day's minutes: as stated, else from the label's ladder; ``None`` where no rate is on file.

    ``on`` is the day whose rules hold: the first of the order, as on its claim.
    """
    therapy = request.therapy
    if therapy.infusion_minutes is not None:
        return infusion_time.stated(therapy.infusion_minutes, therapy.infusion_minutes_basis)
    if route is not Route.IV:
        return infusion_time.from_sites(
            dose_mg,
            product=book.product(product_id),
            indication=indication,
            age_years=request.patient.age_years,
            on=on,
            book=book,
            weight_kg=_body_weight(request),
        )
    age = request.patient.age_years
    at_risk = infusion_time.risk_rate(request.patient.infusion_risks, product_id=product_id, on=on, book=book)
    if weight_kg is None and (age is None or age >= infusion_time.ADULT_AGE):
        return infusion_time.over_weights(
            dose_mg, product_id=product_id, indication=indication, on=on, book=book, at_risk=at_risk, is_first=is_first
        )
    return infusion_time.from_label(
        dose_mg,
        weight_kg,
        product_id=product_id,
        indication=indication,
        on=on,
        book=book,
        at_risk=at_risk,
        is_first=is_first,
    )


def _body_weight(request: EstimateRequest) -> Decimal | None:
    return None if request.patient.weight is None else request.patient.weight.kg


def minutes_assumptions(times: Iterable[InfusionTime]) -> tuple[Assumption, ...]:
    """Name how minutes that nobody stated were found; the first of several days speaks for all."""
    for time in times:
        if time.basis is MinutesBasis.UNKNOWN:
            bounds = (("low", str(time.low)), ("high", str(time.high)))
            return (Assumption("minutes_unknown", bounds, "therapy.infusion_minutes", time.fact_ids),)
        if time.basis not in (MinutesBasis.PLANNED, MinutesBasis.DOCUMENTED):
            params = (("low", str(time.low)), ("expected", str(time.expected)), ("high", str(time.high)))
            return (
                Assumption(f"infusion_minutes_{time.basis.value}", params, "therapy.infusion_minutes", time.fact_ids),
            )
    return ()


def risk_assumptions(request: EstimateRequest, times: Iterable[InfusionTime]) -> tuple[Assumption, ...]:
    """Say where a risk that was named changes no minutes: they were stated, or the drug goes under the skin."""
    bases = {time.basis for time in times}
    if not request.patient.infusion_risks or bases & {MinutesBasis.LABEL_RATE_AT_RISK, MinutesBasis.LOWEST_PRACTICABLE}:
        return ()
    return (Assumption("infusion_risk_not_counted", pointer="patient.infusion_risks"),)


def not_counted(
    request: EstimateRequest,
    resolved: Resolved,
    *,
    products: Iterable[str],
    paid_by: Iterable[Channel],
    book: ReferenceBook,
) -> tuple[Assumption, ...]:
    """Say what was said of an order and changes nothing: pumps by vein, a first infusion that is like any other.

    A first infusion counts where a label slows it, and where Medicare's pump benefit has a code for its visit.
    """
    therapy, found = request.therapy, []
    if resolved.route is Route.IV and therapy.pump_setups > 1:
        found.append(Assumption("pump_setups_not_counted", pointer="therapy.pump_setups"))
    is_slower = (
        resolved.route is Route.IV
        and therapy.infusion_minutes is None
        and any(infusion_time.has_first_steps(each, resolved.indication, book) for each in products)
    )
    has_own_code = bool(therapy.nurse_visits) and any(each.reason == channel.BY_PUMP for each in paid_by)
    if therapy.is_first_infusion and not is_slower and not has_own_code:
        found.append(Assumption("first_infusion_not_counted", pointer="therapy.first_infusion"))
    return tuple(found)


def vials_assumptions(request: EstimateRequest, days: int) -> tuple[Assumption, ...]:
    """Say that packages which were named are those of each day, where a course has several."""
    if request.therapy.vial_policy is not VialPolicy.GIVEN or days < 2:
        return ()
    return (Assumption("vials_each_day", (("days", str(days)),), "therapy.vials"),)


def nurse_visits_away(request: EstimateRequest, sites: Collection[Site]) -> tuple[Assumption, ...]:
    """Say that a nurse's visits count at home only, where something was said of them elsewhere."""
    if request.therapy.nurse_visits is None or Site.HOME in sites:
        return ()
    return (Assumption("nurse_visits_only_at_home", pointer="therapy.nurse_visits"),)


def said_of_entries(
    request: EstimateRequest,
    sites: Collection[Site],
    days: int,
    packages: Iterable[tuple[str | None, Milligrams]],
) -> tuple[Assumption, ...]:
    """Name what of the entries a caller may take otherwise than it was: packages, prices and visits."""
    return (
        *vials_assumptions(request, days),
        *prices_lacking(request, packages),
        *nurse_visits_away(request, sites),
    )


def prices_lacking(
    request: EstimateRequest, packages: Iterable[tuple[str | None, Milligrams]]
) -> tuple[Assumption, ...]:
    """Say which sizes could not be the cheapest choice because nobody said what they cost."""
    prices = request.therapy.package_prices
    if request.therapy.vial_policy is not VialPolicy.LOWEST_ACQUISITION_COST or not prices:
        return ()
    lacking = [f"{grams_text(mg)} g" for ndc, mg in packages if ndc is not None and ndc not in prices]
    if not lacking:
        return ()
    said = (("sizes", ", ".join(dict.fromkeys(lacking))),)
    return (Assumption("packages_without_price", said, "therapy.package_prices"),)


def policy_problems(request: EstimateRequest) -> Mapping[str, str]:
    """Name what a vial policy lacks: prices for the cheapest choice, packages for a given one."""
    therapy = request.therapy
    if therapy.vial_policy is VialPolicy.LOWEST_ACQUISITION_COST and not therapy.package_prices:
        return {"/therapy/package_prices": "required"}
    if therapy.vial_policy is VialPolicy.GIVEN and not therapy.vials:
        return {"/therapy/vials": "required"}
    return {}
