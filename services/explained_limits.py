"""The yearly limit in sentences: which one a line comes under, how much of it is met, and what never counts to it."""

from typing import NamedTuple

from estimator.benefits import YearTerms
from estimator.model.claims import LedgerState, Share
from estimator.model.codes import Category
from estimator.model.money import ZERO, Cents, percent_of
from estimator.model.plan import NO_LIMIT, CostShareRule
from services.wording import Wording, dollars

OUTSIDE = "out_of_network"


class Standing(NamedTuple):
    """The terms of one network, and where the ledger that they are held against stands after a line."""

    terms: YearTerms
    met: Cents
    family_met: Cents
    rule: CostShareRule

    @property
    def room(self) -> Cents:
        """What is left of the member's own limit."""
        return Cents(self.terms.out_of_pocket_max - self.met)

    @property
    def family_room(self) -> Cents:
        """What is left of the family's limit."""
        return Cents(self.terms.family_out_of_pocket_max - self.family_met)

    @property
    def is_familys(self) -> bool:
        """Say whether the family's limit is the nearer one."""
        return self.family_room < self.room

    def charges_copay_after_limit(self, share: Share) -> bool:
        """Say whether the limit had been reached before this line, whose copay is charged all the same."""
        order = self.terms.copay
        counted = share.copay if order.counts_to_out_of_pocket else ZERO
        return order.continues_after_out_of_pocket_max and min(self.room, self.family_room) + counted <= 0

    def lowers_to_most(self, share: Share) -> bool:
        """Say whether the rule's maximum was what held a share, rather than its minimum.

        What a minimum adds is coinsurance, so that of a copay alone, or of less than the percentage, it is the maximum.
        """
        if self.rule.minimum is None or self.rule.maximum is None or not share.coinsurance:
            return self.rule.maximum is not None
        base = share.plan_paid + share.cost_sharing - share.deductible
        if self.terms.copay.reduces_base:
            base -= share.copay
        return share.coinsurance < percent_of(Cents(base), share.percent or self.rule.coinsurance)


def standing(terms: YearTerms, state: LedgerState, share: Share, category: Category) -> Standing:
    """Give the terms and the ledger of the line's network."""
    if OUTSIDE in share.why and terms.out_of_network is not None:
        outside, limits = state.out_of_network, terms.out_of_network
        return Standing(limits, outside.out_of_pocket_met, outside.family_out_of_pocket_met, limits.rule(category))
    return Standing(terms, state.out_of_pocket_met, state.family_out_of_pocket_met, terms.rule(category))


def sentences(whole: YearTerms, found: Standing, share: Share, wording: Wording) -> list[str]:
    """Say what of a line never counts to the yearly limit, and how much of that has been met; none without a limit."""
    if not found.terms.is_capped:
        return []
    uncounted = [wording.sentence("explain", f"{part}_not_counted") for part in _not_counted(found.terms, share)]
    return [*uncounted, _so_far(whole, found, share, wording)]


def _not_counted(terms: YearTerms, share: Share) -> list[str]:
    parts = {
        "deductible": bool(share.deductible) and not terms.deductible_counts,
        "copay": bool(share.copay) and not terms.copay.counts_to_out_of_pocket and "maximizer" not in share.why,
        "coinsurance": bool(share.coinsurance) and not terms.coinsurance_counts,
        "not_covered": bool(share.non_covered),
        "balance_bill": bool(share.balance_bill) and not share.non_covered,
    }
    return [part for part, holds in parts.items() if holds]


def _so_far(whole: YearTerms, found: Standing, share: Share, wording: Wording) -> str:
    terms = found.terms
    limit = terms.family_out_of_pocket_max if found.is_familys else terms.out_of_pocket_max
    met = min(found.family_met if found.is_familys else found.met, limit)
    amounts = (("amount", dollars(met)), ("limit_amount", dollars(limit)))
    if terms.phases is not None:
        return wording.sentence("explain", "threshold_so_far", amounts)
    code = "family_limit_so_far" if found.is_familys else "limit_so_far"
    outside = whole.out_of_network
    if OUTSIDE in share.why and outside is not None:
        code += "_outside"
    elif outside is not None and min(outside.out_of_pocket_max, outside.family_out_of_pocket_max) < NO_LIMIT:
        code += "_inside"
    return wording.sentence("explain", code, amounts)
