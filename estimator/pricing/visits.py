"""One day's fill and minutes → the day's claim lines, at each level of what is supposed."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import NotOnFile
from estimator.model import money
from estimator.model.claims import ClaimLine, Fill, Infusion, InfusionTime, OpenedVial, VisitClaim
from estimator.model.codes import Benefit, Category, Payer, PriceBasis, Route, Site
from estimator.model.levels import Assumption, Level
from estimator.model.money import Cents
from estimator.model.order import CustomProduct
from estimator.model.periods import Period, Quarter, quarter_of
from estimator.pricing import contracted
from estimator.pricing.contracted import VisitPrice
from estimator.pricing.hours import infusion_lines
from estimator.pricing.quotes import PricingTerms, Quote, drug_quote, service_quote
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode


class Visit(NamedTuple):
    """One day to be priced. ``time`` is ``None`` where nobody bills for giving the drug."""

    infusion: Infusion
    fill: Fill
    time: InfusionTime | None


INCLUDED = VisitPrice(Cents(0), PriceBasis.INCLUDED)

PricedVisit = VisitClaim
"""A day that has been priced is a claim of that day."""


class Pricer:
    """Prices the days of one product at one site; days of equal fill, minutes and prices share their lines."""

    def __init__(
        self, *, drug: BillingCode, terms: PricingTerms, book: ReferenceBook, single_dose: bool = True
    ) -> None:
        self._drug = drug
        self._terms = terms
        self._book = book
        self._single_dose = single_dose
        self._drug_quotes: dict[tuple[Quarter, date | None], Quote] = {}
        self._contract = contracted.at_site(terms.overrides, terms.site)
        self._service_quotes: dict[tuple[str, str], Quote] = {}
        role = "iv_first_hour" if terms.route is Route.IV else "sc_first_hour"
        kind = "opps_rate" if terms.site.is_hospital else "physician_fee"
        self._rates = book.timeline(kind, book.code_by_role(role).code)
        self._days: dict[tuple[object, ...], tuple[tuple[ClaimLine, ...], Cents | None]] = {}
        self._service_days: dict[tuple[str, int | None, Level, bool], tuple[ClaimLine, ...] | None] = {}
        self._distinct: dict[tuple[ClaimLine, ...], tuple[ClaimLine, ...]] = {}
        self.payer = terms.payer
        self.assumptions: dict[Assumption, None] = {}

    def price(self, visits: tuple[Visit, ...], *, price: Level, minutes: Level) -> tuple[PricedVisit, ...] | None:
        """Price the days at the levels of price and minutes; ``None`` when a price has no expected value."""
        priced: list[PricedVisit] = []
        fill = time = lines = allowed = None
        opens = False
        prices_until = date.min
        for visit in visits:
            on = visit.infusion.service_on
            if (
                visit.fill is not fill
                or visit.time is not time
                or on > prices_until
                or self._opens_course(visit) is not opens
            ):
                found = self._day(visit, price, minutes)
                if found is None:
                    return None
                fill, time, opens = visit.fill, visit.time, self._opens_course(visit)
                prices_until = self._prices_until(on)
                lines, allowed = found
            assert lines is not None
            priced.append(PricedVisit(on, lines, allowed))
        return tuple(priced)

    def _prices_until(self, on: date) -> date:
        """Give the last day on which the prices of a day still hold."""
        quarter_end = quarter_of(on).last_day
        if self._contract is not None:
            quarter_end = min(quarter_end, self._contract.holds_until(on))
        fact = None if self._rates is None else self._rates.in_force(on)
        last_day = None if fact is None else fact.period.last_day
        return quarter_end if last_day is None else min(quarter_end, last_day)

    def _opens_course(self, visit: Visit) -> bool:
        """Say whether a day is the first of its course; only a contract may pay for a course as a whole."""
        return self._contract is not None and visit.infusion.day == 1

    def drug_quote(self, on: date) -> Quote:
        """Quote the drug on a day; quotes of one quarter are the same while no contracted rate begins or ends."""
        quarter = quarter_of(on)
        until = None if self._contract is None else self._contract.holds_until(on)
        quote = self._drug_quotes.get((quarter, until))
        if quote is None:
            quote = self._book.remember(
                ("drug_quote", self._drug.code, quarter, until, self._terms),
                lambda: drug_quote(self._drug.code, on, terms=self._terms, book=self._book),
            )
            self._drug_quotes[quarter, until] = quote
            for assumption in quote.assumptions:
                self.assumptions[assumption] = None
        return quote

    def _day(self, visit: Visit, price: Level, level: Level) -> tuple[tuple[ClaimLine, ...], Cents | None] | None:
        on = visit.infusion.service_on
        quote = self.drug_quote(on)
        if quote.unit is not None and quote.unit[price] is None:
            return None
        opens = self._opens_course(visit)
        minutes = None if visit.time is None else visit.time.minutes(level)
        if visit.time is not None and minutes is None and self._visit_price(on, opens_course=opens) is None:
            return None
        services = self._services(on, minutes, price, opens_course=opens)
        if services is None:
            return None
        # Days of equal packages, prices and minutes share one tuple of lines, whatever the level they were asked at.
        drug_level = Level.HIGH if quote.is_point else price
        unit = None if quote.unit is None else quote.unit[drug_level]
        percent = None if quote.coinsurance is None else quote.coinsurance[drug_level]
        key = (id(visit.fill), unit, percent, quote.fact_ids, id(services), opens)
        found = self._days.get(key)
        if found is None:
            lines = self._drug_lines(visit.fill, on, quote, drug_level) + services
            if self._contract is not None:
                lines = contracted.packaged(
                    lines, on, contract=self._contract, drug=self._drug.code, opens_course=opens
                )
            amounts = [line.allowed for line in lines]
            total = None if None in amounts else Cents(sum(amount for amount in amounts if amount is not None))
            found = self._days[key] = (lines, total)
        return found

    def _services(
        self, on: date, minutes: int | None, price: Level, *, opens_course: bool
    ) -> tuple[ClaimLine, ...] | None:
        key = (self._service_key(on), minutes, price, opens_course)
        if key not in self._service_days:
            lines = self._service_lines(on, minutes, price, self._visit_price(on, opens_course=opens_course))
            if lines is not None:
                lines = self._distinct.setdefault(lines, lines)
            self._service_days[key] = lines
        return self._service_days[key]

    def _service_key(self, on: date) -> str:
        """Name the period of the service rates that a day falls in: the record in force, else the calendar year."""
        fact = None if self._rates is None else self._rates.in_force(on)
        name = str(on.year) if fact is None else fact.id
        return name if self._contract is None else f"{name} {self._contract.holds_until(on)}"

    def _drug_lines(self, fill: Fill, on: date, quote: Quote, level: Level) -> tuple[ClaimLine, ...]:
        drug, terms = self._drug, self._terms
        route_modifier = drug.route_modifiers.get(terms.route.value)
        modifiers = () if route_modifier is None else (route_modifier,)
        discarded = self._book.word("claim_modifier", "discarded", on)
        none_discarded = self._book.word("claim_modifier", "none_discarded", on)
        last = (str(none_discarded.value),) if self._single_dose and not fill.discarded_units and none_discarded else ()
        lines = [self._drug_line(fill.given, fill.administered_units, (*modifiers, *last), quote, level)]
        if fill.discarded_units:
            waste = () if discarded is None else (str(discarded.value),)
            lines.append(self._drug_line(fill.leftover, fill.discarded_units, (*modifiers, *waste), quote, level))
        return tuple(lines)

    def _drug_line(
        self,
        packages: tuple[OpenedVial, ...],
        units: int,
        modifiers: tuple[str, ...],
        quote: Quote,
        level: Level,
    ) -> ClaimLine:
        unit = None if quote.unit is None else quote.unit[level]
        charge = self._terms.overrides.billed_charge_per_unit
        return ClaimLine(
            code=self._drug.code,
            modifiers=modifiers,
            units=units,
            category=Category.DRUG,
            benefit=self._terms.drug_benefit,
            price_basis=quote.basis,
            unit_price=unit,
            allowed=None if unit is None else money.from_exact(unit * units),
            billed=None if charge is None else money.from_exact(charge * units),
            coinsurance=None if quote.coinsurance is None else quote.coinsurance[level],
            ndc=packages[0].ndc if len(packages) == 1 else None,
            packages=packages,
            revenue_code=self._drug.revenue_code if self._terms.site.is_hospital else None,
            fact_ids=quote.fact_ids,
        )

    def _service_lines(
        self, on: date, minutes: int | None, level: Level, given: VisitPrice | None
    ) -> tuple[ClaimLine, ...] | None:
        terms = self._terms
        if terms.administration_benefit is Benefit.NONE:
            return ()
        for assumption in () if given is None else given.why:
            self.assumptions[assumption] = None
        if terms.site is Site.HOME:
            return self._home_lines(on, given)
        if minutes is None:
            is_billed = given is not None and given.basis is not PriceBasis.INCLUDED
            return (self._visit_line(None, given),) if is_billed else ()
        lines: list[ClaimLine] = []
        for role, units in infusion_lines(minutes, route=terms.route, on=on, book=self._book):
            code = self._book.code_by_role(role)
            if given is not None:
                lines.append(self._visit_line(code, given if not lines else INCLUDED, units=units))
                continue
            quote = self._service_quote(code.code, on)
            if quote.unit is not None and quote.unit[level] is None:
                return None
            lines.append(self._service_line(code, units, quote, level))
        return _charged(lines, terms.overrides.billed_charge_administration)

    @property
    def needs_minutes(self) -> bool:
        """Say whether giving the drug is billed by how long it takes."""
        terms = self._terms
        return (
            terms.site is not Site.HOME
            and terms.administration_benefit is not Benefit.NONE
            and self._callers_visit_price is None
        )

    @property
    def _callers_visit_price(self) -> Cents | None:
        """The caller's price for giving one infusion; who pays without insurance is charged the charge."""
        overrides = self._terms.overrides
        given = overrides.administration_allowed_per_visit
        if given is None and self._terms.payer is Payer.SELF_PAY:
            return overrides.billed_charge_administration
        return given

    def _visit_price(self, on: date, *, opens_course: bool) -> VisitPrice | None:
        """Give the one amount for giving an infusion, where there is one: the caller's, else the contract's."""
        given = self._callers_visit_price
        whole = None if self._contract is None else self._contract.whole(on)
        if given is not None and whole is None:
            return VisitPrice(given, PriceBasis.CALLER)
        if given is not None:
            self.assumptions[
                Assumption("contract_includes_administration", pointer="price.administration_allowed_per_visit")
            ] = None
        if self._contract is None:
            return None
        return contracted.visit_price(
            on, contract=self._contract, overrides=self._terms.overrides, opens_course=opens_course
        )

    def _home_lines(self, on: date, given: VisitPrice | None) -> tuple[ClaimLine, ...]:
        """At home nursing and supplies are billed per visit; where no price is known the line says so."""
        by_code = self._home_lines_by_code(on) if given is None else ()
        if by_code:
            return by_code
        if self._terms.route is Route.SC and self._terms.administration_benefit is Benefit.MEDICAL and given is None:
            self.assumptions[
                Assumption("self_administered_at_home", pointer="price.administration_allowed_per_visit")
            ] = None
            return ()
        code = None
        if self._terms.administration_benefit is Benefit.PART_B:
            try:
                code = self._book.code_by_role("home_ivig_services")
            except NotOnFile:
                code = None
        return (self._visit_line(code, given, category=Category.NURSING),)

    def _home_lines_by_code(self, on: date) -> tuple[ClaimLine, ...]:
        """Bill the per diems that the contract names by code, once a day each."""
        lines = []
        for rate in () if self._contract is None else self._contract.per_diems(on):
            code = None if rate.code is None else self._book.billing_code(rate.code, on)
            if code is not None and code.category is not Category.DRUG:
                lines.append(self._service_line(code, 1, self._service_quote(code.code, on), Level.HIGH))
        return tuple(lines)

    def _visit_line(
        self,
        code: BillingCode | None,
        price: VisitPrice | None,
        *,
        units: int = 1,
        category: Category = Category.ADMINISTRATION,
    ) -> ClaimLine:
        """Make the line that carries the price for the whole visit, or one that the price includes."""
        price = price or VisitPrice(None, PriceBasis.NONE_PUBLISHED)
        included = price.basis is PriceBasis.INCLUDED
        return ClaimLine(
            code=None if code is None else code.code,
            modifiers=(),
            units=units,
            category=category if code is None else code.category,
            benefit=self._terms.administration_benefit,
            price_basis=price.basis,
            unit_price=None,
            allowed=price.amount,
            billed=None if included else self._terms.overrides.billed_charge_administration,
            coinsurance=self._administration_percent(),
            revenue_code=code.revenue_code if code is not None and self._terms.site.is_hospital else None,
            fact_ids=price.fact_ids,
        )

    def _administration_percent(self) -> money.MilliPercent | None:
        if self._terms.administration_benefit not in (Benefit.PART_B, Benefit.DME):
            return None
        timeline = self._book.timeline("medicare_amount", "part_b_coinsurance_percent")
        return None if timeline is None else money.milli_percent(Decimal(str(timeline.newest.value)))

    def _service_quote(self, code: str, on: date) -> Quote:
        key = (code, self._service_key(on))
        quote = self._service_quotes.get(key)
        if quote is None:
            quote = self._service_quotes[key] = self._book.remember(
                ("service_quote", *key, self._terms),
                lambda: service_quote(code, on, terms=self._terms, book=self._book),
            )
            for assumption in quote.assumptions:
                self.assumptions[assumption] = None
        return quote

    def _service_line(self, code: BillingCode, units: int, quote: Quote, level: Level) -> ClaimLine:
        unit = None if quote.unit is None else quote.unit[level]
        fee = None if unit is None else money.from_exact(unit)
        return ClaimLine(
            code=code.code,
            modifiers=(),
            units=units,
            category=code.category,
            benefit=self._terms.administration_benefit,
            price_basis=quote.basis,
            unit_price=None if fee is None or quote.is_whole_day else Decimal(fee).scaleb(-2),
            allowed=None if fee is None else Cents(fee * (1 if quote.is_whole_day else units)),
            coinsurance=None if quote.coinsurance is None else quote.coinsurance[level],
            revenue_code=code.revenue_code if self._terms.site.is_hospital else None,
            fact_ids=quote.fact_ids,
        )


def _charged(lines: list[ClaimLine], charge: Cents | None) -> tuple[ClaimLine, ...]:
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


def custom_code(product: CustomProduct, on: date, book: ReferenceBook) -> BillingCode:
    """Describe the billing code of a product not on file, from what the caller says and the code list knows."""
    known = book.billing_code(product.hcpcs, on)
    if known is not None:
        return known._replace(mg_per_unit=product.mg_per_unit)
    return BillingCode(
        code=product.hcpcs,
        category=Category.DRUG,
        name=None,
        mg_per_unit=product.mg_per_unit,
        immune_globulin=False,
        route_modifiers={},
        role=None,
        revenue_code=None,
        period=Period(on, None),
        fact_id="",
    )
