"""Facts worked out from other facts: an answer cites one figure, and the figure says where it came from."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from estimator.model.periods import Period
from estimator.reference.facts import Basis, Fact
from estimator.reference.record_reading import exact

FEE_SCHEDULE = "physician_fee_schedule"


def physician_fees(rvus: Iterable[Fact], factors: Iterable[Fact]) -> Iterator[Fact]:
    """Give the national non-facility fee of each code and period: relative value units x conversion factor, in cents.

    National payment takes every geographic index as 1. A fee is rounded per unit; units multiply the rounded fee.
    """
    factors = [fact for fact in factors if fact.key == FEE_SCHEDULE]
    for rvu in rvus:
        for factor in factors:
            first = max(rvu.period.first_day, factor.period.first_day)
            last_days = [day for day in (rvu.period.last_day, factor.period.last_day) if day is not None]
            if not last_days or first > min(last_days):
                continue
            fee = (exact(rvu.value, fact=rvu) * exact(factor.value, fact=factor)).quantize(
                Decimal("0.01"), rounding=ROUND_HALF_UP
            )
            both_read = rvu.basis is Basis.READ and factor.basis is Basis.READ
            yield Fact(
                kind="physician_fee",
                key=rvu.key,
                value=str(fee),
                unit="usd_per_unit",
                period=Period(first, min(last_days)),
                recheck_after=None,
                published_on=max(
                    (day for day in (rvu.published_on, factor.published_on) if day is not None), default=None
                ),
                source_id=rvu.source_id,
                locator=rvu.locator,
                basis=Basis.READ if both_read else Basis.UNVERIFIED,
                note=f"{rvu.value} relative value units ({rvu.id}) x {factor.value} dollars ({factor.id})",
            )
