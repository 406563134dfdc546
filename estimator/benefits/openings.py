"""Balances → the ledgers that a plan year opens with, of the member, the family and its other members."""

from typing import TYPE_CHECKING

from estimator.model.claims import NOTHING_OUT_OF_NETWORK, LedgerState, OutOfNetworkState
from estimator.model.money import ZERO, Cents
from estimator.model.plan import NO_LIMIT, Balances, FamilyRule, MemberBalances

if TYPE_CHECKING:
    from estimator.benefits.terms import YearTerms


def own_limit(individual: Cents, family: Cents) -> Cents:
    """Give the limit that a member's own balances stand against: the family's, where there is no other."""
    return family if individual >= NO_LIMIT else individual


def opening_state(year: "YearTerms", balances: Balances | None) -> LedgerState:
    """Turn balances into a ledger: what remains becomes what has been met; what is not known counts as nothing met.

    The family has met at least what its members have, where nothing else is said of it.
    """
    if balances is None:
        return LedgerState()
    deductible = _met(
        balances.deductible_met,
        balances.deductible_remaining,
        stated_limit(year.deductible, year.family_deductible, year.deductible_rule),
    )
    out_of_pocket = _met(
        balances.out_of_pocket_met,
        balances.out_of_pocket_remaining,
        stated_limit(year.out_of_pocket_max, year.family_out_of_pocket_max, year.out_of_pocket_rule),
    )
    pharmacy = balances.pharmacy_deductible_met or ZERO
    if balances.out_of_pocket_met is None and balances.out_of_pocket_remaining is None and year.deductible_counts:
        # What the deductibles took has counted: the least that can have been met.
        out_of_pocket = Cents(deductible + pharmacy)
    others = [_opening_member(year, member) for _, member in balances.members]
    of_family = _is_familys(year.deductible_rule, year.family_deductible)
    is_familys_deductible = balances.deductible_met is None and of_family
    family_deductible = balances.family_deductible_met
    if family_deductible is None:
        theirs = sum(member.deductible_met for member in others)
        family_deductible = Cents(max(deductible, theirs) if is_familys_deductible else deductible + theirs)
    is_stated = balances.out_of_pocket_met is not None or balances.out_of_pocket_remaining is not None
    is_familys_maximum = balances.out_of_pocket_met is None and (
        _is_familys(year.out_of_pocket_rule, year.family_out_of_pocket_max) if is_stated else is_familys_deductible
    )
    family_out_of_pocket = balances.family_out_of_pocket_met
    if family_out_of_pocket is None:
        theirs = sum(member.out_of_pocket_met for member in others)
        family_out_of_pocket = Cents(max(out_of_pocket, theirs) if is_familys_maximum else out_of_pocket + theirs)
    is_familys = balances.out_of_pocket_met is None and year.out_of_pocket_rule is FamilyRule.AGGREGATE
    return LedgerState(
        deductible_met=deductible,
        # Under the aggregate rule what remains is the family's: nothing is known of the member's own part.
        out_of_pocket_met=ZERO if is_familys and year.out_of_pocket_max < NO_LIMIT else out_of_pocket,
        family_deductible_met=family_deductible,
        family_out_of_pocket_met=family_out_of_pocket,
        pharmacy_deductible_met=pharmacy,
        out_of_network=_opening_outside(
            year,
            balances,
            OutOfNetworkState(deductible, out_of_pocket, family_deductible, family_out_of_pocket),
        ),
    )


def opening_members(year: "YearTerms", balances: Balances | None, opening: LedgerState) -> dict[str, LedgerState]:
    """Turn the balances of the family's other members into their ledgers; what is not known counts as nothing met."""
    if balances is None:
        return {}
    return {
        name: _opening_member(year, member)._replace(
            family_deductible_met=opening.family_deductible_met,
            family_out_of_pocket_met=opening.family_out_of_pocket_met,
            out_of_network=opening.out_of_network._replace(deductible_met=ZERO, out_of_pocket_met=ZERO),
        )
        for name, member in balances.members
    }


def _opening_member(year: "YearTerms", member: MemberBalances) -> LedgerState:
    """Open another member's own part; what the deductibles took has counted where they count to the maximum."""
    deductible, pharmacy = member.deductible_met or ZERO, member.pharmacy_deductible_met or ZERO
    out_of_pocket = member.out_of_pocket_met
    if out_of_pocket is None:
        out_of_pocket = Cents(deductible + pharmacy) if year.deductible_counts else ZERO
    return LedgerState(deductible, out_of_pocket, pharmacy_deductible_met=pharmacy)


def _is_familys(rule: FamilyRule, family: Cents) -> bool:
    return rule is FamilyRule.AGGREGATE and family < NO_LIMIT


def stated_limit(individual: Cents, family: Cents, rule: FamilyRule) -> Cents:
    """Give the limit that what remains is stated against: under the aggregate rule the family's."""
    return family if rule is FamilyRule.AGGREGATE and family < NO_LIMIT else own_limit(individual, family)


def _met(given: Cents | None, remaining: Cents | None, limit: Cents) -> Cents:
    if given is not None:
        return given
    if remaining is None or limit >= NO_LIMIT:
        return ZERO
    return Cents(max(limit - remaining, 0))


def _opening_outside(year: "YearTerms", balances: Balances, inside: OutOfNetworkState) -> OutOfNetworkState:
    """Open the ledger out of network; what was met in network counts there too where the plan says so."""
    limits, met = year.out_of_network, NOTHING_OUT_OF_NETWORK
    if year.cross_accumulates and limits is not None:
        met = inside._replace(
            deductible_met=min(inside.deductible_met, own_limit(limits.deductible, limits.family_deductible)),
            family_deductible_met=min(inside.family_deductible_met, limits.family_deductible),
        )
    given = balances.out_of_network
    if given is None:
        return met
    deductible = _either(given.deductible_met, met.deductible_met)
    out_of_pocket = _either(given.out_of_pocket_met, max(met.out_of_pocket_met, deductible))
    return OutOfNetworkState(
        deductible,
        out_of_pocket,
        _either(given.family_deductible_met, max(met.family_deductible_met, deductible)),
        _either(given.family_out_of_pocket_met, max(met.family_out_of_pocket_met, out_of_pocket)),
    )


def _either(given: Cents | None, other: Cents) -> Cents:
    return other if given is None else given
