"""One day's fill and minutes → the day's claim lines, at each level of what is supposed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.model import money
from estimator.model.claims import ClaimLine, Fill, Infusion, InfusionTime, VisitClaim
from estimator.model.codes import Benefit, Category, Payer, PriceBasis, Route, Site
from estimator.model.levels import Assumption, Level
from estimator.model.money import Cents
from estimator.model.periods import Quarter, quarter_of
from estimator.pricing import contracted
from estimator.pricing.charges import held_to_charge
from estimator.pricing.contracted import VisitPrice
from estimator.pricing.departments import in_department, marked
from estimator.pricing.lines import charged, drug_lines, facility_lines, service_line, visit_line
from estimator.pricing.quotes import PART_B, PricingTerms, Quote, drug_quote, service_quote
from estimator.pricing.services import Service, is_billed_by_time, premedication_of, services_of
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode


class Visit(NamedTuple):
    """One day to be priced. ``time`` is ``None`` where nobody bills for giving the drug.

    ``dispensed`` is what is shipped and billed on the day instead of what is given on it: several infusions' worth, or
    nothing.
    """

    infusion: Infusion
    fill: Fill
    time: InfusionTime | None
    is_dispensed: bool = False
    dispensed: Fill | None = None

    @property
    def billed(self) -> Fill | None:
        """The drug that is billed on the day."""
        return self.dispensed if self.is_dispensed else self.fill


HOME_PUMP = "home_pump:pumps"
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
        self._service_days: dict[tuple[str, int | None, Level, bool, bool], tuple[ClaimLine, ...] | None] = {}
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
                visit.billed is not fill
                or visit.time is not time
                or on > prices_until
                or self._opens_course(visit) is not opens
                or self._terms.is_start
            ):
                found = self._day(visit, price, minutes)
                if found is None:
                    return None
                fill, time, opens = visit.billed, visit.time, self._opens_course(visit)
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
        first = self._terms.is_start and visit.infusion.course == 1 and visit.infusion.day == 1
        services = self._services(on, minutes, price, opens_course=opens, is_first=first)
        if services is None:
            return None
        # Days of equal packages, prices and minutes share one tuple of lines, whatever the level they were asked at.
        drug_level = Level.HIGH if quote.is_point else price
        unit = None if quote.unit is None else quote.unit[drug_level]
        percent = None if quote.coinsurance is None else quote.coinsurance[drug_level]
        key = (id(visit.billed), unit, percent, quote.fact_ids, id(services), opens)
        found = self._days.get(key)
        if found is None:
            lines = (
                *drug_lines(
                    visit.billed,
                    on,
                    quote,
                    drug_level,
                    drug=self._drug,
                    terms=self._terms,
                    single_dose=self._single_dose,
                    book=self._book,
                ),
                *services,
            )
            if self._contract is not None:
                lines = contracted.packaged(
                    lines, on, contract=self._contract, drug=self._drug.code, opens_course=opens
                )
            lines = marked(lines, on, terms=self._terms, book=self._book)
            lines, said = held_to_charge(lines, on, terms=self._terms, book=self._book)
            self.assumptions.update(dict.fromkeys(said))
            amounts = [line.allowed for line in lines]
            total = None if None in amounts else Cents(sum(amount for amount in amounts if amount is not None))
            found = self._days[key] = (lines, total)
        return found

    def _services(
        self, on: date, minutes: int | None, price: Level, *, opens_course: bool, is_first: bool
    ) -> tuple[ClaimLine, ...] | None:
        key = (self._service_key(on), minutes, price, opens_course, is_first)
        if key not in self._service_days:
            given = self._visit_price(on, opens_course=opens_course)
            lines = self._service_lines(on, minutes, price, given, is_first=is_first)
            if lines is not None:
                lines = self._distinct.setdefault(lines, lines)
            self._service_days[key] = lines
        return self._service_days[key]

    def _service_key(self, on: date) -> str:
        """Name the period of the service rates that a day falls in: the record in force, else the calendar year."""
        fact = None if self._rates is None else self._rates.in_force(on)
        name = str(on.year) if fact is None else fact.id
        return name if self._contract is None else f"{name} {self._contract.holds_until(on)}"

    def _service_lines(
        self, on: date, minutes: int | None, level: Level, given: VisitPrice | None, *, is_first: bool
    ) -> tuple[ClaimLine, ...] | None:
        terms, percent = self._terms, self._administration_percent()
        fees = facility_lines(terms=terms, percent=percent)
        if terms.administration_benefit is Benefit.NONE:
            return (*self._uncovered_lines(), *fees)
        for assumption in () if given is None else given.why:
            self.assumptions[assumption] = None
        by_contract = self._per_diem_lines(on, level) if terms.site is Site.HOME and given is None else ()
        if by_contract:
            return (*by_contract, *fees)
        services: tuple[Service, ...] = (
            *services_of(minutes, terms=terms, on=on, is_first=is_first, book=self._book),
            *premedication_of(terms, on, self._book),
        )
        if given is not None:
            return (*self._included_in(given, services), *fees)
        if terms.site is Site.HOME:
            self._say_who_comes(has_visit=bool(services))
        self._say_of_home(services, on)
        lines: list[ClaimLine] = []
        for service in services:
            quote = self._service_quote(service.code.code, on)
            if quote.unit is not None and quote.unit[level] is None:
                return None
            lines.append(service_line(service, quote, level, terms=terms))
        return (*charged(lines, terms.overrides.billed_charge_administration), *fees)

    def _say_who_comes(self, *, has_visit: bool) -> None:
        """Say what is supposed of nurses at home."""
        terms = self._terms
        by_pump = terms.route is Route.SC and terms.administration_benefit in PART_B
        said = None
        if not terms.nurse_visits and by_pump and not terms.nurse_visits_said:
            said = Assumption("nurse_visits_not_counted", pointer="therapy.nurse_visits")
        elif not terms.nurse_visits:
            said = Assumption("self_administered_at_home", pointer="price.administration_allowed_per_visit")
        elif by_pump and has_visit and not terms.is_start:
            said = Assumption("visit_code_of_later_visits", pointer="therapy.previous_ivig")
        if said is not None:
            self.assumptions[said] = None

    def _say_of_home(self, services: tuple[Service, ...], on: date) -> None:
        """Say what of giving the drug at home is not on the lines: the pump, and a visit longer than the infusion."""
        terms = self._terms
        if terms.site is not Site.HOME:
            return
        if terms.drug_benefit is Benefit.DME:
            fact = self._book.word("benefit_rule", HOME_PUMP, on)
            pumps = fact.value.get("pumps") if fact is not None and isinstance(fact.value, Mapping) else None
            if fact is not None and isinstance(pumps, Mapping):
                said = (("pump", str(pumps.get(self._drug.code, pumps.get("others")))),)
                self.assumptions[Assumption("home_pump_not_counted", said, fact_ids=(fact.id,))] = None
        elif services and is_billed_by_time(terms):
            self.assumptions[Assumption("home_visit_as_long_as_infusion", pointer="therapy.infusion_minutes")] = None

    def _included_in(self, given: VisitPrice, services: tuple[Service, ...]) -> tuple[ClaimLine, ...]:
        """Lay the price for the whole visit on its first line; the others are included."""
        terms, percent = self._terms, self._administration_percent()
        if not services:
            category = Category.NURSING if terms.site is Site.HOME else Category.ADMINISTRATION
            if given.basis is PriceBasis.INCLUDED:
                return ()
            return (visit_line(None, given, terms=terms, percent=percent, category=category),)
        return tuple(
            visit_line(service, INCLUDED if index else given, terms=terms, percent=percent)
            for index, service in enumerate(services)
        )

    def _per_diem_lines(self, on: date, level: Level) -> tuple[ClaimLine, ...]:
        """Bill the per diems that the contract names by code, once a day each."""
        lines = []
        for rate in () if self._contract is None else self._contract.per_diems(on):
            code = None if rate.code is None else self._book.billing_code(rate.code, on)
            if code is not None and code.category is not Category.DRUG:
                quote = self._service_quote(code.code, on)
                lines.append(service_line(Service(code, 1, code.category), quote, level, terms=self._terms))
        return tuple(lines)

    def _uncovered_lines(self) -> tuple[ClaimLine, ...]:
        """Give what nobody's benefit pays: giving the drug, at the caller's price or charge; no line where none is."""
        overrides = self._terms.overrides
        price = overrides.administration_allowed_per_visit
        charge = overrides.billed_charge_administration if price is None else price
        if charge is None:
            at_home = self._terms.site is Site.HOME
            code = "home_nursing_outside_benefits" if at_home else "administration_outside_benefits"
            self.assumptions[Assumption(code, pointer="price.administration_allowed_per_visit")] = None
            return ()
        line = ClaimLine(
            code=None,
            modifiers=(),
            units=1,
            category=Category.NURSING if self._terms.site is Site.HOME else Category.ADMINISTRATION,
            benefit=Benefit.NONE,
            price_basis=PriceBasis.CALLER,
            unit_price=None,
            allowed=charge,
            billed=overrides.billed_charge_administration,
        )
        return (line,)

    @property
    def needs_minutes(self) -> bool:
        """Say whether giving the drug is billed by how long it takes, and no price of the caller's covers it."""
        return is_billed_by_time(self._terms) and self._callers_visit_price is None

    @property
    def _callers_visit_price(self) -> Cents | None:
        """The caller's price for giving one infusion; without insurance, and where shares go by charges, the charge."""
        overrides = self._terms.overrides
        given = overrides.administration_allowed_per_visit
        if given is None and (self._terms.payer is Payer.SELF_PAY or self._terms.is_shared_by_charge):
            return overrides.billed_charge_administration
        return given

    def _visit_price(self, on: date, *, opens_course: bool) -> VisitPrice | None:
        """Give the one amount for giving an infusion, where there is one: the caller's, else the contract's."""
        given = self._callers_visit_price
        whole = None if self._contract is None else self._contract.whole(on)
        if given is not None and whole is None:
            return VisitPrice(given, PriceBasis.CALLER, why=self._of_charge)
        if given is not None:
            self.assumptions[
                Assumption("contract_includes_administration", pointer="price.administration_allowed_per_visit")
            ] = None
        if self._contract is None:
            return None
        return contracted.visit_price(
            on, contract=self._contract, overrides=self._terms.overrides, opens_course=opens_course
        )

    @property
    def _of_charge(self) -> tuple[Assumption, ...]:
        """Say that the price of a visit is its charge, where the patient's share goes by charges."""
        is_charge = self._terms.overrides.administration_allowed_per_visit is None
        if not (is_charge and self._terms.is_shared_by_charge):
            return ()
        return (Assumption("critical_access_at_charge", pointer="price.billed_charge_administration"),)

    def _administration_percent(self) -> money.MilliPercent | None:
        if self._terms.administration_benefit not in PART_B:
            return None
        timeline = self._book.timeline("medicare_amount", "part_b_coinsurance_percent")
        return None if timeline is None else money.milli_percent(Decimal(str(timeline.newest.value)))

    def _quoted(self, code: str, on: date) -> Quote:
        quote = service_quote(code, on, terms=self._terms, book=self._book)
        if quote.basis is PriceBasis.CONTRACT:
            return quote
        return in_department(quote, code, on, terms=self._terms, book=self._book)

    def _service_quote(self, code: str, on: date) -> Quote:
        key = (code, self._service_key(on))
        quote = self._service_quotes.get(key)
        if quote is None:
            quote = self._service_quotes[key] = self._book.remember(
                ("service_quote", *key, self._terms),
                lambda: self._quoted(code, on),
            )
            for assumption in quote.assumptions:
                self.assumptions[assumption] = None
        return quote
