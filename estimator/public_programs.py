"""Medicaid, TRICARE and the VA as payer without a plan: the most that their rules on file allow."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from estimator.benefits.terms import CALENDAR_YEAR, everything_up_to
from estimator.model.codes import Payer
from estimator.model.levels import Assumption
from estimator.model.money import ZERO, Cents, MilliPercent, from_exact, milli_percent, percent_of
from estimator.model.order import Household
from estimator.model.plan import NO_LIMIT, CostShareRule, Limit, Per, PlanDesign
from estimator.reference.book import ReferenceBook
from estimator.reference.record_reading import exact

PROGRAMS = frozenset({Payer.MEDICAID, Payer.TRICARE, Payer.VA})
CATASTROPHIC_CAP = ":catastrophic_cap"
VA_VISIT = "va:outpatient_specialty_visit"


class Hardest(NamedTuple):
    """The most a programme may ask, and what says so."""

    plan: PlanDesign
    said: Assumption
    fact_ids: tuple[str, ...]


def hardest(payer: Payer, household: Household | None, on: date, book: ReferenceBook) -> Hardest | None:
    """Give the hardest terms of a programme on a day; ``None`` where nothing on file bounds them."""
    if payer is Payer.VA:
        return _va(on, book)
    if payer is Payer.TRICARE:
        return _tricare(on, book)
    if payer is Payer.MEDICAID and household is not None:
        return _medicaid(household, on, book)
    return None


def _va(on: date, book: ReferenceBook) -> Hardest | None:
    """One specialty copayment a day; none for service-connected care."""
    reading = book.yearly("program_amount", VA_VISIT, on)
    if reading is None:
        return None
    rule = CostShareRule(MilliPercent(0), from_exact(reading.high), Per.VISIT)
    plan = PlanDesign(CALENDAR_YEAR, Limit(ZERO), Limit(NO_LIMIT), default_share=rule)
    params = (("copay", str(reading.high)),)
    return Hardest(plan, Assumption("va_copay_range", params, "coverage.plan", reading.fact_ids), reading.fact_ids)


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
    said = Assumption("tricare_plan_unknown", params, "coverage.plan", highest.fact_ids)
    return Hardest(everything_up_to(from_exact(highest.high), CALENDAR_YEAR), said, highest.fact_ids)


def _medicaid(household: Household, on: date, book: ReferenceBook) -> Hardest | None:
    """All up to the part of a family's income that cost sharing may take (42 U.S.C. 1396o-1)."""
    fact = book.word("benefit_rule", "medicaid:family_cap", on)
    if fact is None or not isinstance(fact.value, Mapping):
        return None
    percent = exact(fact.value.get("percent_of_income"), fact=fact)
    limit: Cents = percent_of(household.income, milli_percent(percent))
    params = (("percent", str(percent)), ("limit", f"{limit // 100}.{limit % 100:02d}"))
    said = Assumption("medicaid_family_cap", params, "coverage.plan", (fact.id,))
    return Hardest(everything_up_to(limit, CALENDAR_YEAR), said, (fact.id,))
