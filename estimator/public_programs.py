"""Medicaid, TRICARE and the VA as payer: the most that their rules on file allow, with a plan and without one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator import poverty
from estimator.benefits.terms import CALENDAR_YEAR, everything_up_to
from estimator.errors import BadFact
from estimator.model.codes import Payer
from estimator.model.levels import Assumption, Level
from estimator.model.money import ZERO, Cents, MilliPercent, from_exact, milli_percent, percent_of, text
from estimator.model.order import Household, Patient
from estimator.model.plan import NO_LIMIT, CostShareRule, Limit, Per, PlanDesign, Tier
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

PROGRAMS = frozenset({Payer.MEDICAID, Payer.TRICARE, Payer.VA})
CATASTROPHIC_CAP = ":catastrophic_cap"
VA_VISIT = "va:outpatient_specialty_visit"
SERVICES = "medicaid:outpatient_maximum"
QUARTERS = 4
PLAN, HOUSEHOLD = "coverage.plan", "patient.household"


class Hardest(NamedTuple):
    """The most a programme may ask, and what says so. ``pointer`` names the answer that would narrow it."""

    plan: PlanDesign
    said: tuple[Assumption, ...]
    fact_ids: tuple[str, ...]
    pointer: str = PLAN
    is_limited_by_income: bool = False


class IncomeLimit(NamedTuple):
    """What a family's whole Medicaid cost sharing may come to: a percentage of its income, by month or quarter."""

    percent: Decimal
    year: Cents
    quarter: Cents
    fact_id: str


def hardest(payer: Payer, patient: Patient, on: date, book: ReferenceBook) -> Hardest | None:
    """Give the hardest terms of a programme on a day; ``None`` where nothing on file bounds them."""
    if payer is Payer.VA:
        return _va(on, book)
    if payer is Payer.TRICARE:
        return _tricare(on, book)
    return _medicaid(patient, on, book) if payer is Payer.MEDICAID else None


def income_limit(household: Household | None, on: date, book: ReferenceBook) -> IncomeLimit | None:
    """Give Medicaid's limit on a family's cost sharing in dollars; ``None`` without an income or a rule on file."""
    fact = _family_cap(on, book)
    if household is None or fact is None:
        return None
    percent = _number(fact, "percent_of_income")
    year = percent_of(household.income, milli_percent(percent))
    return IncomeLimit(percent, year, Cents(-(-year // QUARTERS)), fact.id)


def within_income(plan: PlanDesign, limit: IncomeLimit, *, is_family: bool = False) -> PlanDesign:
    """Hold a plan to the limit that goes by income, which is the whole family's, in each quarter and in the year.

    A maximum that was not said stays unknown: the plan's own may be lower than that limit.
    """
    own = plan.out_of_pocket_max
    plan = replace(plan, quarter_limit=limit.quarter)
    if not own.is_known:
        return plan
    individual = min(NO_LIMIT if own.individual is None else own.individual, limit.year)
    if not is_family:
        return replace(plan, out_of_pocket_max=Limit(individual, own.family, own.rule))
    family = min(NO_LIMIT if own.family is None else own.family, limit.year)
    return replace(plan, tier=Tier.FAMILY, out_of_pocket_max=Limit(individual, family, own.rule))


def limit_assumption(
    household: Household | None, on: date, book: ReferenceBook, *, pointer: str = HOUSEHOLD
) -> Assumption | None:
    """Say what Medicaid's limit by income makes of a plan that was given; that it has no figure without an income."""
    fact = _family_cap(on, book)
    if fact is None:
        return None
    limit = income_limit(household, on, book)
    percent = ("percent", plain(_number(fact, "percent_of_income")))
    if limit is None:
        return Assumption("medicaid_family_limit_unknown", (percent,), pointer, (fact.id,))
    figures = (percent, ("limit", text(limit.year)), ("quarter", text(limit.quarter)))
    return Assumption("medicaid_family_limit", figures, pointer, (fact.id,))


def percent_doubt(
    plan: PlanDesign, household: Household | None, state: str | None, on: date, book: ReferenceBook, *, prefix: str = ""
) -> Assumption | None:
    """Name a percentage above what Medicaid may ask of a service at the household's income (42 CFR 447.52(b))."""
    services = book.word("benefit_rule", SERVICES, on)
    level = None if household is None else poverty.level_of(household, state, on.year, book, at=Level.LOW)
    if services is None or level is None:
        return None
    most = milli_percent(_service_percent(services, level))
    asked = max(rule.coinsurance for rule in (plan.default_share, *dict(plan.cost_share).values()) if rule is not None)
    if asked <= most:
        return None
    params = (
        ("given", plain(Decimal(asked).scaleb(-3))),
        ("most", plain(Decimal(most).scaleb(-3))),
        ("poverty_percent", str(level.percent)),
    )
    facts = (services.id, *level.fact_ids)
    return Assumption("medicaid_percent_above_maximum", params, f"{prefix}plan.cost_share", facts)


def _service_percent(services: Fact, level: poverty.PovertyLevel | None) -> Decimal:
    is_low = level is not None and level.is_up_to(_number(services, "second_band_to_percent_fpl"))
    return _number(services, "percent_to_150_percent_fpl" if is_low else "percent_above_150_percent_fpl")


def _va(on: date, book: ReferenceBook) -> Hardest | None:
    """One specialty copayment a day; none for service-connected care."""
    reading = book.yearly("program_amount", VA_VISIT, on)
    if reading is None:
        return None
    rule = CostShareRule(MilliPercent(0), from_exact(reading.high), Per.VISIT)
    plan = PlanDesign(CALENDAR_YEAR, Limit(ZERO), Limit(NO_LIMIT), default_share=rule)
    params = (("copay", str(reading.high)),)
    return Hardest(plan, (Assumption("va_copay_range", params, PLAN, reading.fact_ids),), reading.fact_ids)


def _tricare(on: date, book: ReferenceBook) -> Hardest | None:
    """All up to the highest catastrophic cap of any plan and group on file for the year."""
    found = []
    for kind, key in book.timelines:
        if kind == "program_amount" and key.startswith("tricare:") and key.endswith(CATASTROPHIC_CAP):
            reading = book.yearly(kind, key, on)
            if reading is not None:
                found.append(reading)
    if not found:
        return None
    highest = max(found, key=lambda reading: reading.high)
    params = (("limit", str(highest.high)), ("year", str(on.year)))
    said = Assumption("tricare_plan_unknown", params, PLAN, highest.fact_ids)
    return Hardest(everything_up_to(from_exact(highest.high), CALENDAR_YEAR), (said,), highest.fact_ids)


def _medicaid(patient: Patient, on: date, book: ReferenceBook) -> Hardest | None:
    """A percentage of each service that rises with income, up to a part of the income in a year (42 CFR 447.52, .56).

    At or below the poverty guideline a state may ask a fixed few dollars a service; what they are today is not on file,
    so the percentage of the next band, which is more than they are for any infusion, bounds them.
    """
    cap, services = _family_cap(on, book), book.word("benefit_rule", SERVICES, on)
    if cap is None or services is None:
        return None
    level = None
    if patient.household is not None:
        level = poverty.level_of(patient.household, patient.residence_state, on.year, book, at=Level.LOW)
    percent = _service_percent(services, level)
    limit = income_limit(patient.household, on, book)
    facts = (cap.id, services.id, *(() if level is None else level.fact_ids))
    plan = PlanDesign(CALENDAR_YEAR, Limit(ZERO), Limit(NO_LIMIT), CostShareRule(milli_percent(percent), per=Per.VISIT))
    plan = plan if limit is None else within_income(plan, limit)
    asks = ("service_percent", plain(percent))
    of_income = ("percent", plain(_number(cap, "percent_of_income")))
    if limit is None or level is None:
        said = Assumption("medicaid_without_income", (asks, of_income), HOUSEHOLD, facts)
        return Hardest(plan, (said,), facts, HOUSEHOLD, is_limited_by_income=True)
    figures = (
        asks,
        of_income,
        ("limit", text(limit.year)),
        ("quarter", text(limit.quarter)),
        ("poverty_percent", str(level.percent)),
    )
    found = [Assumption("medicaid_by_income", figures, PLAN, facts)]
    if level.is_up_to(_number(services, "first_band_to_percent_fpl")):
        amount = _number(services, "amount_to_100_percent_fpl")
        found.append(Assumption("medicaid_nominal", (("amount", plain(amount)),), PLAN, (services.id,)))
    return Hardest(plan, tuple(found), facts)


def _family_cap(on: date, book: ReferenceBook) -> Fact | None:
    return book.word("benefit_rule", "medicaid:family_cap", on)


def _number(fact: Fact, name: str) -> Decimal:
    if not isinstance(fact.value, Mapping):
        raise BadFact(file=fact.kind, row=fact.id, reason="the value must be a map")
    return exact(fact.value.get(name), fact=fact)
