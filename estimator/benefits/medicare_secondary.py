"""Medicare after another plan (42 CFR 411.33): the lowest of three amounts.

(a) the charge, or what the provider must accept, less what was paid before; (b) what Medicare would pay if it were
first; (c) the higher of Medicare's fee and the first plan's allowed amount, less what was paid before. What was paid
before counts to the Part B deductible (42 CFR 411.30). The patient owes no more than Medicare's deductible and
coinsurance less that payment (42 CFR 411.35).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from estimator.benefits.adjudicate import adjudicate
from estimator.benefits.coordination import paid_before
from estimator.benefits.later import Day, Shares
from estimator.benefits.rules import rule
from estimator.benefits.terms import PlanTerms
from estimator.model.claims import ClaimLine, Share, VisitClaim
from estimator.model.money import ZERO, Cents, MilliPercent


def settle(share: Share, *, as_first: Share, fee: Cents, allowed: Cents, charge: Cents) -> Share:
    """Let Medicare pay after another plan.

    ``share`` is how the line stands, ``as_first`` how Medicare alone would share out its ``fee``, ``allowed`` what the
    plan before allows, ``charge`` the charge, or what the provider must accept where that is less. Where Medicare's fee
    is above that plan's amount, what it lifts the payment by is a bill that Medicare itself pays.
    """
    before = paid_before(share)
    less_paid = Cents(max(charge - before, 0))
    higher_less_paid = Cents(max(max(fee, allowed) - before, 0))
    amount = min(less_paid, as_first.plan_paid, higher_less_paid)
    above = Cents(max(before + amount - allowed, 0))
    left = allowed + above - before - amount
    cost_share = as_first.deductible + as_first.copay + as_first.coinsurance - as_first.ceiling_reduction
    owed = Cents(min(left, max(cost_share - before, 0), share.patient_share))
    why = rule(
        "medicare_secondary",
        amount=amount,
        charge_less_paid=less_paid,
        medicare_as_first=as_first.plan_paid,
        higher_allowed_less_paid=higher_less_paid,
    )
    return share._replace(
        secondary_paid=Cents(share.secondary_paid + amount),
        balance_bill=above,
        bill_paid=above,
        provider_liability=Cents(left - owed),
        patient_share=owed,
        write_off=None,
        rules=(*share.rules, why),
    )


@dataclass(frozen=True, slots=True)
class MedicareAfterPlan:
    """Medicare as a later payer. ``fee_of`` gives its fee of a line, ``percent_of_line`` its coinsurance percentage."""

    terms: PlanTerms
    fee_of: Callable[[date, ClaimLine], Cents | None]
    percent_of_line: Callable[[date, ClaimLine], MilliPercent | None]

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line; unknown from the first line of a year on whose fee is not known."""
        found: list[Shares] = []
        for day, visit in zip(
            days, adjudicate([self._claim(day) for day in days], terms=self.terms).visits, strict=True
        ):
            if day.shares is None or visit.shares is None:
                found.append(None)
                continue
            found.append(
                tuple(
                    settle(
                        share,
                        as_first=as_first,
                        fee=own.allowed or ZERO,
                        allowed=line.allowed or ZERO,
                        charge=_charge(line),
                    )
                    for line, own, share, as_first in zip(
                        day.lines, visit.claim.lines, day.shares, visit.shares, strict=True
                    )
                )
            )
        return found

    def _claim(self, day: Day) -> VisitClaim:
        lines = tuple(
            line._replace(
                allowed=self.fee_of(day.service_on, line),
                coinsurance=self.percent_of_line(day.service_on, line),
                is_out_of_network=False,
            )
            for line in day.lines
        )
        fees = [line.allowed for line in lines]
        known = [fee for fee in fees if fee is not None]
        whole = Cents(sum(known)) if len(known) == len(fees) and day.shares is not None else None
        return VisitClaim(day.service_on, lines, whole, day.member)


def _charge(line: ClaimLine) -> Cents:
    """Give the charge; in a plan's network the provider must accept what the plan allows."""
    allowed = line.allowed or ZERO
    return line.billed if line.is_out_of_network and line.billed is not None else allowed


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """Another plan that has paid before Medicare, on given lines that say so (``ClaimLine.paid_first``)."""

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Turn Medicare's own shares of such lines into those after the other plan's payment."""
        return [
            None
            if day.shares is None
            else tuple(_after_first(line, share) for line, share in zip(day.lines, day.shares, strict=True))
            for day in days
        ]


def _after_first(line: ClaimLine, share: Share) -> Share:
    first = line.paid_first
    if first is None:
        return share
    paid = min(first.paid, first.allowed)
    standing = Share(
        deductible=share.deductible,
        coinsurance=share.coinsurance,
        ceiling_reduction=share.ceiling_reduction,
        plan_paid=paid,
        patient_share=Cents(first.allowed - paid),
        why=share.why,
        percent=share.percent,
    )
    return settle(standing, as_first=share, fee=line.allowed or ZERO, allowed=first.allowed, charge=first.charge)
