"""What has been met and was not said: which balances matter under a plan, and the most that can have been met."""

from collections.abc import Iterable
from dataclasses import replace

from estimator.benefits import PlanTerms, YearTerms
from estimator.benefits.openings import own_limit
from estimator.model.claims import LedgerState, OutOfNetworkState
from estimator.model.codes import Payer
from estimator.model.money import ZERO, Cents
from estimator.model.plan import (
    NO_LIMIT,
    Balances,
    FamilyRule,
    Limit,
    OutOfNetworkBalances,
    PlanDesign,
    Tier,
)


def unknown(
    payer: Payer,
    plan: PlanDesign | None,
    given: Balances,
    *,
    prefix: str,
    is_outside: bool,
    others: Iterable[str] = (),
) -> tuple[str, ...]:
    """Name the balances that matter under this plan and were not said. ``prefix`` comes before their names.

    ``is_outside`` says that some of what is shared out is out of network; ``others`` are the members beside the patient
    of whom something is shared out.
    """
    has_maximum = payer is not Payer.MEDICARE
    has_family = has_maximum and plan is not None and plan.tier is Tier.FAMILY
    maximum = None if plan is None else plan.out_of_pocket_max
    deductible = None if plan is None else plan.deductible
    missing = []
    if given.deductible_met is None and given.deductible_remaining is None and not _is_none(deductible):
        missing.append("deductible_met")
    if has_maximum and not _is_none(maximum):
        if given.out_of_pocket_met is None and given.out_of_pocket_remaining is None:
            missing.append("out_of_pocket_met")
        if has_family and given.family_out_of_pocket_met is None and _has_own_family(maximum):
            missing.append("family_out_of_pocket_met")
    if plan is not None and plan.pharmacy_deductible and given.pharmacy_deductible_met is None:
        missing.append("pharmacy_deductible_met")
    if has_family and given.family_deductible_met is None and _has_own_family(deductible):
        missing.append("family_deductible_met")
    if is_outside and plan is not None:
        missing += _unknown_outside(plan, given)
    if _has_own(deductible) or (has_maximum and _has_own(maximum)):
        said = {name for name, _ in given.members}
        missing += [f"members.{name}" for name in dict.fromkeys(others) if name not in said]
    return tuple(f"{prefix}balances.{name}" for name in missing)


def _unknown_outside(plan: PlanDesign, given: Balances) -> list[str]:
    """Name what was not said of the amounts out of network, where what was met in network does not tell it."""
    outside = plan.out_of_network
    if outside is None or not outside.has_benefit or not outside.is_complete or outside.cross_accumulates:
        return []
    known = given.out_of_network or OutOfNetworkBalances()
    pairs = (
        ("deductible_met", known.deductible_met, outside.deductible),
        ("out_of_pocket_met", known.out_of_pocket_met, outside.out_of_pocket_max),
    )
    return [f"out_of_network.{name}" for name, met, limit in pairs if met is None and not _is_none(limit)]


def _is_none(limit: Limit | None) -> bool:
    """Say whether the plan has no such limit: a deductible of nothing, a maximum that does not exist."""
    return limit is not None and limit.individual in (ZERO, NO_LIMIT) and limit.family in (None, ZERO, NO_LIMIT)


def _has_own(limit: Limit | None) -> bool:
    """Say whether each member has an own amount to meet."""
    return limit is not None and limit.rule is FamilyRule.EMBEDDED and limit.individual not in (None, ZERO, NO_LIMIT)


def _has_own_family(limit: Limit | None) -> bool:
    """Say whether the family has an amount beside the member's own, which its other members may have used."""
    return limit is not None and limit.family is not None and limit.rule is FamilyRule.EMBEDDED


def wholly_met(terms: PlanTerms, year: YearTerms, given: Balances | None) -> PlanTerms:
    """Take every balance that was not said as wholly met: the least that can be owed."""
    given = given or Balances()
    known = terms.opening
    deductible, maximum = known.deductible_met, known.out_of_pocket_met
    if given.deductible_met is None and given.deductible_remaining is None:
        deductible = _limit_or(own_limit(year.deductible, year.family_deductible), deductible)
    if given.out_of_pocket_met is None and given.out_of_pocket_remaining is None:
        maximum = _limit_or(own_limit(year.out_of_pocket_max, year.family_out_of_pocket_max), maximum)
    family_deductible, family_maximum = given.family_deductible_met, given.family_out_of_pocket_met
    if family_deductible is None:
        family_deductible = _limit_or(year.family_deductible, deductible)
    if family_maximum is None:
        family_maximum = _limit_or(year.family_out_of_pocket_max, maximum)
    pharmacy = known.pharmacy_deductible_met
    if given.pharmacy_deductible_met is None and year.pharmacy_deductible is not None:
        pharmacy = year.pharmacy_deductible
    opening = known._replace(
        deductible_met=deductible,
        out_of_pocket_met=maximum,
        family_deductible_met=family_deductible,
        family_out_of_pocket_met=family_maximum,
        pharmacy_deductible_met=pharmacy,
        out_of_network=_outside_met(known, year, given),
    )
    return replace(terms, opening=opening)


def _outside_met(known: LedgerState, year: YearTerms, given: Balances) -> OutOfNetworkState:
    limits, state = year.out_of_network, known.out_of_network
    if limits is None or year.cross_accumulates:
        return state
    said = given.out_of_network or OutOfNetworkBalances()
    deductible, maximum = state.deductible_met, state.out_of_pocket_met
    if said.deductible_met is None:
        deductible = _limit_or(own_limit(limits.deductible, limits.family_deductible), deductible)
    if said.out_of_pocket_met is None:
        maximum = _limit_or(own_limit(limits.out_of_pocket_max, limits.family_out_of_pocket_max), maximum)
    return OutOfNetworkState(
        deductible,
        maximum,
        max(state.family_deductible_met, deductible),
        max(state.family_out_of_pocket_met, maximum),
    )


def _limit_or(limit: Cents, other: Cents) -> Cents:
    return limit if limit < NO_LIMIT else other
