"""What one unit of a drug or one service costs on a day, by payer and site, at each level of what is supposed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.model.codes import Benefit, Category, DrugLines, HospitalDepartment, Payer, PriceBasis, Route, Site
from estimator.model.levels import Assumption, Tri, point
from estimator.model.money import MilliPercent, milli_percent
from estimator.model.order import PriceOverrides
from estimator.pricing import contracted
from estimator.pricing.coinsurance import FULL_RATE, carried_forward, coinsurance_of
from estimator.pricing.contracted import ContractedPrice
from estimator.reference.book import ReferenceBook
from estimator.reference.timelines import Reading

PACKAGED_PREMEDICATION = "opps:packaged_premedication"
CHARGES_OF_CRITICAL_ACCESS = "part_b:critical_access_hospital_shares"
PART_B = frozenset({Benefit.PART_B, Benefit.DME})
PRICED_AS_MEDICARE = frozenset({Payer.MEDICARE_ADVANTAGE, Payer.MEDICAID, Payer.TRICARE, Payer.VA})


class PricingTerms(NamedTuple):
    """Who pays, where, under which benefit, and what prices the caller knows.

    ``nurse_visits`` says whether a nurse comes to each infusion at home (``nurse_visits_said``: the order says it),
    ``is_start`` whether the order begins the therapy, ``dispense_only`` whether who bills the drug only ships it,
    ``drug_lines`` whether each package size has a line of its own, ``pump_setups`` how many pumps are set up for
    one subcutaneous infusion, ``as_chemotherapy`` whether the payer's policy wants the codes of complex drugs,
    ``department`` where the hospital's department lies, if that was said.
    """

    payer: Payer
    site: Site
    route: Route
    drug_benefit: Benefit
    administration_benefit: Benefit
    overrides: PriceOverrides
    nurse_visits: bool = True
    nurse_visits_said: bool = True
    is_start: bool = False
    dispense_only: bool = False
    premedication: tuple[tuple[str, int], ...] = ()
    drug_lines: DrugLines = DrugLines.ONE
    pump_setups: int = 1
    as_chemotherapy: bool = False
    department: HospitalDepartment | None = None

    @property
    def is_shared_by_charge(self) -> bool:
        """Say whether the patient's share is taken of the charge: Original Medicare, in a critical access hospital."""
        return self.payer is Payer.MEDICARE and self.site is Site.CRITICAL_ACCESS_HOSPITAL


class Quote(NamedTuple):
    """The price of one unit. ``unit`` is ``None`` where none is published: unknown, never zero.

    ``is_whole_day``: the price pays for all units of a day.
    """

    unit: Tri[Decimal] | None
    basis: PriceBasis
    coinsurance: Tri[MilliPercent] | None
    fact_ids: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    is_whole_day: bool = False

    @property
    def is_point(self) -> bool:
        """Say whether price and coinsurance are the same at every level."""
        return (self.unit is None or self.unit.is_point) and (self.coinsurance is None or self.coinsurance.is_point)


NOT_PUBLISHED = Quote(None, PriceBasis.NONE_PUBLISHED, None, (), ())


def drug_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Quote one billing unit of a drug on a day of service: by the contract, where one has a rate for it that day."""
    contract = contracted.at_site(terms.overrides, terms.site)
    if contract is None:
        return _published_drug_quote(code, on, terms=terms, book=book)
    limit = book.payment_limit(code, on)
    price = contracted.drug_price(code, on, limit, contract=contract, overrides=terms.overrides, book=book)
    if price is None:
        return _without_rate(code, _published_drug_quote(code, on, terms=terms, book=book))
    coinsurance, facts, assumptions = (
        coinsurance_of(code, on, book=book) if terms.drug_benefit in PART_B else (None, (), ())
    )
    if limit is not None and limit.fact.id in price.fact_ids:
        assumptions += carried_forward(limit, "payment_limit_carried_forward", code)
    return _contracted_quote(price, coinsurance, facts, assumptions)


def _contracted_quote(
    price: ContractedPrice,
    coinsurance: Tri[MilliPercent] | None,
    facts: tuple[str, ...],
    assumptions: tuple[Assumption, ...],
) -> Quote:
    basis = PriceBasis.NONE_PUBLISHED if price.unit is None else PriceBasis.CONTRACT
    facts = (*price.fact_ids, *facts)
    return Quote(price.unit, basis, coinsurance, facts, assumptions + price.why, is_whole_day=price.is_packaged)


def _without_rate(code: str, quote: Quote) -> Quote:
    """Say that a contract was named and has no rate for a code on a day."""
    lacking = Assumption("contract_has_no_rate", (("about", code),), "price.contract")
    return quote._replace(assumptions=(*quote.assumptions, lacking))


def _published_drug_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    overrides = terms.overrides
    coinsurance, percent_facts, assumptions = (
        coinsurance_of(code, on, book=book) if terms.drug_benefit in PART_B else (None, (), ())
    )
    given, why = _callers_price(terms)
    if given is not None:
        return Quote(point(given), PriceBasis.CALLER, coinsurance, percent_facts, assumptions + why)
    is_insured = terms.payer is not Payer.SELF_PAY or overrides.percent_of_payment_limit is not None
    if terms.drug_benefit not in (*PART_B, Benefit.MEDICAL) or not is_insured:
        in_drug_plan = terms.drug_benefit is Benefit.PART_D
        return _drug_plan_quote(code, on, terms=terms, book=book) if in_drug_plan else NOT_PUBLISHED
    in_hospital = _hospital_drug_quote(code, on, coinsurance, terms=terms, book=book)
    if in_hospital is not None:
        return in_hospital
    limit = book.payment_limit(code, on)
    if limit is None:
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, percent_facts, assumptions)
    unit = Tri(limit.low, limit.expected, limit.high)
    assumptions += carried_forward(limit, "payment_limit_carried_forward", code)
    facts = (limit.fact.id, *percent_facts)
    if terms.payer is Payer.MEDICARE and overrides.percent_of_payment_limit is None:
        return Quote(unit, PriceBasis.PAYMENT_LIMIT, coinsurance, facts, assumptions)
    ranged, basis, ratio_facts, ratio_assumptions = _over_medicare(unit, on, terms=terms, book=book)
    return Quote(ranged, basis, coinsurance, facts + ratio_facts, assumptions + ratio_assumptions)


def _hospital_drug_quote(
    code: str, on: date, coinsurance: Tri[MilliPercent] | None, *, terms: PricingTerms, book: ReferenceBook
) -> Quote | None:
    """Quote a drug that Part B does not pay by its limit in a hospital: by the charge, or packaged; else ``None``."""
    if terms.drug_benefit is not Benefit.PART_B:
        return None
    if terms.is_shared_by_charge and terms.overrides.percent_of_payment_limit is None:
        charge = terms.overrides.billed_charge_per_unit
        return _by_charge(charge, on, "price.billed_charge_per_unit", terms=terms, book=book)
    packaged = _packaged(code, on, book) if terms.site is Site.HOSPITAL_OUTPATIENT else None
    if packaged is None:
        return None
    unit, fact_id, carried = packaged
    return Quote(point(unit), PriceBasis.OPPS_PACKAGED, coinsurance, (fact_id,), carried)


def _by_charge(charge: Decimal | None, on: date, pointer: str, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Quote at the charge: a critical access hospital is paid its costs, and the patient a share of its charges.

    The lower coinsurance of some drugs goes by Medicare's payment limit, which is not paid here: the full rate holds.
    """
    coinsurance, percent_facts = _service_coinsurance(on, terms=terms, book=book)
    rule = book.word("benefit_rule", CHARGES_OF_CRITICAL_ACCESS, on)
    facts = percent_facts if rule is None else (rule.id, *percent_facts)
    code = "critical_access_charge_unknown" if charge is None else "critical_access_at_charge"
    said = (Assumption(code, pointer=pointer, fact_ids=() if rule is None else (rule.id,)),)
    if charge is None:
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, facts, said)
    return Quote(point(charge), PriceBasis.CALLER, coinsurance, facts, said)


def _drug_plan_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Quote a unit under Part D: at the charge, else at Part B's limit; no drug plan's price is on file."""
    overrides = terms.overrides
    charge = overrides.billed_charge_per_unit
    if charge is not None and overrides.percent_of_payment_limit is None:
        said = Assumption("part_d_price_at_charge", pointer="price.drug_allowed_per_unit")
        return Quote(point(charge), PriceBasis.CALLER, None, (), (said,))
    limit = book.payment_limit(code, on)
    if limit is None:
        return Quote(None, PriceBasis.NONE_PUBLISHED, None, (), ())
    unit = Tri(limit.low, limit.expected, limit.high)
    carried = carried_forward(limit, "payment_limit_carried_forward", code)
    percent = overrides.percent_of_payment_limit
    if percent is not None:
        priced = _times(unit, point(percent))
        return Quote(priced, PriceBasis.PERCENT_OF_PAYMENT_LIMIT, None, (limit.fact.id,), carried)
    said = Assumption("part_d_priced_as_part_b", pointer="price.drug_allowed_per_unit")
    return Quote(unit, PriceBasis.PAYMENT_LIMIT, None, (limit.fact.id,), (*carried, said))


def service_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Quote one unit of a service that gives the drug, on a day of service; fees are whole cents per unit."""
    contract = contracted.at_site(terms.overrides, terms.site)
    if contract is None:
        return _published_service_quote(code, on, terms=terms, book=book)
    published = _published_service(code, on, terms=terms, book=book)
    price = contracted.service_price(code, on, published, contract=contract, book=book)
    if price is None:
        return _without_rate(code, _published_service_quote(code, on, terms=terms, book=book))
    coinsurance, facts = _service_coinsurance(on, terms=terms, book=book)
    carried: tuple[Assumption, ...] = ()
    if published is not None and published.fact.id in price.fact_ids:
        carried = carried_forward(published, "service_rate_carried_forward", code)
    return _contracted_quote(price, coinsurance, facts, carried)


def _published_service(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Reading | None:
    """Read Medicare's rate of a service at the site; none is on file at home and for critical access hospitals."""
    if terms.site in (Site.HOME, Site.CRITICAL_ACCESS_HOSPITAL):
        return None
    return book.yearly("opps_rate" if terms.site is Site.HOSPITAL_OUTPATIENT else "physician_fee", code, on)


def _service_coinsurance(
    on: date, *, terms: PricingTerms, book: ReferenceBook
) -> tuple[Tri[MilliPercent] | None, tuple[str, ...]]:
    full = book.yearly("medicare_amount", FULL_RATE, on) if terms.administration_benefit in PART_B else None
    return (None, ()) if full is None else (point(milli_percent(full.expected)), (full.fact.id,))


def _published_service_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    code_on_file = book.billing_code(code, on)
    is_drug = code_on_file is not None and code_on_file.category is Category.PREMEDICATION
    if is_drug and not (terms.is_shared_by_charge or terms.payer is Payer.SELF_PAY):
        return _premedication_quote(code, on, terms=terms, book=book)
    coinsurance, percent_facts = _service_coinsurance(on, terms=terms, book=book)
    if terms.site is Site.HOME and terms.payer is not Payer.SELF_PAY:
        return _home_quote(code, on, terms, coinsurance, percent_facts, book)
    if terms.is_shared_by_charge:
        return _by_charge(None, on, "price.billed_charge_administration", terms=terms, book=book)
    reading = None if terms.payer is Payer.SELF_PAY else _published_service(code, on, terms=terms, book=book)
    if reading is None:
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, percent_facts, ())
    unit = Tri(reading.low, reading.expected, reading.high)
    facts = (reading.fact.id, *percent_facts)
    carried = carried_forward(reading, "service_rate_carried_forward", code)
    if terms.payer is Payer.MEDICARE:
        hospital = terms.site is Site.HOSPITAL_OUTPATIENT
        basis = PriceBasis.OPPS_RATE if hospital else PriceBasis.FEE_SCHEDULE
        return Quote(unit, basis, coinsurance, facts, carried)
    ranged, basis, ratio_facts, ratio_assumptions = _over_medicare(unit, on, terms=terms, book=book, service=True)
    return Quote(ranged, basis, None, facts + ratio_facts, carried + ratio_assumptions)


def _premedication_quote(code: str, on: date, *, terms: PricingTerms, book: ReferenceBook) -> Quote:
    """Quote a drug given before the infusion: packaged in a hospital under Part B, else by its own payment limit.

    Medicare's home benefits pay the immune globulin and its services alone, so that nothing is on file there.
    """
    in_part_b = terms.administration_benefit in PART_B
    coinsurance, facts, assumptions = coinsurance_of(code, on, book=book) if in_part_b else (None, (), ())
    packaged = book.word("benefit_rule", PACKAGED_PREMEDICATION, on)
    codes = packaged.value.get("codes") if packaged is not None and isinstance(packaged.value, Mapping) else None
    in_hospital = in_part_b and terms.site is Site.HOSPITAL_OUTPATIENT
    if in_hospital and packaged is not None and isinstance(codes, list | tuple) and code in codes:
        return Quote(point(Decimal("0.00")), PriceBasis.OPPS_PACKAGED, coinsurance, (packaged.id,), ())
    limit = book.payment_limit(code, on)
    if limit is None or (in_part_b and terms.site is Site.HOME):
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, facts, assumptions)
    at_limit = Tri(limit.low, limit.expected, limit.high)
    assumptions += carried_forward(limit, "payment_limit_carried_forward", code)
    if terms.payer is Payer.MEDICARE:
        return Quote(at_limit, PriceBasis.PAYMENT_LIMIT, coinsurance, (limit.fact.id, *facts), assumptions)
    ranged, basis, ratio_facts, said = _over_medicare(at_limit, on, terms=terms, book=book, service=True)
    if terms.payer in PRICED_AS_MEDICARE:
        basis = PriceBasis.PAYMENT_LIMIT
    return Quote(ranged, basis, coinsurance, (limit.fact.id, *facts, *ratio_facts), (*assumptions, *said))


def _home_quote(
    code: str,
    on: date,
    terms: PricingTerms,
    coinsurance: Tri[MilliPercent] | None,
    percent_facts: tuple[str, ...],
    book: ReferenceBook,
) -> Quote:
    """Quote a home service: Medicare's rate of a day where one is on file; elsewhere a planning range, by name."""
    reading = book.yearly("home_infusion_rate", code, on) if terms.administration_benefit in PART_B else None
    if reading is not None:
        carried = carried_forward(reading, "service_rate_carried_forward", code)
        unit = Tri(reading.low, reading.expected, reading.high)
        return Quote(unit, PriceBasis.HOME_INFUSION_RATE, coinsurance, (reading.fact.id, *percent_facts), carried)
    if terms.administration_benefit in PART_B and terms.route is Route.SC:
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, percent_facts, _by_locality(code, on, book))
    level = book.home_level(code, on) if terms.payer in (Payer.COMMERCIAL, Payer.UNKNOWN) else None
    if level is None or terms.administration_benefit is not Benefit.MEDICAL:
        return Quote(None, PriceBasis.NONE_PUBLISHED, coinsurance, percent_facts, ())
    low, high, fact = level
    range_: Tri[Decimal] = Tri(low, None, high)
    said = (("about", code), ("low", str(low)), ("high", str(high)))
    assumption = Assumption("home_service_range", said, "price.administration_allowed_per_visit", (fact.id,))
    return Quote(range_, PriceBasis.PLANNING_RANGE, None, (fact.id,), (assumption,))


def _by_locality(code: str, on: date, book: ReferenceBook) -> tuple[Assumption, ...]:
    """Say why a visit code of the home infusion benefit has no price: its amounts go by locality and year."""
    fact = book.word("benefit_rule", "home_infusion_therapy:payment", on)
    facts = () if fact is None else (fact.id,)
    pointer = "price.administration_allowed_per_visit"
    return (Assumption("home_visit_by_locality", (("about", code),), pointer, facts),)


def _callers_price(terms: PricingTerms) -> tuple[Decimal | None, tuple[Assumption, ...]]:
    """Give the caller's price of a unit; who pays without insurance pays the cash price, else the charge."""
    given = terms.overrides
    if given.drug_allowed_per_unit is not None or terms.payer is not Payer.SELF_PAY:
        return given.drug_allowed_per_unit, ()
    if given.cash_price_per_unit is not None or given.billed_charge_per_unit is None:
        return given.cash_price_per_unit, ()
    return given.billed_charge_per_unit, (Assumption("self_pay_at_charge", pointer="price.cash_price_per_unit"),)


def _packaged(code: str, on: date, book: ReferenceBook) -> tuple[Decimal, str, tuple[Assumption, ...]] | None:
    found = book.latest_word("opps_status", code, on)
    if found is None or found[0].value != "N":
        return None
    fact, in_force = found
    carried = () if in_force else (Assumption("opps_status_carried_forward", (("about", code),), fact_ids=(fact.id,)),)
    return Decimal("0.00"), fact.id, (*carried, Assumption("drug_is_packaged", (("about", code),), fact_ids=(fact.id,)))


def _over_medicare(
    unit: Tri[Decimal], on: date, *, terms: PricingTerms, book: ReferenceBook, service: bool = False
) -> tuple[Tri[Decimal] | None, PriceBasis, tuple[str, ...], tuple[Assumption, ...]]:
    """Price over Medicare's figure: by the caller's percentage, else over the range on file for the site."""
    percent = terms.overrides.percent_of_payment_limit
    if percent is not None and not service:
        return _times(unit, point(percent)), PriceBasis.PERCENT_OF_PAYMENT_LIMIT, (), ()
    if terms.payer in PRICED_AS_MEDICARE:
        service_basis = PriceBasis.OPPS_RATE if terms.site is Site.HOSPITAL_OUTPATIENT else PriceBasis.FEE_SCHEDULE
        basis = service_basis if service else PriceBasis.PAYMENT_LIMIT
        return unit, basis, (), (Assumption("priced_as_medicare", pointer="price"),)
    found = book.percent_range(terms.site, on) if terms.payer in (Payer.COMMERCIAL, Payer.UNKNOWN) else None
    if found is None:
        return None, PriceBasis.NONE_PUBLISHED, (), ()
    low, high, fact = found
    pointer = "price.administration_allowed_per_visit" if service else "price.drug_allowed_per_unit"
    if percent is not None:
        return (
            _times(unit, Tri(min(low, percent), percent, max(high, percent))),
            PriceBasis.COMMERCIAL_RANGE,
            (fact.id,),
            (Assumption("service_priced_like_drug", (("percent", str(percent)),), pointer, (fact.id,)),),
        )
    range_: Tri[Decimal] = Tri(low, None, high)
    assumption = Assumption(
        "commercial_service_range" if service else "commercial_price_range",
        (("low", str(low)), ("high", str(high)), ("site", terms.site.value)),
        pointer,
        (fact.id,),
    )
    return _times(unit, range_), PriceBasis.COMMERCIAL_RANGE, (fact.id,), (assumption,)


def _times(unit: Tri[Decimal], percent: Tri[Decimal]) -> Tri[Decimal]:
    expected = None
    if unit.expected is not None and percent.expected is not None:
        expected = unit.expected * percent.expected / 100
    return Tri(unit.low * percent.low / 100, expected, unit.high * percent.high / 100)
