"""Coordination: what the payers after the first one pay of each line, in their order.

The first payer's ledger has been credited before; each later payer has its own. No later payer ever raises what the
patient is left with, and on every line
allowed amount + balance bill = plan paid + secondary paid + assistance paid + patient cost + provider liability.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from estimator.benefits.adjudicate import AdjudicatedVisit, Adjudication, Memo, YearResult, adjudicate
from estimator.benefits.assistance import PATIENT, HelpOfDay, HelpState
from estimator.benefits.later import Day, LaterPayer, Shares
from estimator.benefits.terms import PlanTerms
from estimator.model.assistance import Counting, Help
from estimator.model.claims import Rule, Share, VisitClaim
from estimator.model.money import ZERO, Cents


def adjudicate_with_later(
    claims: Sequence[VisitClaim], *, terms: PlanTerms, memo: Memo | None = None, counted_from: date = date.min
) -> Adjudication:
    """Share out visits under a plan's terms, then let its later payers pay (``PlanTerms.later``).

    Days before ``counted_from`` move the later payers' ledgers too. Help that leaves the first payer's ledger alone
    pays of what all of them leave, so that nobody's help is used up on what a later payer pays.
    """
    helps_last = bool(terms.later) and terms.assistance is not None and terms.assistance.counting is Counting.NONE
    first = replace(terms, assistance=None) if helps_last else terms
    found = adjudicate(claims, terms=first, memo=memo, counted_from=counted_from)
    if not terms.later:
        return found
    earlier = []
    if any(claim.service_on < counted_from for claim in claims):
        whole = adjudicate(claims, terms=first, memo=memo)
        earlier = [visit for visit in whole.visits if visit.claim.service_on < counted_from]
    settled = coordinate(found, terms.later, earlier=earlier)
    return helped(settled, terms.assistance) if helps_last and terms.assistance is not None else settled


def helped(found: Adjudication, terms: Help) -> Adjudication:
    """Let help pay of what all payers leave of each day, in date order; once a day is unknown, so is all help."""
    used = HelpState() if terms.used_on is None else HelpState(year=terms.used_on.year, used=terms.used)
    visits: list[AdjudicatedVisit] = []
    for visit in found.visits:
        if visit.shares is None or visit.claim.member != PATIENT:
            visits.append(visit)
            continue
        day = HelpOfDay(terms, used.on(visit.claim.service_on), visit.claim.service_on)
        state = visit.balances_after
        shares = tuple(
            day.help_with(line, share, state, state)[0]
            for line, share in zip(visit.claim.lines, visit.shares, strict=True)
        )
        used = day.state
        visits.append(_settled(visit, shares)._replace(assistance_used=used.used))
    whole = tuple(visits)
    costs = [visit.patient_cost for visit in whole if not visit.is_history]
    return found._replace(
        visits=whole, years=tuple(_year(year, whole) for year in found.years), patient_cost=_sum(costs)
    )


def coordinate(
    found: Adjudication, payers: Sequence[LaterPayer], *, earlier: Sequence[AdjudicatedVisit] = ()
) -> Adjudication:
    """Let the later payers pay, in their order. ``earlier`` are days before those of ``found`` that move ledgers."""
    if not payers:
        return found
    live = [visit for visit in (*earlier, *found.visits) if not visit.is_history]
    days = [Day(visit.claim.service_on, visit.claim.member, visit.claim.lines, visit.shares) for visit in live]
    for payer in payers:
        days = [day._replace(shares=shares) for day, shares in zip(days, payer.pay(days), strict=True)]
    settled = {id(visit.claim): day.shares for visit, day in zip(live, days, strict=True)}
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
        assistance_paid=min(share.assistance_paid, left),
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
