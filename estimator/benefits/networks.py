"""A line in network or out of it: each network has its terms and its ledger."""

from estimator.benefits import part_d_phases, split
from estimator.benefits.terms import YearTerms
from estimator.model.claims import ClaimLine, LedgerState, OutOfNetworkState, Share
from estimator.model.codes import Benefit
from estimator.model.money import Cents


class DayInNetworks:
    """One member's day: what has been charged so far in network, and out of it."""

    def __init__(self, terms: YearTerms) -> None:
        self.inside = split.Day(terms.day_ceiling)
        self.outside: split.Day | None = None

    def outside_day(self) -> split.Day:
        """Give what has been charged out of network."""
        if self.outside is None:
            self.outside = split.Day(None)
        return self.outside


def split_line(
    line: ClaimLine, allowed: Cents, *, terms: YearTerms, state: LedgerState, day: DayInNetworks
) -> tuple[Share, LedgerState]:
    """Share out one line under the terms of its network, and credit what it met.

    Out of network the terms must be known; where the plan pays nothing there, see ``not_covered_outside``.
    """
    if line.benefit is Benefit.NONE:
        return Share(non_covered=allowed, patient_share=allowed, why=("no_benefit",)), state
    if terms.phases is not None:
        return part_d_phases.split_line(line, allowed, terms=terms, state=state, phases=terms.phases)
    if not line.is_out_of_network:
        share, after = split.split_line(line, allowed, terms=terms, state=state, day=day.inside)
        return share, _mirrored(state, after, terms) if terms.cross_accumulates else after
    outside = terms.out_of_network
    if outside is None:
        return not_covered_outside(allowed), state
    before = LedgerState(*state.out_of_network)
    share, after = split.split_line(line, allowed, terms=outside, state=before, day=day.outside_day())
    share = share._replace(why=("out_of_network", *share.why))
    deductible = after.deductible_met - before.deductible_met
    out_of_pocket = after.out_of_pocket_met - before.out_of_pocket_met
    state = state._replace(out_of_network=OutOfNetworkState(*after[:4]))
    if terms.cross_accumulates:
        state = _credit_inside(state, terms, deductible, out_of_pocket)
    return share, state


def not_covered_outside(allowed: Cents) -> Share:
    """Give the share of a line that the plan does not pay because it has no benefit out of network."""
    return Share(non_covered=allowed, patient_share=allowed, why=("no_out_of_network_benefit",))


def _credit_inside(state: LedgerState, terms: YearTerms, deductible: int, out_of_pocket: int) -> LedgerState:
    left = min(terms.deductible - state.deductible_met, terms.family_deductible - state.family_deductible_met)
    counted = max(min(deductible, left), 0)
    return state._replace(
        deductible_met=Cents(state.deductible_met + counted),
        out_of_pocket_met=Cents(state.out_of_pocket_met + out_of_pocket),
        family_deductible_met=Cents(state.family_deductible_met + counted),
        family_out_of_pocket_met=Cents(state.family_out_of_pocket_met + out_of_pocket),
    )


def _mirrored(before: LedgerState, after: LedgerState, terms: YearTerms) -> LedgerState:
    """Count what a line in network met out of network too, where the plan says so."""
    if terms.out_of_network is None or after is before:
        return after
    outside, limits = after.out_of_network, terms.out_of_network
    deductible = after.deductible_met - before.deductible_met
    out_of_pocket = after.out_of_pocket_met - before.out_of_pocket_met
    deductible = max(
        min(
            deductible,
            limits.deductible - outside.deductible_met,
            limits.family_deductible - outside.family_deductible_met,
        ),
        0,
    )
    return after._replace(
        out_of_network=OutOfNetworkState(
            Cents(outside.deductible_met + deductible),
            Cents(outside.out_of_pocket_met + out_of_pocket),
            Cents(outside.family_deductible_met + deductible),
            Cents(outside.family_out_of_pocket_met + out_of_pocket),
        )
    )
