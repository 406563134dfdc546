"""A plan of which something was left open: what is missing, and the kindest and the hardest terms there can be."""

from dataclasses import replace
from datetime import date, timedelta

from estimator import plan_rules
from estimator.benefits.terms import everything_up_to, nothing_owed
from estimator.model.levels import Assumption, Level
from estimator.model.money import HUNDRED_PERCENT, ZERO, Cents, MilliPercent
from estimator.model.order import Coverage
from estimator.model.periods import plan_year_of
from estimator.model.plan import (
    NO_BENEFIT_OUT_OF_NETWORK,
    NO_LIMIT,
    Balances,
    CostShareRule,
    Limit,
    OutOfNetwork,
    PlanDesign,
)
from estimator.reference.book import ReferenceBook

ALL_PAID_OUTSIDE = OutOfNetwork(Limit(ZERO), Limit(ZERO), CostShareRule(MilliPercent(0)))
OUTSIDE = "coverage.plan.out_of_network"


def open_pointers(plan: PlanDesign | None) -> tuple[str, ...]:
    """Name what a plan leaves open in network, what moves the cost most first."""
    pointers = []
    if plan is None or not plan.out_of_pocket_max.is_known:
        pointers.append("coverage.plan.out_of_pocket_max")
    if plan is None or not plan.deductible.is_known:
        pointers.append("coverage.plan.deductible")
    if plan is None or plan.default_share is None:
        pointers.append("coverage.plan.cost_share")
    return tuple(pointers)


def limit_assumptions(
    pointers: tuple[str, ...],
    plan: PlanDesign | None,
    limit_name: str | None,
    starts_on: date,
    days: tuple[date, date],
    book: ReferenceBook,
    *,
    by_income: bool = False,
) -> list[Assumption]:
    """Name what is missing of a plan, and the federal limit that bounds it once per plan year with infusions.

    A plan whose own maximum is known is bounded by that; ``by_income`` says that the family's income bounds it.
    """
    code = "plan_unknown" if plan is None else "plan_incomplete"
    missing = ("missing", ", ".join(pointers))
    if "coverage.plan.out_of_pocket_max" not in pointers:
        return [Assumption("plan_incomplete_within_maximum", (missing,), pointers[0])]
    if by_income:
        return [Assumption("plan_incomplete_within_income", (missing,), pointers[0])]
    found = []
    first_on, latest_on = days
    for start in plan_years(first_on, latest_on, starts_on):
        reading = None if limit_name is None else book.yearly("federal_limit", limit_name, start)
        if reading is not None:
            params = (("limit", str(reading.high)), ("year", str(start.year)), missing)
            found.append(Assumption(code, params, pointers[0], (reading.fact.id,)))
            last_day = reading.fact.period.last_day
            if reading.is_carried_forward and last_day is not None:
                carried = (("year", str(start.year)), ("last_day", last_day.isoformat()))
                found.append(Assumption("federal_limit_carried_forward", carried, pointers[0], reading.fact_ids))
    return found or [Assumption(f"{code}_without_limit", (missing,), pointers[0])]


def plan_years(first_on: date, latest_on: date, starts_on: date) -> list[date]:
    """List the first days of all plan years from one day to another."""
    found = [plan_year_of(first_on, starts_on).first_day]
    while True:
        last_day = plan_year_of(found[-1], starts_on).last_day
        if last_day is None or last_day >= latest_on:
            return found
        found.append(last_day + timedelta(days=1))


def completed(plan: PlanDesign | None, level: Level, limit: Cents, starts_on: date) -> PlanDesign:
    """Complete a plan: at LOW the kindest terms there can be, else the hardest the limit allows."""
    if plan is None:
        whole = nothing_owed(starts_on) if level is Level.LOW else everything_up_to(limit, starts_on)
        return replace(whole, out_of_network=_supposed_outside(None, level))
    deductible, maximum = plan.deductible.individual, plan.out_of_pocket_max.individual
    if level is Level.LOW:
        deductible = ZERO if deductible is None else deductible
        maximum = deductible if maximum is None else maximum
        share = plan.default_share or CostShareRule(MilliPercent(0))
    else:
        maximum = (max(limit, deductible or ZERO) if limit < NO_LIMIT else NO_LIMIT) if maximum is None else maximum
        deductible = maximum if deductible is None else deductible
        share = plan.default_share or CostShareRule(HUNDRED_PERCENT)
    return replace(
        plan,
        deductible=Limit(deductible, plan.deductible.family, plan.deductible.rule),
        out_of_pocket_max=Limit(maximum, plan.out_of_pocket_max.family, plan.out_of_pocket_max.rule),
        default_share=share,
        out_of_network=_supposed_outside(plan.out_of_network, level),
    )


def is_carryover_open(
    plan: PlanDesign | None, balances: Balances | None, latest_start: date, assumptions: list[Assumption]
) -> bool:
    """Say whether it is open what the last three months take into the next plan year, and name it if so."""
    if plan is None or not plan_rules.is_carryover_unknown(plan, balances, latest_start=latest_start):
        return False
    pointer = "coverage.balances.fourth_quarter_deductible"
    assumptions.append(Assumption("balances_partly_unknown", (("missing", pointer),), pointer))
    return True


def outside_pointers(coverage: Coverage, assumptions: list[Assumption]) -> tuple[str, ...]:
    """Name the terms out of network where they hold and are not known, and what is supposed of the amounts there."""
    if not coverage.is_outside:
        return ()
    assumptions.append(Assumption("out_of_network_allowed", pointer="price"))
    outside = coverage.plan.out_of_network if coverage.plan is not None else None
    if outside is not None and outside.is_complete:
        return ()
    assumptions.append(Assumption("out_of_network_terms_supposed", pointer=OUTSIDE))
    return (OUTSIDE,)


def _supposed_outside(given: OutOfNetwork | None, level: Level) -> OutOfNetwork:
    """Complete what a plan pays out of network: all of it at LOW, else nothing."""
    if given is not None and given.is_complete:
        return given
    return ALL_PAID_OUTSIDE if level is Level.LOW else NO_BENEFIT_OUT_OF_NETWORK
