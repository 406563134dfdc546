"""One member's day: the stages of sharing out a line, in their order.

1. the plan's terms of the line's network: deductible, copay, coinsurance, ceilings, maximum; the ledger is credited;
2. help with what the patient is left with, after any later payer, and what of it the plan does not count;
3. what a provider out of network may charge on top.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from estimator.benefits import networks
from estimator.benefits.assistance import HelpOfDay, HelpState
from estimator.benefits.terms import YearTerms
from estimator.model.assistance import Help
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.codes import PriceBasis
from estimator.model.money import Cents

BILL_UNKNOWN = "balance_bill_unknown"
"""The share is that of the allowed amount alone: no charge was given, and there may be a bill for the rest of it."""


class SharedDay(NamedTuple):
    """A day shared out: a share and the ledger after it for each line, and what help has been used."""

    shares: tuple[Share, ...]
    states: tuple[LedgerState, ...]
    used: HelpState | None = None


def share_out_day(
    lines: Sequence[ClaimLine],
    *,
    terms: YearTerms,
    state: LedgerState,
    on: date | None = None,
    assistance: Help | None = None,
    used: HelpState | None = None,
    left: Sequence[Cents] | None = None,
) -> SharedDay:
    """Share out the lines of one member and one day, in the order given (drug first). Every line must have a price.

    ``left`` is what later payers leave of each line's share, for help to pay; ``None``: nobody pays later.
    """
    day = networks.DayInNetworks(terms)
    help_of_day = None
    if assistance is not None and on is not None:
        help_of_day = HelpOfDay(assistance, (used or HelpState()).on(on), on)
    shares = []
    states = []
    for place, line in enumerate(lines):
        allowed = line.allowed
        assert allowed is not None
        if help_of_day is not None and help_of_day.is_maximized(line):
            share, after = help_of_day.maximized(allowed), state
        else:
            share, after = networks.split_line(line, allowed, terms=terms, state=state, day=day)
        if help_of_day is not None:
            share, after = help_of_day.help_with(
                line,
                share,
                state,
                after,
                left=None if left is None else left[place],
                deductible_counts=terms.deductible_counts,
            )
        if line.is_out_of_network and terms.balance_bill_allowed:
            share = _balance_billed(line, allowed, share)
        state = after
        shares.append(share)
        states.append(state)
    return SharedDay(tuple(shares), tuple(states), None if help_of_day is None else help_of_day.state)


def _balance_billed(line: ClaimLine, allowed: Cents, share: Share) -> Share:
    """Add what a provider out of network charges above the allowed amount; where no charge is known, say so."""
    if line.billed is None and line.price_basis is PriceBasis.INCLUDED:
        return share  # another line carries the charge, as it carries the price
    if line.billed is None:
        return share._replace(why=(*share.why, BILL_UNKNOWN))
    if line.billed <= allowed:
        return share
    above = Cents(line.billed - allowed)
    return share._replace(
        balance_bill=above, patient_share=Cents(share.patient_share + above), why=(*share.why, "balance_bill")
    )
