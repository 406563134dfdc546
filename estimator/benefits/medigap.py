"""Medigap after Original Medicare: the standardized plans A to N, limits of K and L, the high-deductible F and G."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from estimator.benefits.assistance import PATIENT
from estimator.benefits.coordination import bill_left, pays
from estimator.benefits.later import Day, Shares
from estimator.benefits.rules import rule
from estimator.model.claims import Share
from estimator.model.codes import Category
from estimator.model.money import ZERO, Cents, MilliPercent, percent_of


class Coverage(NamedTuple):
    """What a lettered plan pays, in percent of each part of Medicare's cost sharing.

    ``visit_copay`` is what the patient keeps of an office visit's coinsurance (plan N).
    """

    coinsurance: MilliPercent
    deductible: MilliPercent
    excess: MilliPercent
    visit_copay: Cents | None = None


@dataclass(frozen=True, slots=True)
class Medigap:
    """One Medigap policy.

    ``limit_of`` gives the out-of-pocket limit of a calendar year (K and L): once the patient has paid it, the Part B
    deductible in it, covered coinsurance is paid in full; an excess charge never counts. ``high_deductible_of`` gives
    the deductible of a high-deductible plan: what the plan would pay is the patient's until it is met, and the Part B
    deductible that the patient pays counts to it. ``met`` is what had counted by ``met_year``.
    """

    letter: str
    coverage: Coverage
    limit_of: Callable[[int], Cents | None]
    high_deductible_of: Callable[[int], Cents | None]
    met: Cents = ZERO
    met_year: int | None = None

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Pay each line of Medicare's cost sharing."""
        counted: dict[tuple[str, int], int] = {}
        if self.met_year is not None:
            counted[PATIENT, self.met_year] = self.met
        unknown: set[tuple[str, int]] = set()
        found: list[Shares] = []
        for day in days:
            account = (day.member, day.service_on.year)
            if day.shares is None or account in unknown:
                if self._has_ledger(day.service_on.year):
                    unknown.add(account)
                found.append(None)
                continue
            copay_left = self.coverage.visit_copay
            shares = []
            for line, share in zip(day.lines, day.shares, strict=True):
                visit_copay = None
                if copay_left is not None and line.category is Category.VISIT:
                    visit_copay = min(copay_left, _parts(share).coinsurance)
                    copay_left = Cents(copay_left - visit_copay)
                settled, counts = self._line(share, account[1], counted.get(account, 0), visit_copay)
                counted[account] = counted.get(account, 0) + counts
                shares.append(settled)
            found.append(tuple(shares))
        return found

    def _has_ledger(self, year: int) -> bool:
        return self.limit_of(year) is not None or self.high_deductible_of(year) is not None

    def _line(self, share: Share, year: int, counted: int, visit_copay: Cents | None) -> tuple[Share, Cents]:
        """Pay one line; gives its share and what of it counts to the plan's own yearly amount."""
        parts = _parts(share)
        covered = self.coverage
        of_deductible = percent_of(parts.deductible, covered.deductible)
        of_coinsurance = percent_of(parts.coinsurance, covered.coinsurance)
        if visit_copay is not None:
            of_coinsurance = Cents(max(of_coinsurance - visit_copay, 0))
        of_excess = percent_of(parts.excess, covered.excess)
        own_deductible = Cents(parts.deductible - of_deductible)
        amount = Cents(of_deductible + of_coinsurance + of_excess)
        rules = []
        counts = ZERO
        limit, high_deductible = self.limit_of(year), self.high_deductible_of(year)
        if limit is not None:
            own = Cents(parts.coinsurance - of_coinsurance)
            room = max(limit - counted - own_deductible, 0)
            if own > room:
                amount = Cents(amount + own - room)
                own = Cents(room)
                rules.append(rule("medigap_limit_reached", limit=limit))
            counts = Cents(own_deductible + own)
        if high_deductible is not None:
            left = max(high_deductible - counted - own_deductible, 0)
            kept = Cents(min(amount, left))
            amount = Cents(amount - kept)
            counts = Cents(min(own_deductible, max(high_deductible - counted, 0)) + kept)
            if kept:
                rules.append(rule("medigap_high_deductible", amount=kept, deductible=high_deductible))
        if visit_copay:
            rules.append(rule("medigap_visit_copay", amount=visit_copay))
        of_bill = min(of_excess, amount)
        return pays(share, amount, ("medigap", (("plan", self.letter),)), *rules, of_bill=of_bill), counts


class _Parts(NamedTuple):
    """What Medicare leaves the patient of one line."""

    deductible: Cents
    coinsurance: Cents
    excess: Cents


def _parts(share: Share) -> _Parts:
    """Part what is left: the excess charge, the deductible, and the rest, which is coinsurance after its ceiling."""
    excess = bill_left(share)
    left = share.patient_share - excess - share.non_covered
    deductible = min(share.deductible, max(left, 0))
    return _Parts(Cents(deductible), Cents(max(left - deductible, 0)), excess)
