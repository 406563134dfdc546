"""Claim lines of one day: the drug and what is discarded of it, services, fees, and the charge laid on them."""

from datetime import date
from decimal import Decimal

from estimator.model import money
from estimator.model.claims import ClaimLine, Fill, OpenedVial
from estimator.model.codes import Benefit, Category, DrugLines, PriceBasis, Route
from estimator.model.levels import Level
from estimator.model.money import Cents, MilliPercent
from estimator.model.quantities import Milligrams
from estimator.pricing.contracted import VisitPrice
from estimator.pricing.quotes import PricingTerms, Quote
from estimator.pricing.services import Service
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode

PHARMACY_CLAIMS = frozenset({Benefit.PHARMACY, Benefit.PART_D})
"""Benefits whose drug claims are a pharmacy's: whole packages, no modifiers."""


def drug_lines(
    fill: Fill | None,
    on: date,
    quote: Quote,
    level: Level,
    *,
    drug: BillingCode,
    terms: PricingTerms,
    single_dose: bool,
    book: ReferenceBook,
) -> tuple[ClaimLine, ...]:
    """Make the drug's lines: what was given, and what was discarded on a line of its own.

    Of a drug packaged into another service nothing discarded is billed: those modifiers are for drugs paid separately.
    Who only ships the drug bills every package opened on one line, with the modifier for nothing discarded; a
    pharmacy's claim has no modifiers. Where a payer tells package sizes apart by modifiers, the lines of the first size
    have one and those of the others another. Without a fill nothing is billed that day.
    """
    if fill is None:
        return ()
    marks = _marks(fill, on, terms, book)
    is_packaged = quote.basis is PriceBasis.OPPS_PACKAGED

    def line(
        packages: tuple[OpenedVial, ...], units: int, route: tuple[str, ...] = (), waste: tuple[str, ...] = ()
    ) -> tuple[ClaimLine, ...]:
        shares = ((packages, units),) if terms.drug_lines is DrugLines.ONE else _by_package(packages, units)
        return tuple(
            _drug_line(each, count, (*route, *_mark(marks, each), *waste), quote, level, drug=drug, terms=terms)
            for each, count in shares
        )

    everything = tuple(vial._replace(drawn_mg=Milligrams(vial.mg * vial.packages)) for vial in fill.vials)
    all_units = fill.administered_units + fill.discarded_units
    if terms.drug_benefit in PHARMACY_CLAIMS:
        return line(everything, all_units)
    modifiers = _route_modifier(drug, on, terms, book)
    discarded = book.word("claim_modifier", "discarded", on)
    none_discarded = book.word("claim_modifier", "none_discarded", on)
    is_whole = terms.dispense_only or not fill.discarded_units
    last = (str(none_discarded.value),) if single_dose and is_whole and none_discarded and not is_packaged else ()
    if terms.dispense_only:
        return line(everything, all_units, modifiers, last)
    given = line(fill.given, fill.administered_units, modifiers, last)
    if not fill.discarded_units:
        return given
    if is_packaged:
        return given
    waste = () if discarded is None else (str(discarded.value),)
    return (*given, *line(fill.leftover, fill.discarded_units, modifiers, waste))


def _route_modifier(drug: BillingCode, on: date, terms: PricingTerms, book: ReferenceBook) -> tuple[str, ...]:
    """Give the modifier of the route: the code's own, or the one that Medicare's pump benefit wants with the code."""
    own = drug.route_modifiers.get(terms.route.value)
    if own is None and terms.drug_benefit is Benefit.DME and terms.route is Route.SC:
        wanted = book.word("claim_modifier", f"pump_benefit:{drug.code}", on)
        own = None if wanted is None else str(wanted.value)
    return () if own is None else (own,)


def _marks(fill: Fill, on: date, terms: PricingTerms, book: ReferenceBook) -> dict[Milligrams, str]:
    """Give the modifier of each package size, where the payer wants one and there are several sizes."""
    if terms.drug_lines is not DrugLines.PER_PACKAGE_MARKED or len(fill.vials) < 2:
        return {}
    first, further = (book.word("claim_modifier", key, on) for key in ("first_package", "further_package"))
    words = [first, *([further] * (len(fill.vials) - 1))]
    return {vial.mg: str(word.value) for vial, word in zip(fill.vials, words, strict=True) if word is not None}


def _mark(marks: dict[Milligrams, str], packages: tuple[OpenedVial, ...]) -> tuple[str, ...]:
    mark = marks.get(packages[0].mg) if packages else None
    return () if mark is None else (mark,)


def _by_package(packages: tuple[OpenedVial, ...], units: int) -> tuple[tuple[tuple[OpenedVial, ...], int], ...]:
    """Share a line's units out among its package sizes by their milligrams, in whole units; none is lost."""
    whole = sum(vial.drawn_mg or 0 for vial in packages)
    found = []
    so_far = given = 0
    for vial in packages:
        so_far += vial.drawn_mg or 0
        until = units if so_far == whole else units * so_far // whole
        if until > given:
            found.append(((vial,), until - given))
        given = until
    return tuple(found)


def _drug_line(
    packages: tuple[OpenedVial, ...],
    units: int,
    modifiers: tuple[str, ...],
    quote: Quote,
    level: Level,
    *,
    drug: BillingCode,
    terms: PricingTerms,
) -> ClaimLine:
    unit = None if quote.unit is None else quote.unit[level]
    charge = terms.overrides.billed_charge_per_unit
    return ClaimLine(
        code=drug.code,
        modifiers=modifiers,
        units=units,
        category=Category.DRUG,
        benefit=terms.drug_benefit,
        price_basis=quote.basis,
        unit_price=unit,
        allowed=None if unit is None else money.from_exact(unit * units),
        billed=None if charge is None else money.from_exact(charge * units),
        coinsurance=None if quote.coinsurance is None else quote.coinsurance[level],
        ndc=packages[0].ndc if len(packages) == 1 else None,
        packages=packages,
        revenue_code=revenue_code(drug, terms),
        fact_ids=quote.fact_ids,
    )


def service_line(service: Service, quote: Quote, level: Level, *, terms: PricingTerms) -> ClaimLine:
    """Make a service's line; its fee is rounded once per unit, then multiplied, and a drug's price once at the end."""
    unit = None if quote.unit is None else quote.unit[level]
    fee = None if unit is None else money.from_exact(unit)
    price = None if fee is None or quote.is_whole_day else Decimal(fee).scaleb(-2)
    allowed = None if fee is None else Cents(fee * (1 if quote.is_whole_day else service.times))
    if unit is not None and service.code.category is Category.PREMEDICATION:
        price, allowed = unit, money.from_exact(unit * service.times)
    return ClaimLine(
        code=service.code.code,
        modifiers=(),
        units=service.units,
        category=service.category,
        benefit=terms.administration_benefit,
        price_basis=quote.basis,
        unit_price=price,
        allowed=allowed,
        coinsurance=None if quote.coinsurance is None else quote.coinsurance[level],
        revenue_code=revenue_code(service.code, terms),
        fact_ids=quote.fact_ids,
        paid_units=service.paid_units,
    )


def visit_line(
    service: Service | None,
    price: VisitPrice,
    *,
    terms: PricingTerms,
    percent: MilliPercent | None,
    category: Category = Category.ADMINISTRATION,
) -> ClaimLine:
    """Make the line that carries the price for the whole visit, or one that the price includes."""
    included = price.basis is PriceBasis.INCLUDED
    return ClaimLine(
        code=None if service is None else service.code.code,
        modifiers=(),
        units=1 if service is None else service.units,
        category=category if service is None else service.category,
        benefit=terms.administration_benefit,
        price_basis=price.basis,
        unit_price=None,
        allowed=price.amount,
        billed=None if included else terms.overrides.billed_charge_administration,
        coinsurance=percent,
        revenue_code=None if service is None else revenue_code(service.code, terms),
        fact_ids=price.fact_ids,
        paid_units=None if service is None else service.paid_units,
    )


def facility_lines(*, terms: PricingTerms, percent: MilliPercent | None) -> tuple[ClaimLine, ...]:
    """Make the line of a facility fee, where the caller knows one; none is ever supposed."""
    fee = terms.overrides.facility_allowed_per_visit
    if fee is None:
        return ()
    benefit = terms.administration_benefit
    return (
        ClaimLine(
            code=None,
            modifiers=(),
            units=1,
            category=Category.FACILITY,
            benefit=terms.drug_benefit if benefit is Benefit.NONE else benefit,
            price_basis=PriceBasis.CALLER,
            unit_price=None,
            allowed=fee,
            coinsurance=percent,
        ),
    )


def revenue_code(code: BillingCode, terms: PricingTerms) -> str | None:
    """Give the revenue code of a hospital's line."""
    return code.revenue_code if terms.site.is_hospital else None


def charged(lines: list[ClaimLine], charge: Cents | None) -> tuple[ClaimLine, ...]:
    """Lay the charge for giving one infusion on its lines, by what each is allowed; the first takes what is left over.

    Where a line has no allowed amount the first line carries the whole charge.
    """
    if charge is None or not lines:
        return tuple(lines)
    amounts = [line.allowed for line in lines]
    known = [amount for amount in amounts if amount is not None]
    whole = sum(known)
    if len(known) < len(lines) or not whole:
        return (lines[0]._replace(billed=charge), *lines[1:])
    rest = [Cents(charge * amount // whole) for amount in known[1:]]
    return tuple(
        line._replace(billed=billed) for line, billed in zip(lines, [Cents(charge - sum(rest)), *rest], strict=True)
    )
