"""One line → plan and patient, under one plan year's terms of one network.

The order is the payer's: a copay that comes first, the deductible, a copay that comes after it, the coinsurance on the
rest, the rule's own minimum and maximum, the day's ceiling, the out-of-pocket maximum. Each amount is rounded once.
"""

from itertools import product
from typing import NamedTuple

from estimator.benefits.terms import DRUGS, YearTerms
from estimator.model.claims import ClaimLine, LedgerState, Share
from estimator.model.money import ZERO, Cents, MilliPercent, percent_of
from estimator.model.plan import CostShareRule, Per

_WHY = {
    flags: tuple(
        code
        for code, holds in zip(("deductible", "coinsurance", "out_of_pocket_max_reached"), flags, strict=True)
        if holds
    )
    for flags in product((False, True), repeat=3)
}


class _Asked(NamedTuple):
    """What the terms ask of one line before any ceiling."""

    deductible: Cents
    copay: Cents
    coinsurance: Cents
    percent: MilliPercent
    why: tuple[str, ...]


class _Charged(NamedTuple):
    """What one rule has taken so far in a visit, copay and coinsurance together, and what it asked for by itself."""

    copay: int = 0
    asked: int = 0
    taken: int = 0


class Day:
    """What has been charged so far in one day: a rule's copay is due once per visit, and so do its limits apply.

    A rule goes by the category that states it; all that the default covers shares one.
    """

    def __init__(self, ceiling: Cents | None) -> None:
        self.charged: dict[object, _Charged] = {}
        self.ceiling_left = ceiling


def split_line(
    line: ClaimLine, allowed: Cents, *, terms: YearTerms, state: LedgerState, day: Day
) -> tuple[Share, LedgerState]:
    """Share out one line: gives the share and the ledger afterwards. Allowed amount = plan paid + patient share."""
    rule = terms.rule(line.category)
    if terms.is_plain and rule.is_plain:
        return _split_plainly(line, allowed, rule, terms, state)
    return _split(line, allowed, terms, state, day)


def _split_plainly(
    line: ClaimLine, allowed: Cents, rule: CostShareRule, terms: YearTerms, state: LedgerState
) -> tuple[Share, LedgerState]:
    """Split a line of the commonest design, a deductible, then a percentage, up to a maximum: ``_split`` in short."""
    deductible_met, out_of_pocket_met, family_deductible_met, family_out_of_pocket_met, pharmacy, outside = state[:6]
    deductible = 0
    if terms.drug_deductible_applies or line.category not in DRUGS:
        left = min(terms.deductible - deductible_met, terms.family_deductible - family_deductible_met)
        deductible = min(left, allowed) if left > 0 else 0
    percent = rule.coinsurance if line.coinsurance is None else line.coinsurance
    coinsurance = percent_of(Cents(allowed - deductible), percent)
    room = min(terms.out_of_pocket_max - out_of_pocket_met, terms.family_out_of_pocket_max - family_out_of_pocket_met)
    room = max(room, 0)
    asked = deductible + coinsurance
    over = asked - room if asked > room else 0
    paid = asked - over
    credited = deductible - (over - coinsurance if over > coinsurance else 0)
    why = _WHY[deductible > 0, coinsurance > 0, over > 0 or (not asked and not room)]
    # Positional, in the order of Share's fields: this is the innermost loop of every estimate.
    share = Share(
        Cents(deductible),
        ZERO,
        coinsurance,
        Cents(over),
        ZERO,
        ZERO,
        Cents(allowed - paid),
        ZERO,
        ZERO,
        Cents(paid),
        ZERO,
        None,
        why,
        percent,
    )
    if not paid:
        return share, state
    return share, LedgerState(
        Cents(deductible_met + credited),
        Cents(out_of_pocket_met + paid),
        Cents(family_deductible_met + credited),
        Cents(family_out_of_pocket_met + paid),
        pharmacy,
        outside,
    )


def _split(
    line: ClaimLine, allowed: Cents, terms: YearTerms, state: LedgerState, day: Day
) -> tuple[Share, LedgerState]:
    asked = _ask(line, allowed, terms, state, day)
    why = list(asked.why)
    coinsurance_reduction = ZERO
    if day.ceiling_left is not None and line.is_under_day_ceiling:
        kept = min(asked.coinsurance, day.ceiling_left)
        coinsurance_reduction = Cents(asked.coinsurance - kept)
        day.ceiling_left = Cents(day.ceiling_left - kept)
        if coinsurance_reduction:
            why.append("hospital_day_ceiling")
    coinsurance = Cents(asked.coinsurance - coinsurance_reduction)
    deductible_cut, copay_cut, coinsurance_cut = _over_maximum(asked.deductible, asked.copay, coinsurance, terms, state)
    if (
        deductible_cut
        or copay_cut
        or coinsurance_cut
        or (_out_of_pocket_left(terms, state) == 0 and not (asked.deductible or asked.copay or asked.coinsurance))
    ):
        why.append("out_of_pocket_max_reached")
    reduction = Cents(coinsurance_reduction + deductible_cut + copay_cut + coinsurance_cut)
    share = Cents(asked.deductible + asked.copay + asked.coinsurance - reduction)
    state = _credit(
        state,
        line,
        terms,
        deductible=asked.deductible - deductible_cut,
        copay=asked.copay - copay_cut if terms.copay.counts_to_deductible else 0,
        out_of_pocket=_counted(
            asked.deductible - deductible_cut, asked.copay - copay_cut, coinsurance - coinsurance_cut, terms
        ),
    )
    return (
        Share(
            deductible=asked.deductible,
            copay=asked.copay,
            coinsurance=asked.coinsurance,
            ceiling_reduction=reduction,
            plan_paid=Cents(allowed - share),
            patient_share=share,
            why=tuple(why),
            percent=asked.percent,
        ),
        state,
    )


def _ask(line: ClaimLine, allowed: Cents, terms: YearTerms, state: LedgerState, day: Day) -> _Asked:
    rule = terms.rule(line.category)
    stated_by = line.category if any(known is line.category for known, _ in terms.rules) else None
    order = terms.copay
    why: list[str] = []
    # What is dispensed under one code on one day is one fill: the drug that is given and what is left over of it.
    counted_by = (stated_by, line.code if line.code is not None else id(line)) if rule.per is Per.FILL else stated_by
    before = day.charged.get(counted_by, _Charged())
    stated = _copay_due(line, rule, terms, state, before)
    due = stated if rule.maximum is None else Cents(min(stated, max(rule.maximum - before.taken, 0)))
    base = allowed
    copay = ZERO
    if due and order.before_deductible:
        copay = Cents(min(due, allowed))
        base = Cents(allowed - copay) if order.reduces_base else allowed
    left = _deductible_left(line, terms, state, copay if order.counts_to_deductible else ZERO)
    deductible = Cents(min(left, base, allowed - copay))
    remainder = Cents(base - deductible)
    if due and not order.before_deductible and remainder > 0:
        copay = Cents(min(due, remainder))
        if order.reduces_base:
            remainder = Cents(remainder - copay)
    percent = rule.coinsurance if line.coinsurance is None else line.coinsurance
    room = Cents(min(remainder, allowed - deductible - copay))
    asked = Cents(copay + min(percent_of(remainder, percent), room))
    taken = _within_rule(asked, rule, before, room=Cents(copay + room))
    if rule.per is not Per.LINE:
        day.charged[counted_by] = _Charged(before.copay + copay, before.asked + asked, before.taken + taken)
    is_bound = taken != asked or due != stated
    copay = min(copay, taken)
    coinsurance = Cents(taken - copay)
    if copay:
        why.append("copay")
    if deductible:
        why.append("deductible")
    if coinsurance:
        why.append("coinsurance")
    if is_bound:
        why.append("own_least_or_most")
    return _Asked(deductible, copay, coinsurance, percent, tuple(why))


def _copay_due(line: ClaimLine, rule: CostShareRule, terms: YearTerms, state: LedgerState, before: _Charged) -> Cents:
    """Give what a line still owes of its rule's copay, of which the visit has already been charged a part."""
    if not terms.copay.continues_after_deductible and _deductible_left(line, terms, state, ZERO) == 0:
        return ZERO
    if not terms.copay.continues_after_out_of_pocket_max and _out_of_pocket_left(terms, state) == 0:
        return ZERO
    return Cents(rule.copay - before.copay)


def _within_rule(asked: Cents, rule: CostShareRule, before: _Charged, *, room: Cents) -> Cents:
    """Hold copay and coinsurance between the rule's minimum and maximum: the least and the most a visit's lines cost.

    The deductible stands outside both.
    """
    if rule.minimum is None and rule.maximum is None:
        return asked
    due = before.asked + asked
    if rule.minimum is not None:
        due = max(due, rule.minimum)
    if rule.maximum is not None:
        due = min(due, rule.maximum)
    return Cents(min(max(due - before.taken, 0), room))


def _over_maximum(
    deductible: Cents, copay: Cents, coinsurance: Cents, terms: YearTerms, state: LedgerState
) -> tuple[Cents, Cents, Cents]:
    """Say how much of each part lies over the out-of-pocket maximum: coinsurance gives way first, then the copay."""
    counts = (
        deductible if terms.deductible_counts else ZERO,
        copay if terms.copay.counts_to_out_of_pocket and not terms.copay.continues_after_out_of_pocket_max else ZERO,
        coinsurance if terms.coinsurance_counts else ZERO,
    )
    over = sum(counts) - _out_of_pocket_left(terms, state)
    if terms.copay.continues_after_out_of_pocket_max and terms.copay.counts_to_out_of_pocket:
        over += copay
    if over <= 0:
        return ZERO, ZERO, ZERO
    coinsurance_cut = min(counts[2], over)
    copay_cut = min(counts[1], over - coinsurance_cut)
    deductible_cut = min(counts[0], over - coinsurance_cut - copay_cut)
    return Cents(deductible_cut), Cents(copay_cut), Cents(coinsurance_cut)


def _counted(deductible: int, copay: int, coinsurance: int, terms: YearTerms) -> int:
    return (
        (deductible if terms.deductible_counts else 0)
        + (copay if terms.copay.counts_to_out_of_pocket else 0)
        + (coinsurance if terms.coinsurance_counts else 0)
    )


def _deductible_left(line: ClaimLine, terms: YearTerms, state: LedgerState, already: Cents) -> Cents:
    """Give what is left of the deductible that a line falls under: none, the drugs' own, or the member's and family's.

    An embedded member's credit to the family never passes the member's own amount, since no more is ever charged.
    """
    if line.category in DRUGS:
        if not terms.drug_deductible_applies:
            return ZERO
        if terms.pharmacy_deductible is not None:
            return Cents(max(terms.pharmacy_deductible - state.pharmacy_deductible_met - already, 0))
    left = min(terms.deductible - state.deductible_met, terms.family_deductible - state.family_deductible_met)
    return Cents(max(left - already, 0))


def _out_of_pocket_left(terms: YearTerms, state: LedgerState) -> Cents:
    left = min(
        terms.out_of_pocket_max - state.out_of_pocket_met,
        terms.family_out_of_pocket_max - state.family_out_of_pocket_met,
    )
    return Cents(max(left, 0))


def _credit(
    state: LedgerState, line: ClaimLine, terms: YearTerms, *, deductible: int, copay: int, out_of_pocket: int
) -> LedgerState:
    """Credit a line. A copay that counts to the deductible meets it, never more than it."""
    own_deductible = line.category in DRUGS and terms.pharmacy_deductible is not None
    credit = deductible
    if copay:
        credit = max(deductible, min(deductible + copay, _deductible_left(line, terms, state, ZERO)))
    medical = 0 if own_deductible else credit
    return LedgerState(
        Cents(state.deductible_met + medical),
        Cents(state.out_of_pocket_met + out_of_pocket),
        Cents(state.family_deductible_met + medical),
        Cents(state.family_out_of_pocket_met + out_of_pocket),
        Cents(state.pharmacy_deductible_met + credit - medical),
        state.out_of_network,
    )
