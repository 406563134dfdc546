"""Help with the patient's share: what a programme and a grant pay of a line, and what of it the plan counts.

A programme runs by the calendar year, whatever the plan year; a fill is all its covered lines of one day. It pays of
deductible, copay and coinsurance alone: nobody pays for a line that is not covered, nor a balance bill.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from estimator.model.assistance import Counting, Grant, Help
from estimator.model.claims import ClaimLine, LedgerState, OutOfNetworkState, Share
from estimator.model.money import ZERO, Cents
from estimator.model.periods import MONTHS_IN_YEAR
from estimator.model.plan import NO_LIMIT

MAXIMIZER_USED_UP = "maximizer_used_up"
"""Nothing of the programme is left for this time: a plan that sets the share to what it gives asks for nothing."""
PATIENT = "self"
"""Whose lines are helped with: the patient's own."""


class HelpState(NamedTuple):
    """What has been used: of the programme in a calendar year and in a month of it, of the grant in all."""

    year: int = 0
    used: Cents = ZERO
    month: int = 0
    used_in_month: Cents = ZERO
    granted: Cents = ZERO

    def on(self, day: date) -> "HelpState":
        """Begin a new year and a new month where the day lies in one."""
        used = self.used if day.year == self.year else ZERO
        same_month = (day.year, day.month) == (self.year, self.month)
        return HelpState(day.year, used, day.month, self.used_in_month if same_month else ZERO, self.granted)


class HelpSoFar(NamedTuple):
    """What had been used of help by a day under one coverage, which the next one begins with."""

    state: HelpState
    on: date
    grant: Grant | None

    def into(self, terms: Help) -> Help:
        """Go on from here: what was stated of the programme stands, and a grant that is another's is still whole."""
        granted = self.state.granted if terms.grant == self.grant else ZERO
        if terms.used_on is not None:
            same_month = (terms.used_on.year, terms.used_on.month) == (self.state.year, self.state.month)
            return terms._replace(used_in_month=self.state.used_in_month if same_month else ZERO, granted=granted)
        return terms._replace(
            used=self.state.used, used_on=self.on, used_in_month=self.state.used_in_month, granted=granted
        )


class HelpOfDay:
    """What help is left for one member's day, line by line."""

    def __init__(self, terms: Help, state: HelpState, on: date) -> None:
        self.terms = terms
        self.state = state
        self.patient_left = self.program_left = self.month_left = self.grant_left = ZERO
        program, grant = terms.program, terms.grant
        if program is not None and program.annual_maximum is not None:
            left = max(program.annual_maximum - state.used, 0)
            self.patient_left = program.patient_pays
            self.program_left = Cents(
                min(left, NO_LIMIT if program.per_fill_maximum is None else program.per_fill_maximum)
            )
            self.month_left = Cents(max(min(left, program.annual_maximum // MONTHS_IN_YEAR - state.used_in_month), 0))
        self.is_used_up = program is not None and not self.month_left
        if grant is not None and grant.first_day <= on <= grant.last_day:
            self.grant_left = Cents(max(grant.amount - state.granted, 0))

    def is_maximized(self, line: ClaimLine) -> bool:
        """Say whether the plan sets this line's share to what the programme gives: in its network alone."""
        program = self.terms.program
        is_counted_so = self.terms.counting is Counting.MAXIMIZER and not line.is_out_of_network
        return is_counted_so and program is not None and line.category in program.covers

    def maximized(self, allowed: Cents) -> Share:
        """Give the share of such a line: a month's part of the programme, outside deductible and maximum."""
        share = Cents(min(allowed, self.month_left, self.program_left + self.patient_left))
        self.month_left = Cents(self.month_left - share)
        why = ("maximizer", MAXIMIZER_USED_UP) if self.is_used_up and allowed else ("maximizer",)
        return Share(copay=share, plan_paid=Cents(allowed - share), patient_share=share, why=why)

    def help_with(
        self,
        line: ClaimLine,
        share: Share,
        before: LedgerState,
        after: LedgerState,
        *,
        left: Cents | None = None,
        deductible_counts: bool = True,
    ) -> tuple[Share, LedgerState]:
        """Pay what programme and grant pay of a line, and take out of the ledger what the plan does not count.

        ``left`` is what later payers leave of the line's share, where there are any; ``deductible_counts`` says whether
        the deductible counts to the maximum. A maximizer counts nothing of the programme either.
        """
        owed = helpable(share)
        eligible = owed if left is None else min(owed, left)
        by_program = self._from_program(line, eligible)
        by_grant = self._from_grant(line, eligible - by_program)
        helped = by_program + by_grant
        if not helped:
            return share, after
        why = (*share.why, *(("copay_program",) if by_program else ()), *(("grant",) if by_grant else ()))
        if by_program and self.terms.counting is not Counting.NONE and after != before:
            why = (*why, "accumulator")
            after = _without(before, after, owed - by_program, deductible_counts=deductible_counts)
        return share._replace(assistance_paid=Cents(helped), why=why), after

    def _from_program(self, line: ClaimLine, eligible: int) -> int:
        program = self.terms.program
        if program is None or line.category not in program.covers:
            return 0
        own = min(eligible, self.patient_left)
        paid = min(eligible - own, self.program_left)
        self.patient_left = Cents(self.patient_left - own)
        self.program_left = Cents(self.program_left - paid)
        self.state = self.state._replace(
            used=Cents(self.state.used + paid), used_in_month=Cents(self.state.used_in_month + paid)
        )
        return paid

    def _from_grant(self, line: ClaimLine, eligible: int) -> int:
        grant = self.terms.grant
        if grant is None or line.category not in grant.covers:
            return 0
        paid = min(eligible, self.grant_left)
        self.grant_left = Cents(self.grant_left - paid)
        self.state = self.state._replace(granted=Cents(self.state.granted + paid))
        return paid


def helpable(share: Share) -> Cents:
    """Give what of a line's share help may pay: nothing of what is not covered, and no balance bill."""
    bill_left = share.balance_bill - share.bill_paid
    return Cents(max(share.patient_share - share.non_covered - bill_left, 0))


def is_used_up(shares: Iterable[Share]) -> bool:
    """Say whether a maximizer had nothing of its programme left for one of the lines."""
    return any(MAXIMIZER_USED_UP in share.why for share in shares)


def _without(before: LedgerState, after: LedgerState, own: int, *, deductible_counts: bool) -> LedgerState:
    """Credit the patient's ``own`` money alone: it meets the deductible first, then what counts to the maximum."""
    inside = LedgerState(*before[:5])
    kept = _credited_by(own, inside, LedgerState(*after[:5]), deductible_counts=deductible_counts)
    outside = _credited_by(
        own,
        LedgerState(*before.out_of_network),
        LedgerState(*after.out_of_network),
        deductible_counts=deductible_counts,
    )
    return kept._replace(out_of_network=OutOfNetworkState(*outside[:4]))


def _credited_by(own: int, before: LedgerState, after: LedgerState, *, deductible_counts: bool) -> LedgerState:
    """Credit one network's ledger with the patient's own money."""
    medical = min(after.deductible_met - before.deductible_met, own)
    pharmacy = min(after.pharmacy_deductible_met - before.pharmacy_deductible_met, own)
    counting = own if deductible_counts else max(own - medical - pharmacy, 0)
    out_of_pocket = min(after.out_of_pocket_met - before.out_of_pocket_met, counting)
    return LedgerState(
        Cents(before.deductible_met + medical),
        Cents(before.out_of_pocket_met + out_of_pocket),
        Cents(before.family_deductible_met + medical),
        Cents(before.family_out_of_pocket_met + out_of_pocket),
        Cents(before.pharmacy_deductible_met + pharmacy),
    )
