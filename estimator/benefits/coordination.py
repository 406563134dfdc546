"""Coordination: what the payers after the first one pay of each line, in their order.

The first payer's ledger has been credited before; each later payer has its own. No later payer ever raises what the
patient is left with, and on every line
allowed amount + balance bill = plan paid + secondary paid + assistance paid + patient cost + provider liability.
"""

from collections.abc import Sequence
from datetime import date

from estimator.benefits.adjudicate import (
    NOBODY_LATER,
    AdjudicatedVisit,
    Adjudication,
    GoingOn,
    LeftToHelp,
    Memo,
    YearResult,
    adjudicate,
)
from estimator.benefits.assistance import helpable
from estimator.benefits.later import Day, LaterPayer, Shares
from estimator.benefits.terms import PlanTerms
from estimator.model.claims import Rule, Share, VisitClaim
from estimator.model.money import ZERO, Cents


def adjudicate_with_later(
    claims: Sequence[VisitClaim],
    *,
    terms: PlanTerms,
    memo: Memo | None = None,
    counted_from: date = date.min,
    going_on: GoingOn | None = None,
) -> Adjudication:
    """Share out visits under a plan's terms, then let its later payers pay (``PlanTerms.later``), then help.

    Days before ``counted_from`` move the later payers' ledgers too. Help pays of what all of them leave, so that
    nobody's help is used up on what a later payer pays. ``going_on`` is where the ledgers stand from days before.
    """
    left: LeftToHelp = NOBODY_LATER
    if terms.later and terms.assistance is not None:
        left = _left_to_help(claims, terms, memo, going_on)
    found = adjudicate(claims, terms=terms, memo=memo, counted_from=counted_from, left=left, going_on=going_on)
    if not terms.later:
        return found
    whole = found
    if any(claim.service_on < counted_from for claim in claims):
        whole = adjudicate(claims, terms=terms, memo=memo, left=left, going_on=going_on)
    before = () if going_on is None else going_on.days
    earlier = (*before, *(visit for visit in whole.visits if visit.claim.service_on < counted_from))
    settled = coordinate(found, terms.later, earlier=earlier)
    if settled.closing is None:
        return settled
    return settled._replace(closing=settled.closing._replace(days=(*before, *whole.visits)))


def _left_to_help(
    claims: Sequence[VisitClaim], terms: PlanTerms, memo: Memo | None, going_on: GoingOn | None
) -> LeftToHelp:
    """Find what the later payers leave of each line's share: help comes after them.

    Help moves the plan's ledger where the plan does not count it, and so the shares of later lines, which the later
    payers are given. What is left of a line hangs on earlier lines alone: each round settles at least one more line,
    and the first round that changes nothing is the answer.
    """
    left: LeftToHelp = NOBODY_LATER
    while True:
        shared = adjudicate(claims, terms=terms, memo=memo, left=left, going_on=going_on)
        found = coordinate(shared, terms.later, earlier=() if going_on is None else going_on.days)
        after = {
            id(visit.claim): tuple(helpable(share) for share in visit.shares)
            for visit in found.visits
            if visit.shares is not None
        }
        if after == left:
            return left
        left = after


def coordinate(
    found: Adjudication, payers: Sequence[LaterPayer], *, earlier: Sequence[AdjudicatedVisit] = ()
) -> Adjudication:
    """Let the later payers pay, in their order. ``earlier`` are days before those of ``found`` that move ledgers."""
    if not payers:
        return found
    live = [visit for visit in (*earlier, *found.visits) if not visit.is_history]
    days = [
        Day(visit.claim.service_on, visit.claim.member, visit.claim.lines, _without_help(visit.shares))
        for visit in live
    ]
    for payer in payers:
        days = [day._replace(shares=shares) for day, shares in zip(days, payer.pay(days), strict=True)]
    settled = {id(visit.claim): _with_help(day.shares, visit.shares) for visit, day in zip(live, days, strict=True)}
    visits = tuple(visit if visit.is_history else _settled(visit, settled[id(visit.claim)]) for visit in found.visits)
    years = tuple(_year(year, visits) for year in found.years)
    costs = [visit.patient_cost for visit in visits if not visit.is_history]
    paid = [visit.plan_paid for visit in visits if not visit.is_history]
    return found._replace(visits=visits, years=years, patient_cost=_sum(costs), plan_paid=_sum(paid))


def pays(share: Share, amount: Cents, *rules: Rule, forgiven: Cents = ZERO, of_bill: Cents = ZERO) -> Share:
    """Let a payer pay ``amount`` of what the patient is left with; ``forgiven`` of it falls on the provider.

    ``of_bill`` is what of the amount pays a balance bill.
    """
    left = Cents(share.patient_share - amount - forgiven)
    return share._replace(
        secondary_paid=Cents(share.secondary_paid + amount),
        provider_liability=Cents(share.provider_liability + forgiven),
        patient_share=left,
        rules=(*share.rules, *rules),
        bill_paid=Cents(share.bill_paid + of_bill),
    )


def paid_before(share: Share) -> Cents:
    """Give what all payers so far have paid of a line."""
    return Cents(share.plan_paid + share.secondary_paid)


def coverable(share: Share) -> Cents:
    """Give what of the allowed amount the patient is left with: an allowable expense, without any balance bill."""
    return Cents(max(share.patient_share - bill_left(share), 0))


def bill_left(share: Share) -> Cents:
    """Give what of the balance bill nobody has paid so far."""
    return Cents(share.balance_bill - share.bill_paid)


def _without_help(shares: Shares) -> Shares:
    """Give the shares as the later payers get them: nobody has helped yet."""
    return None if shares is None else tuple(share._replace(assistance_paid=ZERO) for share in shares)


def _with_help(shares: Shares, helped: Shares) -> Shares:
    """Let help pay of what the later payers leave."""
    if shares is None or helped is None:
        return shares
    return tuple(
        share._replace(assistance_paid=min(before.assistance_paid, helpable(share)))
        for share, before in zip(shares, helped, strict=True)
    )


def _settled(visit: AdjudicatedVisit, shares: Shares) -> AdjudicatedVisit:
    if shares is None:
        return visit._replace(shares=None, patient_cost=None, plan_paid=None)
    return visit._replace(
        shares=shares,
        patient_cost=Cents(sum(share.patient_cost for share in shares)),
        plan_paid=Cents(sum(share.plan_paid for share in shares)),
    )


def _year(year: YearResult, visits: Sequence[AdjudicatedVisit]) -> YearResult:
    if year.is_past or year.patient_cost is None:
        return year
    costs = [visit.patient_cost for visit in visits if visit.year == year.period and not visit.is_history]
    return year._replace(patient_cost=_sum(costs))


def _sum(amounts: Sequence[Cents | None]) -> Cents | None:
    known = [amount for amount in amounts if amount is not None]
    return Cents(sum(known)) if len(known) == len(amounts) else None
