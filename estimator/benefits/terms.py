"""The terms under which a plan year's lines are shared: every number known, no question left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from estimator.model.claims import LedgerState
from estimator.model.codes import Category
from estimator.model.money import HUNDRED_PERCENT, ZERO, Cents, MilliPercent
from estimator.model.plan import (
    NO_LIMIT,
    Balances,
    CopayOrder,
    CostShareRule,
    FamilyRule,
    Limit,
    PlanDesign,
    Tier,
)

CALENDAR_YEAR = date(2024, 1, 1)
"""A plan year that is the calendar year; only month and day count."""


class YearTerms(NamedTuple):
    """One plan year's numbers. A limit of ``NO_LIMIT`` does not exist.

    ``is_plain`` says that deductible and coinsurance both count to the maximum and no ceiling holds for a day.
    """

    deductible: Cents
    family_deductible: Cents
    deductible_rule: FamilyRule
    out_of_pocket_max: Cents
    family_out_of_pocket_max: Cents
    out_of_pocket_rule: FamilyRule
    rules: tuple[tuple[Category, CostShareRule], ...]
    default_rule: CostShareRule
    copay: CopayOrder
    deductible_counts: bool
    coinsurance_counts: bool
    drug_deductible_applies: bool
    day_ceiling: Cents | None = None
    is_plain: bool = False

    def rule(self, category: Category) -> CostShareRule:
        """Give the rule of a category; the default stands in where it has none of its own."""
        for known, rule in self.rules:
            if known is category:
                return rule
        return self.default_rule

    @property
    def is_capped(self) -> bool:
        """Say whether a yearly limit exists."""
        return self.out_of_pocket_max < NO_LIMIT or self.family_out_of_pocket_max < NO_LIMIT


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan's terms year by year, and where its ledger stands.

    ``for_year`` gives the numbers of the plan year that starts on a day; ``opening`` is the ledger of the plan year
    that contains ``opening_on``; every other plan year starts at zero. Days up to ``history_until`` are history: their
    cost is inside the balances already.
    """

    year_starts_on: date
    for_year: Callable[[date], YearTerms]
    opening: LedgerState
    opening_on: date | None
    history_until: date | None


def plan_terms(
    plan: PlanDesign, balances: Balances | None, *, opening_on: date | None, history_until: date | None
) -> PlanTerms:
    """Turn a complete plan design into terms. The plan must be complete (``PlanDesign.is_complete``)."""
    year = year_terms(plan)
    return PlanTerms(
        year_starts_on=plan.year_starts_on or CALENDAR_YEAR,
        for_year=lambda _start: year,
        opening=opening_state(year, balances),
        opening_on=opening_on,
        history_until=history_until,
    )


def self_pay_terms() -> PlanTerms:
    """Give the terms of who pays without insurance: all of it, with no yearly limit."""
    year = year_terms(
        PlanDesign(CALENDAR_YEAR, Limit(ZERO), Limit(NO_LIMIT), default_share=CostShareRule(HUNDRED_PERCENT))
    )
    return PlanTerms(CALENDAR_YEAR, lambda _start: year, LedgerState(), None, None)


def year_terms(plan: PlanDesign) -> YearTerms:
    """Give the numbers of a complete plan design."""
    assert plan.default_share is not None
    deductible, family_deductible = _amounts(plan.deductible, plan.tier)
    maximum, family_maximum = _amounts(plan.out_of_pocket_max, plan.tier)
    return YearTerms(
        deductible=deductible,
        family_deductible=family_deductible,
        deductible_rule=plan.deductible.rule,
        out_of_pocket_max=maximum,
        family_out_of_pocket_max=family_maximum,
        out_of_pocket_rule=plan.out_of_pocket_max.rule,
        rules=plan.cost_share,
        default_rule=plan.default_share,
        copay=plan.copay,
        deductible_counts=plan.deductible_counts_to_out_of_pocket,
        coinsurance_counts=plan.coinsurance_counts_to_out_of_pocket,
        drug_deductible_applies=plan.drug_deductible_applies,
        is_plain=plan.deductible_counts_to_out_of_pocket and plan.coinsurance_counts_to_out_of_pocket,
    )


def medicare_terms(
    *,
    deductible_of: Callable[[int], Cents],
    default_coinsurance: MilliPercent,
    balances: Balances | None,
    opening_on: date | None,
    history_until: date | None,
    day_ceiling_of: Callable[[int], Cents | None],
) -> PlanTerms:
    """Give Original Medicare's Part B terms: a yearly deductible, a percentage of each line, and no yearly limit.

    ``day_ceiling_of`` gives the hospital outpatient copay ceiling of a year (the inpatient hospital deductible, 42 CFR
    419.41(c)(4)(i)), or ``None`` where it does not apply.
    """

    def for_year(start: date) -> YearTerms:
        return YearTerms(
            deductible=deductible_of(start.year),
            family_deductible=NO_LIMIT,
            deductible_rule=FamilyRule.EMBEDDED,
            out_of_pocket_max=NO_LIMIT,
            family_out_of_pocket_max=NO_LIMIT,
            out_of_pocket_rule=FamilyRule.EMBEDDED,
            rules=(),
            default_rule=CostShareRule(default_coinsurance),
            copay=CopayOrder(),
            deductible_counts=True,
            coinsurance_counts=True,
            drug_deductible_applies=True,
            day_ceiling=day_ceiling_of(start.year),
            is_plain=day_ceiling_of(start.year) is None,
        )

    opening_year = for_year(opening_on or CALENDAR_YEAR)
    return PlanTerms(CALENDAR_YEAR, for_year, opening_state(opening_year, balances), opening_on, history_until)


def own_limit(individual: Cents, family: Cents) -> Cents:
    """Give the limit that a member's own balances stand against: the family's, where there is no other."""
    return family if individual >= NO_LIMIT else individual


def opening_state(year: YearTerms, balances: Balances | None) -> LedgerState:
    """Turn balances into a ledger: what remains becomes what has been met; what is not known counts as nothing met."""
    if balances is None:
        return LedgerState()

    def met(given: Cents | None, remaining: Cents | None, limit: Cents) -> Cents:
        if given is not None:
            return given
        if remaining is None or limit >= NO_LIMIT:
            return ZERO
        return Cents(max(limit - remaining, 0))

    deductible = met(
        balances.deductible_met, balances.deductible_remaining, own_limit(year.deductible, year.family_deductible)
    )
    out_of_pocket = met(
        balances.out_of_pocket_met,
        balances.out_of_pocket_remaining,
        own_limit(year.out_of_pocket_max, year.family_out_of_pocket_max),
    )
    if balances.out_of_pocket_met is None and balances.out_of_pocket_remaining is None and year.deductible_counts:
        out_of_pocket = deductible  # what the deductible took has counted: the least that can have been met
    return LedgerState(
        deductible_met=deductible,
        out_of_pocket_met=out_of_pocket,
        family_deductible_met=balances.family_deductible_met
        if balances.family_deductible_met is not None
        else deductible,
        family_out_of_pocket_met=(
            balances.family_out_of_pocket_met if balances.family_out_of_pocket_met is not None else out_of_pocket
        ),
    )


def nothing_owed(year_starts_on: date | None) -> PlanDesign:
    """The kindest plan there can be: the patient owes nothing."""
    return PlanDesign(
        year_starts_on=year_starts_on,
        deductible=Limit(ZERO),
        out_of_pocket_max=Limit(ZERO),
        default_share=CostShareRule(MilliPercent(0)),
    )


def everything_up_to(limit: Cents, year_starts_on: date | None) -> PlanDesign:
    """The hardest plan a limit allows: the patient pays everything until the limit is reached."""
    return PlanDesign(
        year_starts_on=year_starts_on,
        deductible=Limit(limit),
        out_of_pocket_max=Limit(limit),
        default_share=CostShareRule(HUNDRED_PERCENT),
    )


def _amounts(limit: Limit, tier: Tier) -> tuple[Cents, Cents]:
    individual = limit.individual if limit.individual is not None else NO_LIMIT
    if tier is not Tier.FAMILY or limit.family is None:
        return individual, NO_LIMIT
    if limit.rule is FamilyRule.AGGREGATE:
        return NO_LIMIT, limit.family
    return individual, limit.family
