"""Payers after the first one: group plans, Medicaid, TRICARE For Life, the VA, and a physician's excess charge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from estimator.benefits.adjudicate import adjudicate
from estimator.benefits.coordination import bill_left, coverable, paid_before, pays
from estimator.benefits.later import Day, Shares
from estimator.benefits.rules import rule
from estimator.benefits.terms import DRUGS, PlanTerms
from estimator.model.claims import ClaimLine, Share, VisitClaim
from estimator.model.money import ZERO, Cents, MilliPercent, percent_of
from estimator.model.periods import plan_year_of
from estimator.model.secondary import Method


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A second group plan. Its normal benefit is what it would pay of the allowed amount if it were first.

    Standard: at most what is left of the allowable expense. Non-duplication: what the normal benefit exceeds the
    payments before it by. Maintenance of benefits: its terms on what those payments leave of the allowed amount.
    """

    terms: PlanTerms
    method: Method
    benefit_reserve: bool = False

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line; the plan's own deductible and maximum are credited as if it were first."""
        claims = [self._claim(day) for day in days]
        normal = adjudicate(claims, terms=replace(self.terms, history_until=None))
        saved: dict[object, int] = {}
        found: list[Shares] = []
        for day, visit in zip(days, normal.visits, strict=True):
            if day.shares is None or visit.shares is None:
                found.append(None)
                continue
            account = (day.member, plan_year_of(day.service_on, self.terms.year_starts_on))
            shares = []
            for share, alone in zip(day.shares, visit.shares, strict=True):
                amount = self._amount(share, alone, saved.get(account, 0))
                if self.benefit_reserve:
                    saved[account] = saved.get(account, 0) + alone.plan_paid - amount
                shares.append(
                    pays(
                        share,
                        amount,
                        rule(f"secondary_{self.method.value}", amount=amount, normal_benefit=alone.plan_paid),
                    )
                )
            found.append(tuple(shares))
        return found

    def _claim(self, day: Day) -> VisitClaim:
        if day.shares is None:
            return VisitClaim(day.service_on, day.lines, None, day.member)
        lines = tuple(
            line._replace(coinsurance=None, allowed=self._base(line, share), is_out_of_network=False)
            for line, share in zip(day.lines, day.shares, strict=True)
        )
        return VisitClaim(day.service_on, lines, Cents(sum(line.allowed or 0 for line in lines)), day.member)

    def _base(self, line: ClaimLine, share: Share) -> Cents:
        allowed = line.allowed or ZERO
        return coverable(share) if self.method is Method.MAINTENANCE_OF_BENEFITS else allowed

    def _amount(self, share: Share, alone: Share, saved: int) -> Cents:
        benefit = alone.plan_paid
        if self.method is Method.NON_DUPLICATION:
            benefit = Cents(max(benefit - paid_before(share), 0))
        if self.benefit_reserve:
            benefit = Cents(benefit + saved)
        return min(benefit, coverable(share))


@dataclass(frozen=True, slots=True)
class HardestMethod:
    """A second group plan whose method was not said, by the method under which it pays least of all the days."""

    plans: tuple[GroupPlan, ...]

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line."""
        return min((plan.pay(days) for plan in self.plans), key=_paid)


def _paid(days: Sequence[Shares]) -> int:
    return sum(share.secondary_paid for shares in days for share in shares or ())


@dataclass(frozen=True, slots=True)
class Medicaid:
    """Medicaid as last payer: at most what its own rate leaves above the payments before it (lesser-of).

    The provider must take that as payment in full: the rest falls on the provider, never on the patient, and nothing
    may be billed above the allowed amount. ``rate_of`` gives Medicaid's rate of a line; ``None`` where it is not known,
    and then the whole share is taken to be paid.
    """

    rate_of: Callable[[ClaimLine], Cents | None]
    qmb: bool = False

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line."""
        return [
            None
            if day.shares is None
            else tuple(self._line(line, share) for line, share in zip(day.lines, day.shares, strict=True))
            for day in days
        ]

    def _line(self, line: ClaimLine, share: Share) -> Share:
        without_bill = share._replace(
            balance_bill=share.bill_paid,
            patient_share=coverable(share),
        )
        owed = Cents(max(without_bill.patient_share - share.non_covered, 0))
        rate = self.rate_of(line)
        amount = owed if rate is None else min(owed, Cents(max(rate - paid_before(share), 0)))
        code = "qmb_not_billed" if self.qmb else "medicaid_payment_in_full"
        rules = [rule("medicaid_lesser_of", amount=amount, cost_share=owed)]
        if owed:
            rules.append((code, ()))
        return pays(without_bill, amount, *rules, forgiven=Cents(owed - amount))


@dataclass(frozen=True, slots=True)
class TakesTheRest:
    """A payer that takes up all that is left on covered lines, as TRICARE For Life does after Medicare."""

    code: str

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line."""
        return [
            None
            if day.shares is None
            else tuple(
                pays(
                    share,
                    _covered(share),
                    rule(self.code, amount=_covered(share)),
                    of_bill=min(bill_left(share), _covered(share)),
                )
                for share in day.shares
            )
            for day in days
        ]


def _covered(share: Share) -> Cents:
    """Give what is left of what the payers before cover."""
    return Cents(max(share.patient_share - share.non_covered, 0))


@dataclass(frozen=True, slots=True)
class ExtraHelp:
    """Medicare's low-income subsidy in full: of a fill the patient keeps a fixed copayment at most (42 CFR 423.782).

    Of a fill above the out-of-pocket threshold nothing is kept, in the years that still had a share there.
    What it pays counts as the patient's spending, so the drug plan's ledger knows nothing of it.
    """

    copay_of: Callable[[int], Cents | None]

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each day's drugs down to one copayment; unchanged in a year whose copayment is not on file."""
        found: list[Shares] = []
        for day in days:
            left = self.copay_of(day.service_on.year)
            if day.shares is None or left is None:
                found.append(day.shares)
                continue
            shares = []
            for line, share in zip(day.lines, day.shares, strict=True):
                settled = share
                if line.category in DRUGS:
                    kept = ZERO if _is_catastrophic(share) else min(left, _covered(share))
                    left = Cents(left - kept)
                    amount = Cents(_covered(share) - kept)
                    settled = pays(share, amount, rule("extra_help", amount=amount, copay=kept))
                shares.append(settled)
            found.append(tuple(shares))
        return found


def _is_catastrophic(share: Share) -> bool:
    """Say whether the whole of a drug lay above a drug plan's threshold."""
    phases = {code for code, _ in share.rules if code.startswith("part_d_")}
    return phases == {"part_d_catastrophic"} and not share.deductible


@dataclass(frozen=True, slots=True)
class PaysNothing:
    """Coverage that never pays second to this payer; its code says why."""

    code: str

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Name the rule on each line."""
        return [
            None if day.shares is None else tuple(pays(share, ZERO, (self.code, ())) for share in day.shares)
            for day in days
        ]


@dataclass(frozen=True, slots=True)
class ExcessCharge:
    """What a physician who does not accept assignment may charge above Medicare's amount: no payer, but before them.

    ``limit_percent`` is the limiting charge in percent of the allowed amount (42 U.S.C. 1395w-4(g)(2)). A drug is paid
    on assignment only (42 U.S.C. 1395u(o)(3)), so its line never carries one. Where no charge was given the limit is
    taken.
    """

    limit_percent: MilliPercent

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Add the excess to each line that may carry one."""
        return [
            None
            if day.shares is None
            else tuple(self._line(line, share) for line, share in zip(day.lines, day.shares, strict=True))
            for day in days
        ]

    def _line(self, line: ClaimLine, share: Share) -> Share:
        if line.is_assigned or line.paid_first is not None:
            return share
        if line.category in DRUGS:
            return share._replace(rules=(*share.rules, ("drug_on_assignment_only", ())))
        allowed = line.allowed or ZERO
        limit = percent_of(allowed, self.limit_percent)
        excess = Cents(max((limit if line.billed is None else min(line.billed, limit)) - allowed, 0))
        return share._replace(
            balance_bill=Cents(share.balance_bill + excess),
            patient_share=Cents(share.patient_share + excess),
            rules=(*share.rules, rule("excess_charge", amount=excess, limiting_charge=limit)),
        )
