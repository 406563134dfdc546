"""Part D by calendar year: the standard benefit on file, within it what the caller knows of the plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from estimator import poverty
from estimator.benefits import PlanTerms, YearTerms
from estimator.benefits.terms import CALENDAR_YEAR, Phases, opened
from estimator.model.claims import LedgerState
from estimator.model.codes import Category
from estimator.model.levels import Assumption, Level
from estimator.model.money import HUNDRED_PERCENT, ZERO, Cents, MilliPercent, from_exact, milli_percent
from estimator.model.order import Household
from estimator.model.part_d import PartDPlan
from estimator.model.plan import NO_LIMIT, Balances, CopayOrder, CostShareRule, FamilyRule, Per, PlanDesign
from estimator.model.secondary import Secondary
from estimator.reference.book import ReferenceBook
from estimator.reference.record_reading import exact
from estimator.reference.timelines import Reading

KIND = "program_amount"
DEDUCTIBLE = "part_d:deductible_max"
CAP = "part_d:annual_cap"
THRESHOLD = "part_d:out_of_pocket_threshold"
EXTRA_HELP_COPAY = "part_d:extra_help:brand_copay_max"
LOW_INCOME_COPAY = "part_d:extra_help:low_income_brand_copay_max"
EXTRA_HELP_WITHOUT_ASKING = "part_d:extra_help_without_asking"
LOW_INCOME_PERCENT = "part_d:extra_help:low_income_limit"
DRUG_CATEGORIES = (Category.DRUG, Category.PHARMACY)


def plan_of(plan: PlanDesign | None, *, is_drug_plan: bool) -> PartDPlan:
    """Give the drug plan: ``plan.part_d``, with ``is_drug_plan`` the plan itself, else one nobody described."""
    if plan is None:
        return PartDPlan()
    if plan.part_d is not None:
        return plan.part_d
    if not is_drug_plan:
        return PartDPlan()
    own = dict(plan.cost_share)
    share = next((own[name] for name in DRUG_CATEGORIES if name in own), plan.default_share)
    cap = plan.out_of_pocket_max.individual
    return PartDPlan(
        deductible=plan.deductible.individual,
        coinsurance=None if share is None else share.coinsurance,
        copay=None if share is None or not share.copay else share.copay,
        cap=None if cap is None or cap >= NO_LIMIT else cap,
    )


def extra_help_of_medicaid(secondaries: Iterable[Secondary], on: date, book: ReferenceBook) -> str | None:
    """Name the fact by which the Medicaid behind a drug plan brings Extra Help without asking; ``None`` if it does not.

    For days before the oldest record on file that one counts.
    """
    records = book.words.get(("benefit_rule", EXTRA_HELP_WITHOUT_ASKING), ())
    fact = book.word("benefit_rule", EXTRA_HELP_WITHOUT_ASKING, on) or (records[0] if records else None)
    programs = fact.value.get("medicaid") if fact is not None and isinstance(fact.value, Mapping) else None
    if fact is None or not isinstance(programs, list | tuple):
        return None
    return fact.id if any(each.medicaid_program in programs for each in secondaries) else None


class StandardBenefit:
    """The standard benefit of each calendar year, and what of it was used and supposed."""

    def __init__(self, book: ReferenceBook, plan: PartDPlan, days: Sequence[date], *, prefix: str = "") -> None:
        self._book = book
        self._plan = plan
        self._prefix = prefix
        self.years = sorted({day.year for day in days})
        self.assumptions: dict[Assumption, None] = {}
        self.fact_ids: dict[str, None] = {}
        self._known: dict[tuple[int, Level], YearTerms] = {}

    @property
    def said(self) -> tuple[Assumption, ...]:
        """Give what had to be supposed of given claims: the standard benefit where the plan was not described."""
        is_open = self._plan.deductible is None or not self._plan.has_share
        standard = Assumption("part_d_standard_benefit", pointer=f"{self._prefix}plan")
        return (*((standard,) if is_open else ()), *self.assumptions)

    @property
    def is_on_file(self) -> bool:
        """Say whether the benefit of every year with claims is on file."""
        return all(self._reading(DEDUCTIBLE, year) and (self.cap(year) or self._phases(year)) for year in self.years)

    def cap(self, year: int, level: Level = Level.EXPECTED) -> Cents | None:
        """Give the most the member pays in a year; ``None`` in the years before there was a cap."""
        if self._book.yearly(KIND, THRESHOLD, date(year, 1, 1)) is not None and self._is_before_cap(year):
            return None
        amount = self._amount(CAP, year, level)
        if amount is None:
            return None
        return amount if self._plan.cap is None else min(amount, self._plan.cap)

    def terms_of(self, year: int, level: Level) -> YearTerms:
        """Give a year's terms. What the plan leaves open is the kindest, the standard, or the hardest there can be."""
        known = self._known.get((year, level))
        if known is None:
            known = self._known[year, level] = self._terms(year, level)
        return known

    def terms(
        self,
        balances: Balances | None,
        level: Level = Level.EXPECTED,
        *,
        opening_on: date | None,
        history_until: date | None,
    ) -> PlanTerms:
        """Give the terms of all years."""

        def for_year(start: date) -> YearTerms:
            return self.terms_of(start.year, level)

        opening_year = for_year(opening_on or date(self.years[0], 1, 1))
        found = opened(
            CALENDAR_YEAR, for_year, opening_year, balances, opening_on=opening_on, history_until=history_until
        )
        if opening_year.phases is None:
            return found
        cost = _drug_cost(opening_year, opening_year.phases, found.opening, balances)
        return replace(found, opening=found.opening._replace(drug_cost=cost))

    def deductible_max(self, year: int) -> Decimal | None:
        """Give the highest deductible of a year."""
        reading = self._reading(DEDUCTIBLE, year)
        return None if reading is None else reading.expected

    @property
    def has_extra_help(self) -> bool:
        """Say whether the patient has the low-income subsidy in full."""
        return self._plan.extra_help

    def renews(self, year: int) -> bool:
        """Say whether the choice of the payment plan goes on into a year without asking."""
        fact = self._book.word("benefit_rule", "part_d:payment_plan_renews", date(year, 1, 1))
        if fact is None or not isinstance(fact.value, Mapping):
            return False
        self.fact_ids[fact.id] = None
        return fact.value.get("renews") is True

    def smooths(self, year: int) -> bool:
        """Say whether there is a payment plan in a year."""
        fact = self._book.word("benefit_rule", "part_d:payment_plan", date(year, 1, 1))
        if fact is not None:
            self.fact_ids[fact.id] = None
        return fact is not None

    def extra_help_copay(self, year: int) -> Cents | None:
        """Give the most that a brand drug costs who has Extra Help in full."""
        return self._amount(EXTRA_HELP_COPAY, year, Level.EXPECTED)

    def extra_help_copay_of(
        self, household: Household | None, state: str | None, *, has_medicaid: bool
    ) -> Callable[[int], Cents | None]:
        """Give the most that a brand drug costs by year: less for a low income beside full Medicaid."""

        def copay(year: int) -> Cents | None:
            usual = self.extra_help_copay(year)
            percent = self._book.yearly(KIND, LOW_INCOME_PERCENT, date(year, 12, 31))
            if household is None or not has_medicaid or percent is None:
                return usual
            level = poverty.level_of(household, state, year, self._book)
            if level is None or not level.is_up_to(percent.expected):
                return usual
            self.fact_ids.update(dict.fromkeys((*level.fact_ids, *percent.fact_ids)))
            return self._amount(LOW_INCOME_COPAY, year, Level.EXPECTED) or usual

        return copay

    def _terms(self, year: int, level: Level) -> YearTerms:
        plan = self._plan
        deductible = plan.deductible
        if deductible is None:
            deductible = ZERO if level is Level.LOW else (self._amount(DEDUCTIBLE, year, level) or ZERO)
        phases = self._phases(year)
        cap = self.cap(year, level)
        if phases is not None:
            ends = phases.catastrophic_percent == 0
            cap = phases.threshold if ends else NO_LIMIT
        return YearTerms(
            deductible=deductible,
            family_deductible=NO_LIMIT,
            deductible_rule=FamilyRule.EMBEDDED,
            out_of_pocket_max=NO_LIMIT if cap is None else cap,
            family_out_of_pocket_max=NO_LIMIT,
            out_of_pocket_rule=FamilyRule.EMBEDDED,
            rules=(),
            default_rule=self._share(year, level),
            copay=CopayOrder(),
            deductible_counts=True,
            coinsurance_counts=True,
            drug_deductible_applies=True,
            is_plain=False,
            phases=phases,
        )

    def _share(self, year: int, level: Level) -> CostShareRule:
        plan = self._plan
        if plan.has_share:
            return CostShareRule(plan.coinsurance or MilliPercent(0), plan.copay or ZERO, Per.FILL)
        low, high = self.percents(year)
        return CostShareRule(high if level is Level.HIGH else low, ZERO, Per.FILL)

    def percents(self, year: int) -> tuple[MilliPercent, MilliPercent]:
        """Give the standard percentage of a year, and the highest of the specialty tier."""
        standard = self._percent("part_d:initial_coinsurance_percent", year)
        fact = self._book.word("benefit_rule", "part_d:specialty_tier", date(year, 12, 31))
        if fact is None or not isinstance(fact.value, Mapping):
            return standard, standard
        if not self._plan.has_share:
            self.fact_ids[fact.id] = None
        return standard, max(standard, milli_percent(exact(fact.value.get("percent_high"), fact=fact)))

    def _phases(self, year: int) -> Phases | None:
        """Give the phases of a year before the cap."""
        if not self._is_before_cap(year):
            return None
        names = ("initial_coverage_limit", "out_of_pocket_threshold")
        limit, threshold = (self._amount(f"part_d:{name}", year, Level.EXPECTED) for name in names)
        if limit is None or threshold is None:
            return None
        gap = self._percent("part_d:gap_coinsurance_percent", year)
        discount = self._percent("part_d:gap_manufacturer_discount_percent", year)
        return Phases(
            initial_limit=limit,
            gap_percent=gap,
            gap_counted=MilliPercent(gap + discount),
            threshold=threshold,
            catastrophic_percent=self._percent("part_d:catastrophic_coinsurance_percent", year),
        )

    def _is_before_cap(self, year: int) -> bool:
        timeline = self._book.timeline(KIND, CAP)
        return timeline is not None and date(year, 12, 31) < timeline.facts[0].period.first_day

    def _percent(self, key: str, year: int) -> MilliPercent:
        reading = self._reading(key, year)
        return HUNDRED_PERCENT if reading is None else milli_percent(reading.expected)

    def _amount(self, key: str, year: int, level: Level) -> Cents | None:
        reading = self._reading(key, year)
        return None if reading is None else from_exact(_at(reading, level))

    def _reading(self, key: str, year: int) -> Reading | None:
        reading = self._book.yearly(KIND, key, date(year, 12, 31))
        if reading is None:
            return None
        self.fact_ids.update(dict.fromkeys(reading.fact_ids))
        last_day = reading.fact.period.last_day
        if reading.is_carried_forward and last_day is not None:
            params = (("about", key), ("last_day", last_day.isoformat()))
            self.assumptions[
                Assumption("part_d_amount_carried_forward", params, f"{self._prefix}plan.part_d", reading.fact_ids)
            ] = None
        return reading


def _at(reading: Reading, level: Level) -> Decimal:
    return (reading.low, reading.expected, reading.high)[level]


def _drug_cost(year: YearTerms, phases: Phases, opening: LedgerState, balances: Balances | None) -> Cents:
    """Give the drugs' whole cost so far: as said, else what the counted spending stands for under these terms."""
    if balances is not None and balances.drug_cost_met is not None:
        return balances.drug_cost_met
    counted = Fraction(opening.out_of_pocket_met - opening.deductible_met)
    share = Fraction(max(year.default_rule.coinsurance, 1), HUNDRED_PERCENT)
    in_initial = min(counted / share, Fraction(max(phases.initial_limit - opening.deductible_met, 0)))
    beyond = max(counted - in_initial * share, Fraction(0)) / Fraction(phases.gap_counted, HUNDRED_PERCENT)
    return Cents(int(opening.deductible_met + in_initial + beyond))
