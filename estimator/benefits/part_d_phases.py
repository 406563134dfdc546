"""One Part D claim through the phases of the years before the yearly cap (2023, 2024): 42 U.S.C. 1395w-102.

Deductible; initial coverage up to a limit on the whole drug cost; the coverage gap, where the patient pays a percentage
and the discount of the manufacturer counts as spent; past the threshold the catastrophic phase. A claim that
straddles phases is parted exactly and its share rounded once. From 2025 the benefit is a deductible, a percentage and a
cap, which every plan's arithmetic knows.
"""

from fractions import Fraction

from estimator.benefits.rules import rule
from estimator.benefits.terms import Phases, YearTerms
from estimator.model.claims import ClaimLine, LedgerState, Rule, Share
from estimator.model.money import ZERO, Cents

WHOLE = 100_000


def split_line(
    line: ClaimLine, allowed: Cents, *, terms: YearTerms, state: LedgerState, phases: Phases
) -> tuple[Share, LedgerState]:
    """Share out one claim; ``state`` holds what has counted to the threshold and the drugs' whole cost so far."""
    rules: list[Rule] = []
    deductible = min(allowed, Cents(max(terms.deductible - state.deductible_met, 0)))
    counted = Fraction(state.out_of_pocket_met + deductible)
    gross = Fraction(state.drug_cost + deductible)
    left = Fraction(allowed - deductible)
    asked = terms.rule(line.category)

    part = min(left, max(phases.initial_limit - gross, Fraction(0)))
    copay = min(part, Fraction(asked.copay))
    initial = copay + (part - copay) * Fraction(asked.coinsurance, WHOLE)
    room = max(phases.threshold - counted, Fraction(0))
    if initial > room:
        part, initial = part * room / initial, room
    left -= part
    counted += initial
    _say(rules, "part_d_initial_coverage", part, initial)

    in_gap = Fraction(phases.gap_counted, WHOLE)
    part = min(left, max(phases.threshold - counted, Fraction(0)) / in_gap)
    gap = part * Fraction(phases.gap_percent, WHOLE)
    left -= part
    counted += part * in_gap
    _say(rules, "part_d_coverage_gap", part, gap)

    catastrophic = left * Fraction(phases.catastrophic_percent, WHOLE)
    _say(rules, "part_d_catastrophic", left, catastrophic)

    share = Cents(min(_cents(initial + gap + catastrophic), allowed - deductible))
    owed = Cents(deductible + share)
    counts = Cents(max(_cents(counted) - state.out_of_pocket_met, 0))
    why = tuple(code for code, amount in (("deductible", deductible), ("coinsurance", share)) if amount)
    return (
        Share(
            deductible=deductible,
            coinsurance=share,
            plan_paid=Cents(allowed - owed),
            patient_share=owed,
            why=why,
            rules=tuple(rules),
        ),
        state._replace(
            deductible_met=Cents(state.deductible_met + deductible),
            out_of_pocket_met=Cents(state.out_of_pocket_met + counts),
            family_deductible_met=Cents(state.family_deductible_met + deductible),
            family_out_of_pocket_met=Cents(state.family_out_of_pocket_met + counts),
            drug_cost=Cents(state.drug_cost + allowed),
        ),
    )


def _say(rules: list[Rule], code: str, cost: Fraction, share: Fraction) -> None:
    """Name a phase that the claim went through, with its part of the cost and of the share."""
    if cost:
        rules.append(rule(code, drug_cost=_cents(cost), amount=_cents(share)))


def _cents(exact: Fraction) -> Cents:
    """Round half up to whole cents."""
    return Cents(int((exact + Fraction(1, 2)) // 1)) if exact else ZERO
