"""A limit that holds in each calendar quarter, beside those of the plan year: Medicaid's by income (42 CFR 447.56(f)).

The ledger counts by plan year. Within a quarter the family may meet no more than it had met when the quarter began and
the limit on top; so the terms of a quarter are those of the year with a family's maximum that moves.
"""

from collections.abc import Sequence
from datetime import date

from estimator.benefits.terms import YearTerms
from estimator.model.claims import LedgerState, Share
from estimator.model.money import ZERO, Cents
from estimator.model.periods import Quarter, quarter_of

REACHED = "out_of_pocket_max_reached"
QUARTER_REACHED = "income_limit_of_quarter"


class QuarterlyLimit:
    """The terms of the quarter at hand. Balances given within a quarter count as of the quarters before it."""

    def __init__(self, quarter: Quarter | None = None, met_before: Cents = ZERO) -> None:
        self._quarter = quarter
        self._met_before = met_before

    def copy(self) -> "QuarterlyLimit":
        """Give a limit that goes on from here by itself."""
        return QuarterlyLimit(self._quarter, self._met_before)

    def terms_on(self, on: date, year: YearTerms, state: LedgerState) -> YearTerms:
        """Give the terms that hold on a day; ``state`` is the ledger before it. Days must come in order."""
        if year.quarter_limit is None:
            return year
        quarter = quarter_of(on)
        if quarter != self._quarter:
            self._quarter, self._met_before = quarter, state.family_out_of_pocket_met
        most = Cents(self._met_before + year.quarter_limit)
        return year._replace(family_out_of_pocket_max=min(year.family_out_of_pocket_max, most))


def named(shares: Sequence[Share], states: Sequence[LedgerState], year: YearTerms) -> tuple[Share, ...]:
    """Name the quarter's limit where it is what a share was held to, and not the year's."""
    return tuple(
        share._replace(why=tuple(QUARTER_REACHED if code == REACHED else code for code in share.why))
        if REACHED in share.why
        and state.out_of_pocket_met < year.out_of_pocket_max
        and state.family_out_of_pocket_met < year.family_out_of_pocket_max
        else share
        for share, state in zip(shares, states, strict=True)
    )
