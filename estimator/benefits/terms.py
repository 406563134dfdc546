"""The terms under which a plan year's lines are shared: every number known, no question left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from estimator.benefits.later import LaterPayer
from estimator.benefits.openings import opening_members, opening_state
from estimator.model.assistance import Help
from estimator.model.claims import LedgerState
from estimator.model.codes import Category
from estimator.model.money import HUNDRED_PERCENT, ZERO, Cents, MilliPercent
from estimator.model.periods import plan_year_of
from estimator.model.plan import (
    NO_LIMIT,
    Balances,
    Carryover,
    CopayOrder,
    CostShareRule,
    FamilyRule,
    Limit,
    OutOfNetwork,
    PlanDesign,
    Tier,
)

CALENDAR_YEAR = date(2024, 1, 1)
"""A plan year that is the calendar year; only month and day count."""

DRUGS = frozenset({Category.DRUG, Category.PHARMACY})
"""The lines that a plan's words about drugs mean: given by a provider, or dispensed by a pharmacy."""


class Phases(NamedTuple):
    """The phases of a drug plan's year before there was a cap.

    ``initial_limit`` bounds the drugs' whole cost in initial coverage, ``threshold`` what has counted before the
    catastrophic phase; in the gap ``gap_counted`` of the cost counts, of which the patient pays ``gap_percent``.
    """

    initial_limit: Cents
    gap_percent: MilliPercent
    gap_counted: MilliPercent
    threshold: Cents
    catastrophic_percent: MilliPercent


class YearTerms(NamedTuple):
    """One plan year's numbers. A limit of ``NO_LIMIT`` does not exist.

    ``is_plain`` says that deductible and coinsurance both count to the maximum, that drugs have no deductible of their
    own and that no ceiling holds for a day. ``out_of_network`` is ``None`` where the plan pays nothing there or its
    terms are not known. ``has_deductible`` is false where nothing is insured, so that none can be met.
    ``is_limited_by_income`` says that a limit holds which goes by an income nobody said, so that it has no figure;
    ``quarter_limit`` is the figure of such a limit, which holds for the family in each calendar quarter.
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
    pharmacy_deductible: Cents | None = None
    out_of_network: "YearTerms | None" = None
    cross_accumulates: bool = False
    balance_bill_allowed: bool = False
    carryover: Carryover | None = None
    has_deductible: bool = True
    phases: Phases | None = None
    is_limited_by_income: bool = False
    quarter_limit: Cents | None = None

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

    @property
    def everything_counts(self) -> bool:
        """Say whether all that is paid in network counts to the yearly limit, and nothing is paid above it."""
        copay = self.copay
        above = not copay.counts_to_out_of_pocket or copay.continues_after_out_of_pocket_max
        return self.deductible_counts and self.coinsurance_counts and not above


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan's terms year by year, and where its ledger stands.

    ``for_year`` gives the numbers of the plan year that starts on a day; ``opening`` is the ledger of the plan year
    that contains ``opening_on``, ``opening_members`` that of the family's other members, ``opening_last_months`` what
    the last three months of that year have met of the deductible; every other plan year starts at zero. Days up to
    ``history_until`` are history: their cost is inside the balances already. ``assistance`` helps with the shares,
    ``later`` pay after the plan, in their order.
    """

    year_starts_on: date
    for_year: Callable[[date], YearTerms]
    opening: LedgerState
    opening_on: date | None
    history_until: date | None
    opening_members: Mapping[str, LedgerState] = field(default_factory=dict)
    opening_last_months: Cents = ZERO
    assistance: Help | None = None
    later: tuple[LaterPayer, ...] = ()


def self_pay_terms() -> PlanTerms:
    """Give the terms of who pays without insurance: all of it, with no yearly limit."""
    year = year_terms(
        PlanDesign(CALENDAR_YEAR, Limit(ZERO), Limit(NO_LIMIT), default_share=CostShareRule(HUNDRED_PERCENT))
    )._replace(has_deductible=False)
    return PlanTerms(CALENDAR_YEAR, lambda _start: year, LedgerState(), None, None)


def year_terms(
    plan: PlanDesign, *, self_only_limit: Cents | None = None, balance_bill_allowed: bool = False
) -> YearTerms:
    """Give the numbers of a complete plan design.

    ``self_only_limit`` is the federal limit of one person, which holds for each member of a family (45 CFR 156.130).
    """
    assert plan.default_share is not None
    deductible, family_deductible = _amounts(plan.deductible, plan.tier)
    maximum, family_maximum = _amounts(plan.out_of_pocket_max, plan.tier)
    if self_only_limit is not None and is_under_self_only_limit(plan, self_only_limit):
        maximum = self_only_limit
    outside = plan.out_of_network
    has_outside = outside is not None and outside.has_benefit and outside.is_complete
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
        is_plain=plan.deductible_counts_to_out_of_pocket
        and plan.coinsurance_counts_to_out_of_pocket
        and plan.pharmacy_deductible is None,
        pharmacy_deductible=plan.pharmacy_deductible,
        out_of_network=_outside(plan, outside) if has_outside and outside is not None else None,
        cross_accumulates=has_outside and outside is not None and outside.cross_accumulates,
        balance_bill_allowed=balance_bill_allowed,
        carryover=None if plan.hdhp else plan.carryover,
        quarter_limit=plan.quarter_limit,
    )


def is_under_self_only_limit(plan: PlanDesign, limit: Cents) -> bool:
    """Say whether the federal limit of one person lowers what a member of this plan's family may have to pay."""
    family = plan.out_of_pocket_max.family
    if plan.tier is not Tier.FAMILY or plan.grandfathered or family is None or family >= NO_LIMIT:
        return False
    return _amounts(plan.out_of_pocket_max, plan.tier)[0] > limit and family > limit


def _outside(plan: PlanDesign, outside: OutOfNetwork) -> YearTerms:
    """Give the numbers out of network; the order of the copay and what counts are the plan's."""
    deductible, family_deductible = _amounts(outside.deductible, plan.tier)
    maximum, family_maximum = _amounts(outside.out_of_pocket_max, plan.tier)
    assert outside.default_share is not None
    return YearTerms(
        deductible=deductible,
        family_deductible=family_deductible,
        deductible_rule=outside.deductible.rule,
        out_of_pocket_max=maximum,
        family_out_of_pocket_max=family_maximum,
        out_of_pocket_rule=outside.out_of_pocket_max.rule,
        rules=outside.cost_share,
        default_rule=outside.default_share,
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


def plan_terms(
    plan: PlanDesign,
    balances: Balances | None,
    *,
    opening_on: date | None,
    history_until: date | None,
    year_of: Callable[[date], YearTerms] | None = None,
) -> PlanTerms:
    """Turn a complete plan design into terms. The plan must be complete (``PlanDesign.is_complete``).

    ``year_of`` gives the numbers by plan year, where a federal limit makes them differ from year to year.
    """
    starts_on = plan.year_starts_on or CALENDAR_YEAR
    known = year_terms(plan)
    for_year = year_of or (lambda _start: known)
    opening_year = known if opening_on is None else for_year(plan_year_of(opening_on, starts_on).first_day)
    return opened(starts_on, for_year, opening_year, balances, opening_on=opening_on, history_until=history_until)


def opened(
    year_starts_on: date,
    for_year: Callable[[date], YearTerms],
    opening_year: YearTerms,
    balances: Balances | None,
    *,
    opening_on: date | None,
    history_until: date | None,
) -> PlanTerms:
    """Open a plan's ledgers with the balances that were given."""
    opening = opening_state(opening_year, balances)
    return PlanTerms(
        year_starts_on=year_starts_on,
        for_year=for_year,
        opening=opening,
        opening_on=opening_on,
        history_until=history_until,
        opening_members=opening_members(opening_year, balances, opening),
        opening_last_months=(balances.fourth_quarter_deductible if balances is not None else None) or ZERO,
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
