"""Plan and balances at each level: what the caller left open becomes the kindest and the hardest terms there can be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from estimator import open_balances, open_plans, plan_rules, public_programs
from estimator.benefits import PlanTerms, Terms, YearTerms, medicare_terms
from estimator.benefits.terms import (
    CALENDAR_YEAR,
    opened,
    self_pay_terms,
    year_terms,
)
from estimator.model.codes import Payer, Site
from estimator.model.levels import Assumption, Level
from estimator.model.money import ZERO, Cents, from_exact, milli_percent
from estimator.model.order import Coverage, EstimateRequest
from estimator.model.periods import plan_year_of
from estimator.model.plan import Balances, PlanDesign
from estimator.part_d_rules import StandardBenefit
from estimator.public_programs import IncomeLimit
from estimator.reference.book import ReferenceBook
from estimator.reference.timelines import Reading
from estimator.settled import Settled

FULL_RATE = "part_b_coinsurance_percent"


class SupposedTerms(NamedTuple):
    """Terms for each level of plan and of balances; ``None`` where no terms can be expected.

    ``later`` are the payers after each coverage; what they suppose is known once they have paid. ``balances_field`` is
    the answer that lets balances be given.
    """

    of: Callable[[Level, Level], Terms | None]
    plan_is_open: bool
    balances_are_open: bool
    plan_pointers: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    fact_ids: tuple[str, ...] = ()
    later: tuple[Settled, ...] = ()
    drug_benefit: StandardBenefit | None = None
    balances_field: str = "coverage.balances"

    @property
    def balances_pointer(self) -> str:
        """Name the balance that would settle what is open: the first that was not said, else all of them."""
        partly = (item.pointer for item in self.assumptions if item.code == "balances_partly_unknown")
        return next((pointer for pointer in partly if pointer is not None), self.balances_field)


def supposed_terms(
    request: EstimateRequest, *, site: Site, first_on: date, latest_on: date, book: ReferenceBook
) -> SupposedTerms | None:
    """Give the terms of the request's coverage, or ``None`` where the payer's rules are not on file.

    ``first_on`` and ``latest_on`` are the first and the latest infusion: balances that were not given matter only in a
    plan year already running, yearly amounts only in the years that have infusions.
    """
    coverage = request.coverage
    if coverage.payer is Payer.MEDICARE:
        return _medicare(request, site=site, first_on=first_on, latest_on=latest_on, book=book)
    if coverage.payer is Payer.SELF_PAY:
        return _self_pay()
    if coverage.plan is None and coverage.payer not in plan_rules.FEDERAL_LIMITS:
        return None
    return _plan(request, first_on=first_on, latest_on=latest_on, book=book)


def _self_pay() -> SupposedTerms:
    """Nobody shares the cost of who pays without insurance, and no year limits it."""
    terms = self_pay_terms()
    return SupposedTerms(
        lambda _plan, _balances: terms,
        plan_is_open=False,
        balances_are_open=False,
        plan_pointers=(),
        assumptions=(),
    )


def _plan(request: EstimateRequest, *, first_on: date, latest_on: date, book: ReferenceBook) -> SupposedTerms:
    assumptions: list[Assumption] = []
    most = None
    if request.coverage.payer is Payer.MEDICAID:
        request, most = _within_income(request, first_on, assumptions, book)
    coverage = request.coverage
    plan = coverage.plan
    starts_on = plan.year_starts_on if plan is not None else None
    if starts_on is None:
        assumptions.append(Assumption("plan_year_calendar", pointer="coverage.plan.year_starts_on"))
        starts_on = CALENDAR_YEAR
    pointers = open_plans.open_pointers(plan)
    limit_name = plan_rules.limit_name(coverage.payer, plan)
    if pointers:
        assumptions.extend(
            open_plans.limit_assumptions(
                pointers, plan, limit_name, starts_on, (first_on, latest_on), book, by_income=most is not None
            )
        )
    if plan is not None:
        starts = open_plans.plan_years(first_on, latest_on, starts_on)
        assumptions.extend(plan_rules.assumptions(plan, coverage.payer, starts, book, prefix="coverage."))
        assumptions.extend(plan_rules.own_drug_deductible(plan, coverage.drug_benefit, prefix="coverage."))
    balances, opening_on, as_of, are_open = balances_of(request, starts_on, first_on, assumptions)

    pointers = (*pointers, *open_plans.outside_pointers(coverage, assumptions))
    carry_is_open = open_plans.is_carryover_open(
        plan, balances, plan_year_of(latest_on, starts_on).first_day, assumptions
    )
    year_of = _years_at(coverage, is_open=bool(pointers), starts_on=starts_on, most=most, book=book)

    def of(plan_level: Level, balance_level: Level) -> PlanTerms | None:
        if plan_level is Level.EXPECTED and pointers:
            return None
        for_year = year_of(plan_level)
        opening_year = for_year(plan_year_of(opening_on, starts_on).first_day)
        terms = opened(starts_on, for_year, opening_year, balances, opening_on=opening_on, history_until=as_of)
        if balance_level is not Level.LOW:
            return terms
        if carry_is_open:
            terms = replace(terms, opening_last_months=terms.opening.deductible_met)
        return open_balances.wholly_met(terms, opening_year, balances) if are_open else terms

    return SupposedTerms(of, bool(pointers), are_open or carry_is_open, pointers, tuple(assumptions))


def _within_income(
    request: EstimateRequest, first_on: date, assumptions: list[Assumption], book: ReferenceBook
) -> tuple[EstimateRequest, IncomeLimit | None]:
    """Hold a Medicaid plan to the part of a family's income that its cost sharing may take, and say so."""
    said = public_programs.limit_assumption(request.patient.household, first_on, book)
    limit = public_programs.income_limit(request.patient.household, first_on, book)
    assumptions.extend(() if said is None else (said,))
    plan = request.coverage.plan
    if limit is None or plan is None:
        return request, limit
    state, household = request.patient.residence_state, request.patient.household
    doubt = public_programs.percent_doubt(plan, household, state, first_on, book, prefix="coverage.")
    assumptions.extend(() if doubt is None else (doubt,))
    held = replace(request.coverage, plan=public_programs.within_income(plan, limit))
    return replace(request, coverage=held), limit


def _years_at(
    coverage: Coverage, *, is_open: bool, starts_on: date, most: IncomeLimit | None, book: ReferenceBook
) -> Callable[[Level], Callable[[date], YearTerms]]:
    """Give the numbers of each plan year by level: those of a plan of which nothing is open are the same at each.

    ``most`` bounds what is supposed of a Medicaid plan's yearly maximum.
    """
    plan = coverage.plan
    may_bill = plan_rules.balance_bill(coverage.payer, book)[0]
    if plan is not None and not is_open:
        known = plan_rules.years_of(plan, coverage.payer, book)
        return lambda _level: known

    def year_of(level: Level) -> Callable[[date], YearTerms]:
        def completed(start: date) -> PlanDesign:
            limit = plan_rules.limit_of(coverage.payer, plan, start, book)
            design = open_plans.completed(plan, level, limit, starts_on)
            return design if most is None else public_programs.within_income(design, most)

        return lambda start: year_terms(completed(start), balance_bill_allowed=may_bill)._replace(
            is_limited_by_income=coverage.payer is Payer.MEDICAID
        )

    return year_of


def _medicare(
    request: EstimateRequest, *, site: Site, first_on: date, latest_on: date, book: ReferenceBook
) -> SupposedTerms | None:
    plan = request.coverage.plan
    given = plan.deductible.individual if plan is not None else None
    full = book.yearly("medicare_amount", FULL_RATE, first_on)
    if full is None:
        return None
    assumptions: list[Assumption] = []
    balances, opening_on, as_of, are_open = balances_of(request, CALENDAR_YEAR, first_on, assumptions)
    names = _medicare_amounts(given, site)
    years = range(first_on.year, latest_on.year + 1)
    readings = {
        (name, year): book.yearly("medicare_amount", name, date(year, 12, 31)) for name in names for year in years
    }
    if any(reading is None for reading in readings.values()):
        return None
    if site is Site.HOSPITAL_OUTPATIENT:
        assumptions.append(Assumption("hospital_day_ceiling"))
    for name in names:
        assumptions.extend(_carried_amount(name, [readings[name, year] for year in years]))

    def amount(name: str, year: int, level: Level) -> Cents | None:
        reading = readings.get((name, year)) or book.yearly("medicare_amount", name, date(year, 12, 31))
        return None if reading is None else from_exact((reading.low, reading.expected, reading.high)[level])

    def of(plan_level: Level, balance_level: Level) -> PlanTerms | None:
        def deductible_of(year: int) -> Cents:
            return given if given is not None else amount("part_b_deductible", year, plan_level) or ZERO

        def ceiling_of(year: int) -> Cents | None:
            return amount("part_a_deductible", year, plan_level) if site is Site.HOSPITAL_OUTPATIENT else None

        terms = medicare_terms(
            deductible_of=deductible_of,
            default_coinsurance=milli_percent(full.expected),
            balances=balances,
            opening_on=opening_on,
            history_until=as_of,
            day_ceiling_of=ceiling_of,
        )
        if are_open and balance_level is Level.LOW:
            return open_balances.wholly_met(terms, terms.for_year(opening_on), balances)
        return terms

    carried = {name for (name, _), reading in readings.items() if reading is not None and reading.is_carried_forward}
    pointers = ("coverage.plan.deductible",) if "part_b_deductible" in carried else ()
    facts = (full.fact.id, *(reading.fact.id for reading in readings.values() if reading is not None))
    return SupposedTerms(of, bool(carried), are_open, pointers, tuple(assumptions), tuple(dict.fromkeys(facts)))


def _medicare_amounts(given_deductible: Cents | None, site: Site) -> tuple[str, ...]:
    names = () if given_deductible is not None else ("part_b_deductible",)
    return (*names, "part_a_deductible") if site is Site.HOSPITAL_OUTPATIENT else names


def _carried_amount(name: str, readings: list[Reading | None]) -> list[Assumption]:
    """Name an amount that had to be carried forward, once."""
    for reading in readings:
        if reading is not None and reading.is_carried_forward:
            last_day = reading.fact.period.last_day
            params = (("about", name), ("last_day", "" if last_day is None else last_day.isoformat()))
            pointer = "coverage.plan.deductible" if name == "part_b_deductible" else None
            return [Assumption("medicare_amount_carried_forward", params, pointer, reading.fact_ids)]
    return []


def balances_of(
    request: EstimateRequest, starts_on: date, first_on: date, assumptions: list[Assumption]
) -> tuple[Balances | None, date, date, bool]:
    """Give the balances, a day of their plan year, the last day of history, and whether they are open.

    Balances without a day are taken to be of today; where infusions lie in the past, of just before the first one.
    """
    given = request.coverage.balances
    day_before = first_on - timedelta(days=1)
    if given is not None:
        as_of = given.as_of if given.as_of is not None else min(request.as_of, day_before)
        opening_on = given.as_of if given.as_of is not None else min(request.as_of, first_on)
        if given.as_of is None:
            assumptions.append(
                Assumption("balances_as_of_assumed", (("as_of", as_of.isoformat()),), "coverage.balances.as_of")
            )
        opening = plan_year_of(opening_on, starts_on)
        if opening.last_day is not None and opening.last_day < first_on:
            days = (("first_day", opening.first_day.isoformat()), ("last_day", opening.last_day.isoformat()))
            assumptions.append(Assumption("balances_of_earlier_year", days, "coverage.balances"))
        if opening.first_day > first_on:
            since = (("first_day", opening.first_day.isoformat()),)
            assumptions.append(Assumption("earlier_plan_year_not_counted", since, "coverage.balances"))
        missing = open_balances.unknown(
            request.coverage.payer,
            request.coverage.plan,
            given,
            prefix="coverage.",
            is_outside=request.coverage.is_outside,
        )
        if missing:
            names = (("missing", ", ".join(missing)),)
            assumptions.append(Assumption("balances_partly_unknown", names, missing[0]))
        return given, opening_on, as_of, bool(missing)
    running = plan_year_of(first_on, starts_on)
    began_on = max(running.first_day, request.coverage.since or running.first_day)
    is_open = running.holds(day_before) and began_on <= min(request.as_of, day_before)
    if is_open:
        assumptions.append(Assumption("balances_assumed_zero", pointer="coverage.balances"))
    return None, first_on, day_before, is_open
