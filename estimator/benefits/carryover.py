"""Fourth-quarter carry-over: what the last three months credit to the deductible counts in the next plan year too."""

from collections.abc import Callable
from datetime import date

from estimator.benefits.terms import YearTerms
from estimator.model.claims import LedgerState
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Period, add_months

MONTHS_BEFORE = 9
"""The last three months begin nine months after the plan year does."""


class LastMonths:
    """What each member's deductible was credited with in the last three months of one plan year."""

    def __init__(self, period: Period, opening: Cents = ZERO) -> None:
        self.first_day = add_months(period.first_day, MONTHS_BEFORE)
        self.credited: dict[str, Cents] = {"self": opening} if opening else {}

    def add(self, member: str, on: date, before: LedgerState, after: LedgerState) -> None:
        """Take in what a day credited."""
        credit = after.deductible_met - before.deductible_met
        if credit > 0 and on >= self.first_day:
            self.credited[member] = Cents(self.credited.get(member, ZERO) + credit)

    def carried(self, terms: YearTerms, state_of: Callable[[str], LedgerState]) -> dict[str, LedgerState]:
        """Give the ledger with which each member begins the next year; the family begins with the sum of them."""
        if terms.carryover is None:
            return {}
        kept = {
            member: amount
            for member, amount in self.credited.items()
            if not (terms.carryover.only_if_deductible_unmet and _is_met(state_of(member), terms))
        }
        family = Cents(sum(kept.values()))
        return {
            member: LedgerState(deductible_met=amount, family_deductible_met=family) for member, amount in kept.items()
        }


def _is_met(state: LedgerState, terms: YearTerms) -> bool:
    return state.deductible_met >= terms.deductible or state.family_deductible_met >= terms.family_deductible
