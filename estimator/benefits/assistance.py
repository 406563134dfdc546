"""Help with the patient's share: what a programme and a grant pay of a line, and what of it the plan counts.

A programme runs by the calendar year, whatever the plan year; a fill is all its covered lines of one day. It pays of
deductible, copay and coinsurance alone: nobody pays for a line that is not covered, nor a balance bill.
"""

from datetime import date
from typing import NamedTuple

from estimator.model.assistance import Counting, Help
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.money import ZERO, Cents
from estimator.model.periods import MONTHS_IN_YEAR
from estimator.model.plan import NO_LIMIT

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
        if grant is not None and grant.first_day <= on <= grant.last_day:
            self.grant_left = Cents(max(grant.amount - state.granted, 0))

    def is_maximized(self, line: ClaimLine) -> bool:
        """Say whether the plan sets this line's share to what the programme gives."""
        program = self.terms.program
        return self.terms.counting is Counting.MAXIMIZER and program is not None and line.category in program.covers

    def maximized(self, allowed: Cents) -> Share:
        """Give the share of such a line: a month's part of the programme, outside deductible and maximum."""
        share = Cents(min(allowed, self.month_left, self.program_left + self.patient_left))
        self.month_left = Cents(self.month_left - share)
        return Share(copay=share, plan_paid=Cents(allowed - share), patient_share=share, why=("maximizer",))

    def help_with(
        self, line: ClaimLine, share: Share, before: LedgerState, after: LedgerState
    ) -> tuple[Share, LedgerState]:
        """Pay what programme and grant pay of a line, and take out of the ledger what the plan does not count."""
        eligible = max(share.patient_share - share.non_covered - (share.balance_bill - share.bill_paid), 0)
        by_program = self._from_program(line, eligible)
        by_grant = self._from_grant(line, eligible - by_program)
        helped = by_program + by_grant
        if not helped:
            return share, after
        why = (*share.why, *(("copay_program",) if by_program else ()), *(("grant",) if by_grant else ()))
        if by_program and self.terms.counting is Counting.ACCUMULATOR:
            why = (*why, "accumulator")
            after = _without(before, after, by_program, own=eligible - by_program)
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


def _without(before: LedgerState, after: LedgerState, helped: int, *, own: int) -> LedgerState:
    """Take a programme's payment out of what a line credited: the patient's own money meets the deductible first."""
    out_of_pocket = max(after.out_of_pocket_met - before.out_of_pocket_met - helped, 0)
    medical = min(after.deductible_met - before.deductible_met, own)
    pharmacy = min(after.pharmacy_deductible_met - before.pharmacy_deductible_met, own)
    outside_before, outside = before.out_of_network, after.out_of_network
    outside_credit = max(outside.out_of_pocket_met - outside_before.out_of_pocket_met - helped, 0)
    outside_deductible = min(outside.deductible_met - outside_before.deductible_met, own)
    return LedgerState(
        Cents(before.deductible_met + medical),
        Cents(before.out_of_pocket_met + out_of_pocket),
        Cents(before.family_deductible_met + medical),
        Cents(before.family_out_of_pocket_met + out_of_pocket),
        Cents(before.pharmacy_deductible_met + pharmacy),
        outside._replace(
            deductible_met=Cents(outside_before.deductible_met + outside_deductible),
            out_of_pocket_met=Cents(outside_before.out_of_pocket_met + outside_credit),
            family_deductible_met=Cents(outside_before.family_deductible_met + outside_deductible),
            family_out_of_pocket_met=Cents(outside_before.family_out_of_pocket_met + outside_credit),
        ),
    )
